"""Checking as a whole: it never fails, keeps what it knows of unchanged steps, and leaves out what files ask to."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant import connectors, dialects, rules
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.checking import check as run
from calibrant.rules.reaching import reach
from calibrant.rules.rule import RuleSet

DATA = Path(__file__).parents[1] / "data" / "native"
FILES = sorted(path for path in DATA.glob("*/*.workflow.*") if path.suffix != ".want")
SNIPPETS = [
    "{{",
    "}}",
    ": ",
    "\n",
    "  ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "#",
    "&a ",
    "*a",
    "|",
    "id: ",
    "\t",
    "é😀",
    "?",
]


def read(name: str, text: str, previous: Workflow | None = None) -> Workflow:
    workflow = dialects.read(name, text, previous)
    assert workflow is not None
    return workflow


def mutated(text: str, seed: int) -> str:
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 4)):
        at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        match chance.randint(0, 3):
            case 0:
                text = text[:at] + chance.choice(SNIPPETS) + text[at:]
            case 1:
                text = text[:at] + text[min(end, at + 12) :]
            case 2:
                text = text[:at] + text[at : at + 40] + text[at:]
            case _:
                text = text[:end] if chance.random() < 0.3 else text
    return text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 1 << 30))
def test_checking_never_fails_and_previous_results_change_nothing(path: Path, seed: int) -> None:
    text = path.read_text(encoding="utf-8")
    before = rules.check(read(path.name, text), connectors.specs())
    changed = mutated(text, seed)
    workflow = read(path.name, changed, before.workflow)
    again = rules.check(workflow, connectors.specs(), before)
    assert again.findings == rules.check(workflow, connectors.specs()).findings
    for finding in again.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(changed)
        assert finding.message


def test_only_changed_steps_are_looked_at_again() -> None:
    seen: list[str | None] = []

    def look(body: StepBody, _known: rules.Known) -> list[Finding]:
        seen.append(body.id)
        return [Finding("one-per-step", Kind.DEFINITION, Span(0, 1), "x")]

    rule = rules.Rule(("one-per-step",), step=look)
    text = "steps:\n" + "".join(f"  - id: s{number}\n    run: echo\n" for number in range(5))
    first = run(RuleSet((rule,), reach), read("a.workflow.yaml", text), connectors.specs(), None)
    assert seen == ["s0", "s1", "s2", "s3", "s4"]
    seen.clear()
    edited = "# moved\n" + text.replace("s3\n    run: echo", "s3\n    run: true")
    second = run(RuleSet((rule,), reach), read("a.workflow.yaml", edited, first.workflow), connectors.specs(), first)
    assert seen == ["s3"]
    assert [found.span.start - len("# moved\n") for found in second.findings] == [
        found.span.start for found in first.findings
    ]


def test_other_connectors_make_steps_be_looked_at_again() -> None:
    workflow = read("a.workflow.yaml", "steps:\n  - {id: a, uses: file.read, with: {path: x}}\n")
    first = rules.check(workflow, connectors.specs())
    assert first.findings == ()
    second = rules.check(workflow, {}, first)
    assert [found.code for found in second.findings] == ["unknown-connector"]


def test_findings_name_their_step_and_come_in_the_order_of_the_file() -> None:
    text = "steps:\n  - run: echo {{ nope.x }}\n    cwdd: a\n  - {id: b, run: echo, needs: [c]}\n"
    found = rules.check(read("a.workflow.yaml", text), connectors.specs()).findings
    assert [(item.code, item.step) for item in found] == [
        *(("missing-key", "#1"), ("unknown-step", "#1"), ("unknown-key", "#1"), ("unknown-step", "b"))
    ]


def test_a_circle_is_one_cause_in_several_places() -> None:
    text = "steps:\n  - {id: a, run: x, needs: b}\n  - {id: b, run: x, needs: c}\n  - {id: c, run: x, needs: a}\n"
    found = rules.check(read("a.workflow.yaml", text), connectors.specs()).findings
    assert [(item.code, item.step) for item in found] == [("cycle", "a"), ("cycle", "b"), ("cycle", "c")]
    assert len({item.cause for item in found}) == 1
    assert found[0].cause


def test_a_circle_through_thousands_of_steps_is_found_without_recursion() -> None:
    lines = (f"  - {{id: s{at}, run: x, needs: s{(at + 1) % 3000}}}\n" for at in range(3000))
    found = rules.check(read("a.workflow.yaml", "steps:\n" + "".join(lines)), connectors.specs()).findings
    assert len(found) == 3000
    assert "2995 more" in found[0].message


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("", ["unknown-key", "unknown-step"]),
        ("# calibrant: ignore", []),
        ("# calibrant: ignore[unknown-step]", ["unknown-key"]),
        ("# calibrant: ignore[unknown-key, unknown-step]", []),
        ("# calibrant: ignore[other-code]", ["unknown-key", "unknown-step"]),
    ],
)
def test_comments_silence_what_they_name(comment: str, left: list[str]) -> None:
    text = f"steps:\n  {comment}\n  - id: a\n    runn: x\n    run: echo {{{{ nope.x }}}}\n"
    workflow = read("a.workflow.yaml", text)
    found = rules.check(workflow, connectors.specs()).findings
    assert [item.code for item in found] == left
    # what a run tells later goes through the same sieve
    at_run = Finding("unknown-step", Kind.DEFINITION, Span(text.index("nope"), text.index("nope") + 4), "x")
    assert (at_run in rules.unsilenced(workflow, [at_run])) == ("unknown-step" in left)


def test_what_could_not_be_read_makes_no_further_findings() -> None:
    half_typed = "steps:\n  - id: a\n    uses: file.write\n    with:\n      path: x\n      con\n"
    text = half_typed + "  - i\n  - {id: c, run: 'echo {{ b.x }}'}\n"
    found = rules.check(read("a.workflow.yaml", text), connectors.specs()).findings
    assert {item.code for item in found} <= {"syntax-error", "not-a-mapping"}
    assert found


def test_keys_of_ones_own_are_left_alone_everywhere() -> None:
    text = (
        "x-a: 1\ninputs: {x-b: 3, a: {x-c: 1, default: x}}\n"
        "steps:\n  - {id: a, x-d: 1, uses: file.read, with: {path: '{{ inputs.a }}', x-e: 2}, retry: {x-f: 1}}\n"
    )
    assert rules.check(read("a.workflow.yaml", text), connectors.specs()).findings == ()


def test_conditions_without_braces_are_expressions_too() -> None:
    text = "steps:\n  - id: a\n    uses: data.filter\n    with: {items: [], where: item in nope.list}\n"
    found = rules.check(read("a.workflow.yaml", text), connectors.specs()).findings
    assert [item.code for item in found] == ["unknown-step"]
    broken = rules.check(read("a.workflow.yaml", text.replace("in nope", "in in nope")), connectors.specs()).findings
    assert [item.code for item in broken] == ["bad-expression"]
