"""What single strategies do where no connector of the house brings the case about."""

from pathlib import Path

import msgspec
import pytest

from calibrant import failures, rules
from calibrant.model.change import EditExpression
from calibrant.model.connector import ConnectorSpec, Effect, ParameterSpec, Specs
from calibrant.model.fix import Fix
from calibrant.model.issue import Issue
from calibrant.model.shape import STRING, TypeName, array, object_of
from calibrant.repairs import propose
from repairs.trying import SPECS, checked, read

TEXT = """\
steps:
  - id: file
    uses: file.list
    with: {path: .}
  - id: use
    uses: own.take
    with: {it: "{{ file.files }}"}
"""


def own(wanted: TypeName, effect: Effect = Effect.READ) -> Specs:
    spec = ConnectorSpec(
        "own.take", "Takes it.", (ParameterSpec("it", wanted, "It."),), object_of(got=STRING), (effect,)
    )
    return {**SPECS, "own.take": spec}


def offers(text: str, specs: Specs, **evidence: str) -> tuple[Fix, ...]:
    workflow = read(Path("x.workflow.yaml"), text).workflow
    (issue,) = failures.group("x", rules.check(workflow, specs).findings).all
    given = msgspec.structs.replace(issue.finding, evidence=issue.finding.evidence | evidence)
    return propose([msgspec.structs.replace(issue, finding=given)], workflow, specs)[issue.id]


@pytest.mark.parametrize(
    ("wanted", "evidence", "source", "safety"),
    [
        ("integer", {"number": "integer"}, "file.files[0] | int", "safe"),
        ("number", {"number": "integer"}, "file.files[0] | float", "safe"),
        ("integer", {"number": "number"}, "file.files[0] | int", "review"),
        ("number", {}, "file.files[0] | float", "review"),
        ("array", {"json": "array"}, "file.files[0] | from_json", "safe"),
        ("array", {}, "file.files", "safe"),
        ("object", {"json": "object"}, "file.files[0] | from_json", "safe"),
    ],
)
def test_a_text_where_another_type_is_wanted(
    wanted: TypeName, evidence: dict[str, str], source: str, safety: str
) -> None:
    first = offers(TEXT.replace("file.files", "file.files[0]"), own(wanted), **evidence)[0]
    assert first.changes == (EditExpression(("steps", 1, "with", "it"), 0, source),)
    assert first.safety == safety


@pytest.mark.parametrize(("effect", "safety"), [(Effect.READ, "safe"), (Effect.WRITE, "review")])
def test_where_the_step_writes_a_person_chooses(effect: Effect, safety: str) -> None:
    first = offers(TEXT, own("string", effect))[0]
    assert first.strategy == "first-element"
    assert first.safety == safety


def test_elements_that_do_not_fit_are_not_taken() -> None:
    assert array(STRING).item == STRING
    assert [fix.strategy for fix in offers(TEXT, own("string"), item="object")] == ["conversion"]


def titles(text: str, code: str) -> list[str]:
    analysis = read(Path("x.workflow.yaml"), text)
    issues: list[Issue] = [issue for issue in checked(analysis) if issue.code == code]
    return [fix.title for fixes in propose(issues, analysis.workflow, SPECS).values() for fix in fixes]


def test_no_other_step_is_named_where_that_one_waits_for_this() -> None:
    text = "steps:\n  - {id: one, run: echo, needs: [too]}\n  - {id: two, run: echo, needs: [one]}\n"
    assert titles(text, "unknown-step") == []
    assert titles(text.replace("needs: [one]", "needs: []"), "unknown-step") == ["Change ‘too’ to ‘two’"]


def test_nothing_is_offered_behind_an_alias() -> None:
    text = """\
steps:
  - {id: one, uses: data.map, with: &given {items: [1], to: "{{ nothing.x }}"}}
  - {id: two, uses: data.map, with: *given}
"""
    analysis = read(Path("x.workflow.yaml"), text)
    issues = [issue for issue in checked(analysis) if issue.finding.step == "two"]
    assert not propose(issues, analysis.workflow, SPECS)


def test_a_literal_stays_where_no_reference_can_stand() -> None:
    text = """\
steps:
  - {id: one, uses: http.request, with: {url: "https://api.staging.acme.com/a"}}
  - {id: two, run: "curl 'https://api.staging.acme.com/b'"}
  - {id: three, templating: false, uses: http.request, with: {url: "https://api.staging.acme.com/c"}}
"""
    (title,) = titles(text, "hardcoded-value")
    assert title == "Make ‘https://api.staging.acme.com’ the input ‘acme_url’, here"


def test_a_map_is_no_item_of_a_list_of_names() -> None:
    text = "steps:\n  - {id: one, run: echo, scope: GIVEN}\n"
    assert titles(text.replace("GIVEN", "{a: 1}"), "wrong-type") == []
    assert "Make a list of ‘7’" in titles(text.replace("GIVEN", "7"), "wrong-type")
