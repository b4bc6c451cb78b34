"""What holds for any text: nothing raises, every place is inside, re-reading is reading, values come back."""

import json
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from calibrant.dialects import read
from calibrant.model.issue import Finding
from calibrant.model.nodes import plain
from calibrant.model.workflow import Workflow
from dialects.writing import Writer
from syntax.places import spans

FILES = sorted((Path(__file__).parents[1] / "data" / "native" / "ok").iterdir())
TEXTS = {path.name: path.read_bytes().decode() for path in FILES}
PIECES = [
    "\n", "  ", "\t", " - ", "- ", ":", ": ", "{", "}", "[", "]", "'", '"', "{{ ", "}}", "#", "&a ", "*a ", "|", "> ",
    "\\", "\ufeff",
    "\u2028", "😀", "\x01", "\r", "\r\n", "---\n", "...\n", "%", "@", "`", "? ", "!!str ", "<<: ", "steps:\n", "id",
    ",", "\ud800", "\x85",
    "# calibrant: ignore[a]\n", '"steps": [', "é", "\0",
]  # fmt: skip

Edit = tuple[float, float, str]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.0, 0.001, 0.01, 0.1, 1.0]), st.sampled_from(["", *PIECES])),
    min_size=1,
    max_size=4,
)
BOUNDED = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def edited(text: str, edits: list[Edit]) -> str:
    for place, length, new in edits:
        at = int(place * len(text))
        text = text[:at] + new + text[at + int(length * len(text)) :]
    return text


def workflow(name: str, text: str, previous: Workflow | None = None) -> Workflow:
    found = read(name, text, previous)
    assert found is not None
    return found


def assert_inside(found: Workflow, text: str) -> None:
    for span in spans(found.root):
        assert 0 <= span.start <= span.end <= len(text)
    for problem in found.problems:
        assert_shown(problem, len(text))
    for ignore in found.ignores:
        assert 0 <= ignore.span.start <= ignore.span.end <= len(text)
    for step in found.steps:
        size = len(step.body.text)
        assert 0 <= step.origin <= step.origin + size <= len(text)
        places = [*spans(step.body.node), *(ignore.span for ignore in step.body.ignores)]
        places += [expression.span for expression in step.body.expressions]
        places += [part for reference in step.body.references for part in reference.parts]
        for span in places:
            assert 0 <= span.start <= span.end <= size
        for problem in step.body.problems:
            assert_shown(problem, size)


def assert_shown(problem: Finding, size: int) -> None:
    assert 0 <= problem.span.start <= problem.span.end <= size
    assert problem.span.start < problem.span.end or size == 0


@example("07-quoting.workflow.yaml", [(0.0, 0.0, "  "), (0.9140625, 0.1, ""), (0.728515625, 1.0, "- ")])
@BOUNDED
@given(st.sampled_from(sorted(TEXTS)), EDITS)
def test_half_typed_text_never_fails(name: str, edits: list[Edit]) -> None:
    text = edited(TEXTS[name], edits)
    assert_inside(workflow(name, text), text)


@BOUNDED
@given(st.sampled_from(sorted(TEXTS)), st.floats(0, 1), st.booleans())
def test_text_cut_anywhere_never_fails(name: str, place: float, behind: bool) -> None:
    text = TEXTS[name]
    at = int(place * len(text))
    text = text[at:] if behind else text[:at]
    assert_inside(workflow(name, text), text)


@BOUNDED
@given(
    st.sampled_from(["a.workflow.yaml", "a.workflow.json"]),
    st.lists(st.sampled_from([*PIECES, "a", "1", " "]), max_size=60),
)
def test_any_text_never_fails(name: str, parts: list[str]) -> None:
    text = "".join(parts)
    assert_inside(workflow(name, text), text)


@BOUNDED
@given(st.sampled_from(sorted(TEXTS)), EDITS, EDITS)
def test_reading_again_is_reading(name: str, first: list[Edit], second: list[Edit]) -> None:
    before = edited(TEXTS[name], first)
    after = edited(before, second)
    previous = workflow(name, before)
    assert workflow(name, after, previous) == workflow(name, after)
    assert workflow(name, before, previous) == previous


FLOW = (
    "name: x\nsteps: [{id: a, run: 'ls', with: {b: [1, {c: d}]}}, {id: b, run: \"{{ a.x }}\", needs: a},\n"
    "  {id: c, uses: data.filter, with: {items: '{{ b.items }}', where: item > 1}}, # a note\n  {id: d, x: &y 1}, d: e]\n"
)
IN_BRACES = [FLOW, *(text for name, text in TEXTS.items() if name.endswith(".json"))]


@BOUNDED
@given(st.sampled_from(IN_BRACES), EDITS, EDITS)
def test_reading_again_is_reading_for_steps_in_braces(text: str, first: list[Edit], second: list[Edit]) -> None:
    before = edited(text, first) if len(first) > 2 else text
    after = edited(before, second)
    previous = workflow("a.workflow.yaml", before)
    assert workflow("a.workflow.yaml", after, previous) == workflow("a.workflow.yaml", after)
    assert workflow("a.workflow.yaml", before, previous) == previous


NAMES = st.from_regex(r"\A[a-z][a-z0-9_]{0,8}\Z").filter(lambda name: name not in ("y", "n"))
WORDS = st.one_of(
    st.sampled_from(["yes", "no", "null", "12", "0x1F", "1e3", "~", "true", "", " ", "a b", "- a", "a: b", "#",
    "a #b", "@x", "{{ a.b }}",
                     "x {{ a['b'] }} y", "one two three", "line\n", "one two\nthree four\n", "a\n  b\n", "a\n\nb\n",
                     "it's", 'say "x"',
                     "\\n", "\t", "é😀", "\u2028", "%", "&a", "*a", "!x", "a, b", "[a", "}", ">", "|", "?", "-"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20),
)  # fmt: skip
LEAVES = st.one_of(
    WORDS, st.integers(-(10**20), 10**20), st.booleans(), st.none(), st.floats(-1e9, 1e9).map(lambda x: round(x, 3))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
STEPS = st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), min_size=1, max_size=5)
WORKFLOWS = st.builds(
    lambda steps, rest: {**rest, "steps": steps}, STEPS, st.dictionaries(NAMES.map("x_".__add__), VALUES, max_size=3)
)


def values(found: Workflow) -> object:
    whole = plain(found.root)
    assert isinstance(whole, dict)
    whole["steps"] = [plain(step.body.node) for step in found.steps]
    return whole


def said(found: Workflow) -> list[str]:
    problems = [*found.problems, *(problem for step in found.steps for problem in step.body.problems)]
    return [problem.message for problem in problems]


@BOUNDED
@given(WORKFLOWS, st.integers(0, 1 << 30))
def test_values_come_back_from_any_style_of_yaml(wanted: dict[str, object], seed: int) -> None:
    text = Writer(seed).document(wanted)
    found = workflow("a.workflow.yaml", text)
    assert said(found) == []
    assert values(found) == wanted
    assert_inside(found, text)


@BOUNDED
@given(WORKFLOWS, st.sampled_from([None, 0, 2]), st.booleans())
def test_values_come_back_from_json(wanted: dict[str, object], indent: int | None, escaped: bool) -> None:
    text = json.dumps(wanted, indent=indent, ensure_ascii=escaped)
    found = workflow("a.workflow.json", text)
    assert said(found) == []
    assert values(found) == wanted
    assert_inside(found, text)
    assert values(workflow("a.workflow.yaml", text)) == wanted
