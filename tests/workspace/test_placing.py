"""Findings of an earlier run follow their steps through edits elsewhere, and fall with edits of their own step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.language import Language
from calibrant.model.nodes import Hole
from calibrant.model.text import Span
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.workspace.placing import by_label, place, roughly

LANGUAGE = Language("test", (".test",), {})


def workflow(text: str) -> Workflow:
    """Read a text whose steps are the lines that begin with a dash."""
    steps: list[Step] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if line.startswith("-"):
            steps.append(Step(len(steps), at, StepBody(Hole(Span(0, len(line))), line)))
        at += len(line)
    return Workflow(LANGUAGE, text, Hole(Span(0, 0)), steps=tuple(steps))


def finding(text: str, word: str, *related: str) -> Finding:
    def span(word: str) -> Span:
        at = text.index(word)
        return Span(at, at + len(word))

    places = tuple(Place(span(other)) for other in related)
    return Finding("code", Kind.RUNTIME, span(word), word, related=places, at_run=True)


BEFORE = "head\n- one apple\n- two pear\n- two pear\ntail\n"


@pytest.mark.parametrize(
    ("word", "after", "holds"),
    [
        ("apple", "head\n- one apple\n- two pear\n", True),
        ("apple", "head and more\n\n- one apple\n", True),
        ("apple", "- two pear\n- one apple\nhead\n", True),
        ("apple", "head\n- one apples\n", False),
        ("apple", "head\n", False),
        ("head", "head\n- other\ntail\n", True),
        ("head", "heads\n- one apple\n", False),
        ("tail", "head and more\n- one apple\n- two pear\n- two pear\ntail\n", True),
        ("tail", "head\n- one apple\n- two pear\n- two pear\ntails\n", False),
        ("tail", "", False),
    ],
)
def test_a_finding_follows_or_falls(word: str, after: str, holds: bool) -> None:
    placed = place([finding(BEFORE, word)], workflow(BEFORE), workflow(after))
    assert [after[one.span.start : one.span.end] for one in placed] == ([word] if holds else [])


def test_related_places_move_by_their_own_steps() -> None:
    after = "head\n- two pear\n- new\n- one apple\n"
    (placed,) = place([finding(BEFORE, "apple", "pear", "tail")], workflow(BEFORE), workflow(after))
    assert [after[one.span.start : one.span.end] for one in placed.related] == ["pear"]


def test_among_equal_steps_the_second_stays_the_second() -> None:
    second = Finding("code", Kind.RUNTIME, Span(34, 38), "pear", at_run=True)
    assert BEFORE[34:38] == "pear"
    after = "- two pear\n- one apple\n- two pear\n"
    (placed,) = place([second], workflow(BEFORE), workflow(after))
    assert placed.span.start == after.rindex("pear")
    assert place([second], workflow(BEFORE), workflow("- two pear\n")) == []


def test_a_long_text_is_placed_quickly() -> None:
    lines = "".join(f"- step {number} {'x' * 40}\n" for number in range(10_000))
    text = "head\n" + lines
    found = [finding(text, "head"), finding(text, "step 9999")]
    after = text.replace("- step 5000 ", "- edited ")
    assert len(place(found * 2000, workflow(text), workflow(after))) == 4000


YAML = """name: &n a
inputs: {one: {type: string, default: *n}}
x-shared: &shared {path: gone.txt, as: &as text}
steps:
  - id: first
    uses: file.read
    with: *shared
  - id: second
    uses: file.read
    with: {<<: *shared, path: [a, {b: '😀'}], as: *as}
  - uses: data.map
    with: {items: [1], to: '{{ second.content }}'}
"""
PATHS: list[tuple[str | int, ...]] = [
    (), ("with",), ("with", "path"), ("with", "as"), ("with", "path", 1, "b"), ("uses",), ("inputs", "one", "default"),
    ("inputs",), ("nowhere", 3),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    start=st.integers(0, len(YAML)),
    length=st.integers(0, 60),
    new=st.text(alphabet="ab:-{}[]&*#\n 'é😀", max_size=12),
    step=st.sampled_from([None, "first", "second", "#3", "gone"]),
    where=st.sampled_from(PATHS),
)
def test_what_fell_away_is_shown_within_the_text_of_now(
    start: int, length: int, new: str, step: str | None, where: tuple[str | int, ...]
) -> None:
    text = YAML[:start] + new + YAML[start + length :]
    now = dialects.read("a.workflow.yaml", text)
    assert now
    lost = Finding("code", Kind.RUNTIME, Span(0, 1), "", step=step, where=where)
    span = roughly(lost, now, by_label(now))
    assert 0 <= span.start <= span.end <= len(text)


def test_what_fell_away_is_shown_at_what_stands_at_its_path() -> None:
    now = dialects.read("a.workflow.yaml", YAML)
    assert now

    def shown(step: str | None, *where: str | int) -> str:
        span = roughly(Finding("code", Kind.RUNTIME, Span(0, 1), "", step=step, where=where), now, by_label(now))
        return YAML[span.start : span.end]

    assert shown("second", "with", "path", 1, "b") == "'😀'"
    assert shown("second", "with", "nothing") == "second"
    assert shown("first", "uses") == "file.read"
    assert shown("#3", "with", "items") == "[1]"
    assert shown(None, "inputs", "one", "type") == "string"
    assert shown("gone", "with") == ""
