"""Terminal text: marks under the exact characters, bounded lines, and nothing that steers the terminal."""

import re
from textwrap import dedent

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.event import StepStatus
from calibrant.model.issue import Finding, Issue, Kind, Place
from calibrant.model.session import Groups, SessionResult, StepResult, Summary
from calibrant.model.text import LineIndex, Span
from calibrant.report import Report
from calibrant.report.snippet import LONGEST, snippet
from calibrant.report.text import PLACES_SHOWN, Style, check_text, issue_text, session_text, steps_table
from calibrant.report.visible import one_line, visible, width
from report.samples import INDEX, PATH, REPORT, RESULT, issue

ODD = st.text(st.characters(codec=None), max_size=60)


def marked(text: str, start: int, end: int) -> str:
    """Return what stands above the marks."""
    shown = snippet(LineIndex(text), Span(start, end))
    out, at = "", 0
    for char in shown.source:
        if shown.indent <= at < shown.indent + shown.marks:
            out += char
        at += width(char)
    return out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: fetch", "fetch"),
        ("\tid:\tfetch", "fetch"),
        ("📬📬: fetch # x", "fetch"),
        ("表表 fetch", "fetch"),
        ("e\u0301e\u0301 fetch", "fetch"),
        ("a\x1b[2J\x00 fetch", "fetch"),
        ("a\u202eb fetch", "fetch"),
        ("a: 📬 b", "📬"),
        ("one\ntwo\r\n  fetch\n", "fetch"),
        ("x" * 5_000 + "fetch" + "y" * 5_000, "fetch"),
    ],
)
def test_marks_stand_under_the_exact_characters(text: str, words: str) -> None:
    start = text.index(words)
    assert marked(text, start, start + len(words)) == words


@pytest.mark.parametrize(("start", "end", "number", "marks", "last"), [
    (0, 0, 1, 1, 0),
    (3, 3, 1, 1, 0),
    (0, 7, 1, 3, 2),
    (0, 4, 1, 3, 0),
    (8, 8, 3, 1, 0),
    (500, 900, 3, 1, 0),
    (-9, -3, 1, 1, 0),
])  # fmt: skip
def test_odd_places(start: int, end: int, number: int, marks: int, last: int) -> None:
    shown = snippet(LineIndex("abc\ndef\n"), Span(start, end))
    assert (shown.number, shown.marks, shown.last) == (number, marks, last)


def test_a_line_of_a_megabyte_is_bounded() -> None:
    text = "a" * 1_000_000
    for at in (0, 500_000, 999_999):
        shown = snippet(LineIndex(text), Span(at, 1_000_000))
        assert len(shown.source) <= LONGEST + 2
        assert shown.indent + shown.marks <= LONGEST + 2
    long = Issue("i", "p", Finding("c", Kind.SYNTAX, Span(0, 1), "m" * 1_000_000, hint="h" * 1_000_000))
    assert all(len(line) < 700 for line in issue_text(long, LineIndex(text)).split("\n"))


def test_an_issue_as_a_compiler_would_say_it() -> None:
    others = {"other.yaml": LineIndex("a\nb")}
    assert issue_text(issue("unknown-step"), INDEX, others=others) == dedent("""\
        flows/ürgent mail.workflow.yaml:1:9: error[unknown-step]: ‘mail’ is wrong.
            1 | name: 📬 mail
              |          ^^^^
              = hint: Mend it.
              = also: flows/ürgent mail.workflow.yaml:6:1 in ‘log’: here too
              = also: other.yaml:1:1: in another file""")


def test_fixes_and_details() -> None:
    said = issue_text(issue("bad-expression"), INDEX, Style(details=True))
    assert "= fix: Use ‘fetch’ (safe, verified) f-1" in said
    assert "= details: Traceback\n" in said
    assert "Traceback" not in issue_text(issue("bad-expression"), INDEX)


