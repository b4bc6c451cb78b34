"""What expressions of GitHub Actions refer to: what is kept from one check to the next changes nothing, and saves the work."""

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant import connectors, dialects, rules
from calibrant.github.popular import public_action
from calibrant.model.connector import ConnectorSpec, Specs
from calibrant.model.shape import STRING, object_of
from calibrant.model.workflow import Workflow

DATA = Path(__file__).parents[1] / "data" / "actions"
FILES = sorted(DATA.glob("ok/**/*.yml")) + sorted(DATA.glob("err/**/*.yml"))
NAME = ".github/workflows/ci.yml"
WORDS = [
    *(
        "needs",
        "steps",
        "matrix",
        "inputs",
        "outputs",
        "id",
        "build",
        "first",
        "one",
        "github",
        "${{ ",
        " }}",
        "'",
        ": ",
    ),
    *("- ", "\n", "    ", ".x", "if: ", "[", "]", "x", "env"),
]


def read(text: str, previous: Workflow | None = None, name: str = NAME) -> Workflow:
    workflow = dialects.read(name, text, previous)
    assert workflow is not None
    return workflow


def changed(text: str, seed: int) -> str:
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(text))
        if chance.random() < 0.5:
            text = text[:at] + chance.choice(WORDS) + text[at:]
        else:
            lines = text.split("\n")
            line = chance.randrange(len(lines))
            lines[line:line] = [lines.pop(chance.randrange(len(lines)))] if chance.random() < 0.7 else []
            text = "\n".join(lines)
    return text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 1 << 30))
def test_what_was_found_before_changes_nothing(path: Path, seed: int) -> None:
    name = "action.yml" if "actions" in path.relative_to(DATA).parts else NAME
    text = path.read_text(encoding="utf-8")
    before = rules.check(read(text, name=name), connectors.specs())
    workflow = read(changed(text, seed), before.workflow, name)
    again = rules.check(workflow, connectors.specs(), before)
    assert again.findings == rules.check(workflow, connectors.specs()).findings


def job(number: int, steps: int, needs: str = "") -> str:
    head = f"  job{number}:\n    runs-on: ${{{{ matrix.os }}}}\n{needs}    strategy: {{matrix: {{os: [a, b]}}}}\n    steps:\n"
    return head + "".join(
        f"      - id: s{at}\n        if: github.ref == 'x' && matrix.os == 'a'\n"
        f"        run: echo {number} {at} ${{{{ env.A }}}}{f' ${{{{ steps.s{at - 1}.outputs.x }}}}' if at else ''}\n"
        for at in range(steps)
    )


def test_only_what_changed_is_looked_at_again() -> None:
    text = "on: push\njobs:\n" + "".join(job(number, 20) for number in range(5))
    first = rules.check(read(text), {})
    assert first.findings == ()
    second = rules.check(read(text.replace("echo 3 7", "echo 3 seven"), first.workflow), {}, first)
    other = [at for at, (a, b) in enumerate(zip(first.reached, second.reached, strict=True)) if a is not b]
    assert other == [3 * 20 + 7]
    assert [a is b for a, b in zip(first.reached_jobs, second.reached_jobs, strict=True)].count(False) == 1


def test_who_refers_to_what_changed_is_looked_at_again() -> None:
    text = "on: push\njobs:\n" + job(0, 5) + job(1, 5)
    first = rules.check(read(text), {})
    assert first.findings == ()
    renamed = text.replace("id: s2", "id: other", 1)
    second = rules.check(read(renamed, first.workflow), {}, first)
    assert [(found.code, found.subject, found.step) for found in second.findings] == [("unknown-step", "s2", "job0/s3")]
    third = rules.check(read(text, second.workflow), {}, second)
    assert third.findings == ()
    matrix = text.replace("os: [a, b]", "so: [a, b]", 1)
    fourth = rules.check(read(matrix, third.workflow), {}, third)
    assert {(found.code, found.subject) for found in fourth.findings} == {("missing-field", "os")}
    assert len(fourth.findings) == 6  # five conditions, and ‘runs-on’


def test_what_an_action_gives_is_taken_from_what_it_declares() -> None:
    steps = "      - {id: b, uses: ./c}\n      - run: echo ${{ steps.b.outputs.d }} ${{ steps.b.outputs.E }}\n"
    text = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    known = {"./c": ConnectorSpec("./c", "", (), object_of(e=STRING), ())}
    more = {"./c": ConnectorSpec("./c", "", (), msgspec.structs.replace(object_of(e=STRING), open=True), ())}

    def told(specs: Specs, previous: rules.Checked | None = None) -> list[tuple[str, str]]:
        findings = rules.check(read(text), specs, previous).findings
        return [(one.code, one.subject) for one in findings if one.code == "unknown-output"]

    none = {"./c": ConnectorSpec("./c", "", (), object_of(), ())}
    assert told(known) == [("unknown-output", "d")]
    assert told(none) == [("unknown-output", "d"), ("unknown-output", "E")]
    assert told(more) == told({}) == []
    assert told(known, rules.check(read(text), {})) == [("unknown-output", "d")]


def test_an_output_that_is_almost_one_that_is_known_is_a_slip() -> None:
    steps = "      - {id: k, uses: actions/cache@v4, with: {path: x, key: y}}\n"
    text = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    known = {"actions/cache@v4": public_action("actions/cache@v4")}
    specs = {name: spec for name, spec in known.items() if spec is not None}
    for name, wrong in (("cache-hit", False), ("cache_hit", True), ("cachehit", True), ("something-new", False)):
        run = f"      - if: steps.k.outputs.{name} != 'x'\n        run: make\n"
        found = [(one.code, one.candidates) for one in rules.check(read(text + run), specs).findings]
        assert found == ([("unknown-output", ("cache-hit",))] if wrong else []), name


@pytest.mark.parametrize("above", ["", "  # calibrant: ignore[missing-field, unknown-step]\n"])
def test_a_comment_above_a_job_silences_its_steps(above: str) -> None:
    steps = "    steps:\n      - run: echo ${{ matrix.x }}\n      - run: echo ${{ steps.lost.outputs.x }}\n"
    first = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ matrix.x }}\n"
    text = f"{first}{above}  b:\n    runs-on: ${{{{ matrix.os }}}}\n{steps}"
    found = [(one.code, one.subject) for one in rules.check(read(text), {}).findings]
    others = [("missing-field", "os"), ("missing-field", "x"), ("unknown-step", "lost")]
    assert found == [("missing-field", "x"), *([] if above else others)]
