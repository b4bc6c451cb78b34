"""What counts while a run goes on: each step's newest end, and in the end exactly what the run found."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.connectors import specs
from calibrant.model.event import Event, RunFinished, RunProblem, StepFinished, StepStarted
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding, Kind
from calibrant.model.settings import Settings
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.workspace.analysis import Analysis, analyse
from calibrant.workspace.so_far import Known, SoFar

NAMES = ("a", "b", "c", "d")


def analysis(*names: str, head: str = "name: x\n") -> Analysis:
    steps = "".join(f"  - id: {name}\n    uses: file.list\n    with: {{path: {name}}}\n" for name in names)
    found = analyse("x.workflow.yaml", f"{head}steps:\n{steps}", specs(), Settings())
    assert found
    return found


def finding(workflow: Workflow, name: str, words: str) -> Finding:
    """Return what is wrong with a step, or without a name with the workflow."""
    step = workflow.step(name)
    span = step.head if step else Span(0, 4)
    return Finding("broken", Kind.RUNTIME, span, words, step=name or None, subject=words, at_run=True)


def ended(workflow: Workflow, name: str) -> StepFinished:
    step = workflow.step(name)
    assert step
    return StepFinished(step.index, name, "failed", seconds=0.5)


def run(so_far: SoFar, name: str, *words: str) -> bool:
    found = [finding(so_far.workflow, name, one) for one in words]
    return so_far.hear(ended(so_far.workflow, name), found)


def told(so_far: SoFar) -> list[tuple[str, str]]:
    return sorted((one.step or "", one.message) for one in so_far.findings())


def before(of: Analysis, **words: str) -> Known:
    found = tuple(finding(of.workflow, name, one) for name, one in words.items())
    return Known(of.workflow, found, [None] * len(of.workflow.steps))


def test_a_step_counts_anew_once_it_has_ended() -> None:
    was = analysis("a", "b", "c")
    so_far = SoFar("s", "x", Settings(), was, before(was, a="old", b="old", c="old"))
    assert run(so_far, "a")
    assert run(so_far, "b", "new")
    assert told(so_far) == [("b", "new"), ("c", "old")]
    assert not so_far.is_whole
    assert run(so_far, "c")
    assert (told(so_far), so_far.is_whole) == ([("b", "new")], True)


def test_the_same_again_is_no_news() -> None:
    was = analysis("a")
    so_far = SoFar("s", "x", Settings(), was, before(was, a="old"))
    assert not so_far.hear(StepStarted(0, "a"), ())
    assert not run(so_far, "a", "old")
    assert told(so_far) == [("a", "old")]


def test_what_was_known_follows_its_step_and_falls_with_its_text() -> None:
    was, now = analysis("a", "b"), analysis("new", "b", head="name: x\ninputs: {}\n")
    so_far = SoFar("s", "x", Settings(), now, before(was, a="old", b="old"))
    assert told(so_far) == [("b", "old")]
    step = now.workflow.step("b")
    assert step
    assert so_far.findings()[0].span == step.head


def test_what_concerns_the_whole_is_told_before_the_first_step() -> None:
    was = analysis("a")
    known = Known(was.workflow, (finding(was.workflow, "", "old"),), [None])
    so_far = SoFar("s", "x", Settings(), was, known)
    problem = RunProblem(Failure("x", "new", Kind.RUNTIME))
    assert so_far.hear(problem, [finding(was.workflow, "", "new")])
    assert told(so_far) == [("", "new"), ("", "old")]
    assert so_far.hear(StepStarted(0, "a"), ())
    assert told(so_far) == [("", "new")]


def test_settings_and_ignores_hold() -> None:
    text = "steps:\n  # calibrant: ignore[broken]\n  - id: a\n    uses: file.list\n  - id: b\n    uses: file.list\n"
    found = analyse("x.workflow.yaml", text, specs(), Settings())
    assert found
    so_far = SoFar("s", "x", Settings(severity={"broken": "hint"}), found, None)
    assert run(so_far, "a", "one")
    assert run(so_far, "b", "two")
    assert [(one.step, one.severity) for one in so_far.findings()] == [("b", "hint")]


def test_a_fix_is_measured_by_what_is_known_of_every_step() -> None:
    was = analysis("a", "b", "c")
    first = SoFar("1", "x", Settings(), was, None)
    run(first, "a", "old")
    first.hear(StepFinished(1, "b", "completed"), ())
    second = SoFar("2", "x", Settings(), was, first.known())
    second.hear(StepFinished(0, "a", "completed"), ())
    result = second.result
    assert [(step.id, step.status) for step in result.steps] == [
        ("a", "completed"),
        ("b", "completed"),
        ("c", "skipped"),
    ]
    assert (result.session, result.status) == ("2", "cancelled")
    second.hear(RunFinished("failed", "late"), ())
    assert second.result.status == "failed"


ENDS = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True)))


@given(ENDS, ENDS, st.permutations(NAMES), st.permutations(NAMES))
def test_at_the_end_it_is_exactly_what_the_run_found(
    first: Sequence[tuple[str, list[str]]],
    second: Sequence[tuple[str, list[str]]],
    order: Sequence[str],
    later: Sequence[str],
) -> None:
    one = SoFar("1", "x", Settings(), analysis(*order), None)
    for name, words in first:
        run(one, name, *words)
    two = SoFar("2", "x", Settings(), analysis(*later), one.known())
    expected = dict(first)
    for name, words in second:
        changed = run(two, name, *words)
        assert changed == (sorted(expected.get(name, [])) != sorted(words)) or expected.get(name) != words
        expected[name] = words
        assert told(two) == sorted((name, word) for name, words in expected.items() for word in words)
    for name in NAMES:
        run(two, name, *expected.get(name, []))
    assert two.is_whole


@pytest.mark.parametrize("event", [RunFinished("completed"), StepStarted(0, "a")])
def test_what_says_nothing_of_issues_changes_nothing(event: Event) -> None:
    so_far = SoFar("s", "x", Settings(), analysis("a"), None)
    assert not so_far.hear(event, ())
    assert told(so_far) == []