def test_many_places_are_counted() -> None:
    many = tuple(Place(Span(0, 1), f"place {at}") for at in range(500))
    made = Issue("i", "p", Finding("c", Kind.SYNTAX, Span(0, 1), "m", related=many))
    said = issue_text(made, LineIndex("abc"))
    assert said.count("also:") == PLACES_SHOWN + 1
    assert "490 more places" in said


def test_a_calibration_is_told_in_groups_with_steps_and_a_summary() -> None:
    said = "\n".join(session_text(RESULT, INDEX))
    headings = re.findall(r"^(?:Critical|Warnings|Auto-repairs|Steps)[^\n]*", said, re.MULTILINE)
    assert headings == ["Critical (1)", "Warnings (2)", "Auto-repairs (1)", "Steps"]
    assert "  fetch  failed         1.25 s  It was refused.\n" in said
    assert "  表     not run        0.00 s  reused\n" in said
    assert "Not run: ‘表’. The workspace is not trusted.\n" in said
    assert said.endswith(
        "\n4 issues: 1 critical, 2 warnings, 1 auto-repair. 1 of 3 steps completed, 1 failed, 1 skipped, 1 reused, in 1.5 s."
    )


def test_a_run_that_broke_off_says_why() -> None:
    empty = SessionResult("s", PATH, "failed", Summary(), Groups(), reason="Stopped at ‘fetch’: refused.")
    assert list(session_text(empty, INDEX)) == [
        "Stopped at ‘fetch’: refused. No issues. 0 of 0 steps completed, in 0.0 s."
    ]
    cancelled = msgspec.structs.replace(empty, status="cancelled", reason="")
    assert next(session_text(cancelled, INDEX)).startswith("The run was cancelled. ")


def test_a_check_ends_with_counts() -> None:
    assert list(check_text([REPORT]))[-1] == "2 errors, 1 warning, 1 hint in 1 file."
    assert list(check_text([Report("a", INDEX), Report("b", INDEX)])) == ["No issues in 2 files."]


def test_of_many_steps_the_completed_are_counted() -> None:
    states: tuple[StepStatus, ...] = ("completed", "completed", "failed", "completed")
    steps = [StepResult(f"s{at}", states[at % 4]) for at in range(10_000)]
    lines = list(steps_table(steps))
    assert lines[0].split() == ["s2", "failed", "0.00", "s"]
    assert lines[-2:] == ["  and 7,500 completed steps", "  and 2,300 more that did not complete"]
    assert len(lines) == 202


def test_colour_is_only_added() -> None:
    for colour in (True, False):
        said = "\n".join(
            [*session_text(RESULT, INDEX, Style(colour=colour)), *check_text([REPORT], Style(colour=colour))]
        )
        assert ("\x1b[1;31m" in said) is colour
    plain = "\n".join(session_text(RESULT, INDEX))
    coloured = "\n".join(session_text(RESULT, INDEX, Style(colour=True)))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


@settings(max_examples=200, deadline=None)
@given(ODD, ODD, st.integers(-3, 70), st.integers(-3, 70))
def test_nothing_from_a_file_steers_the_terminal(text: str, words: str, start: int, length: int) -> None:
    found = Finding(
        "c",
        Kind.SYNTAX,
        Span(start, start + length),
        words,
        words,
        words,
        step=words,
        related=(Place(Span(0, 1), words, words, words),),
    )
    made = Issue("i", words, found)
    step = StepResult(words, "failed", words)
    result = SessionResult("s", words, "failed", Summary(1, 1), Groups(critical=(made,)), (step,), words)
    said = "\n".join(session_text(result, LineIndex(text), Style(details=True)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", said)
    said.encode()


def test_what_is_made_visible() -> None:
    assert visible("a\x1b[31m\x7f\x9b\u202e\ufeff\ud800\r") == "a␛[31m␡<U+009B><U+202E><U+FEFF><U+D800>␍"
    assert visible("é 📬 👩‍💻 ‘x’") == "é 📬 👩‍💻 ‘x’"
    assert one_line("a\nb\tc \n") == "a b c"
    assert [width(text) for text in ("abc", "é", "e\u0301", "表", "📬")] == [3, 1, 1, 2, 2]
