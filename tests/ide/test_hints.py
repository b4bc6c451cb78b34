"""What stands beside steps: words, and where."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.ide.hints import hints
from calibrant.ide.outcome import duration, hint_words, state_words
from calibrant.ide.view import StepRun, View
from calibrant.model.text import Span
from ide.viewing import ran, view

TEXT = """\
name: mail
steps:
  - id: fetch
    uses: mail.read
    with: {mailbox: a.mbox}
  - name: Second 😀
    id: 'second'   # a word
    run: |
      ls
  - run: ls
  - {id: fourth, run: ls}
"""
EMAILS = {"emails": [{"subject": "a"}, {"subject": "b"}], "count": 2}


def known(text: str, path: str = "a.workflow.yaml") -> View:
    """Return a view in which every step has just been run."""
    found = view(text, path=path)
    steps = {step.label: StepRun("failed", seconds=1.0) for step in found.workflow.steps}
    return msgspec.structs.replace(found, steps=steps)


def shown(of: View, span: Span | None = None) -> list[str]:
    """Return each line that has a hint, with the hint in its place."""
    text = of.workflow.text
    lines = []
    for hint in hints(of, span or Span(0, len(text))):
        start = max(text.rfind("\n", 0, hint.offset), text.rfind("\r", 0, hint.offset)) + 1
        line = text[start:].splitlines()[0] if text[start:] else ""
        lines.append(f"{line[: hint.offset - start]}«{hint.words}»{line[hint.offset - start :]}")
    return lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_they_stand_at_the_end_of_the_line_with_the_id(end: str) -> None:
    assert shown(known(TEXT.replace("\n", end))) == [
        "  - id: fetch«failed · 1.0 s»",
        "    id: 'second'   # a word«failed · 1.0 s»",
        "  - run: ls«failed · 1.0 s»",
        "  - {id: fourth, run: ls}«failed · 1.0 s»",
    ]


def test_in_json_too_and_where_all_is_on_one_line_behind_the_id() -> None:
    lines = '{"steps": [\n  {\n    "id": "a",\n    "run": "ls"\n  },\n  {"id": "b", "run": "ls"}\n]}'
    words = "«failed · 1.0 s»"
    assert shown(known(lines, "a.workflow.json")) == [f'    "id": "a",{words}', f'  {{"id": "b", "run": "ls"}}{words}']
    one = '{"steps": [{"id": "a", "run": "ls"}, {"id": "b", "run": "ls"}]}'
    first, second = shown(known(one, "a.workflow.json"))
    assert first.startswith(f'{{"steps": [{{"id": "a"{words}, ')
    assert second.endswith(words)


def test_only_what_is_asked_for_is_told() -> None:
    at = TEXT.index("'second'")
    assert len(shown(known(TEXT), Span(at, at + 30))) == 1
    assert shown(known(TEXT), Span(0, 5)) == []
    assert len(shown(known(TEXT), Span(0, len(TEXT)))) == 4
    nothing = view(TEXT)
    assert shown(nothing) == []


WORDS = [
    (ran(EMAILS), "→ list of 2 emails"),
    (StepRun("running"), "… running"),
    (StepRun("completed", seconds=0.31), "→ done · 0.3 s"),
    (StepRun("completed", seconds=0.31, reused=True), "→ done · reused"),
    (StepRun("rehearsed", seconds=12.4, provisional=True), "→ rehearsed · 12 s · provisional"),
    (StepRun("failed", "It is a mess.", 125), "failed · 2 min"),
    (StepRun("skipped", "It depends on ‘a’, which failed."), "skipped: It depends on ‘a’, which failed"),
    (StepRun("not_run", "x" * 100), "not run: " + "x" * 58 + " …"),
    (StepRun("completed", seconds=0.31, outdated=True), "→ done · 0.3 s · before the last edit"),
]


@pytest.mark.parametrize(("step", "expected"), WORDS)
def test_words(step: StepRun, expected: str) -> None:
    assert hint_words(step) == expected


SHELL = {"stdout": "", "stderr": "", "exit_code": 3, "changed_files": []}


@pytest.mark.parametrize(
    ("output", "shown", "types"),
    [
        (SHELL, "→ exit code 3", "→ no changed files"),
        ({"status": 200, "body": []}, "→ status 200", "→ body: empty list"),
        ({"appended": 1200, "range": "A1"}, "→ 1,200 appended", "→ appended: integer"),
        (EMAILS, "→ list of 2 emails", "→ list of 2 emails"),
    ],
)
def test_without_previews_no_number_is_told_that_was_given(output: object, shown: str, types: str) -> None:
    assert hint_words(ran(output)) == shown
    assert hint_words(ran(output, previews=False)) == types


def test_an_output_of_an_earlier_run_is_not_told_as_this_ones() -> None:
    step = msgspec.structs.replace(ran(EMAILS), earlier=True, status="failed")
    assert hint_words(step) == "failed"


TIMES = [
    (0, "1 ms"),
    (0.004, "4 ms"),
    (0.3, "0.3 s"),
    (9.94, "9.9 s"),
    (12, "12 s"),
    (99, "99 s"),
    (120, "2 min"),
    (5400, "1.5 h"),
]


@pytest.mark.parametrize(("seconds", "expected"), TIMES)
def test_durations(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected


def test_states_as_sentences() -> None:
    assert state_words(StepRun("completed", seconds=0.3), "2 min ago") == "Completed in 0.3 s, 2 min ago."
    assert "stand-in" in state_words(StepRun("completed", provisional=True))
    assert (
        state_words(StepRun("skipped", provisional=True)) == "Skipped. Provisional: an earlier step gave no real data."
    )
    assert state_words(StepRun("completed", reused=True)) == "Completed, with what an earlier run gave."
    assert state_words(StepRun("running"), "2 min ago") == "Running now."
    assert state_words(StepRun("failed", seconds=3, provisional=True)).startswith("Failed in 3.0 s. Provisional")
    assert state_words(StepRun("not_run")) == "Not run."


@given(st.data())
def test_no_text_and_no_range_raises(data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(TEXT)))
    start, end = data.draw(st.integers(0, len(TEXT))), data.draw(st.integers(0, len(TEXT)))
    found = known(TEXT[:cut] + data.draw(st.text(max_size=5)) + TEXT[cut + data.draw(st.integers(0, 9)) :])
    span = Span(min(start, end), max(start, end))
    for hint in hints(found, span):
        assert span.start <= hint.offset <= span.end
        assert hint.offset <= len(found.workflow.text)
