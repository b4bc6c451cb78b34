"""Comparing by lines, and taking edits back out of a text that was edited elsewhere since: cases and properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.change.hunks import Clash, inverse, take_back
from calibrant.change.linediff import line_hunks, split_lines
from calibrant.model.text import Span, TextEdit, apply_edits

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "d\r", "  e: 1\n", "\n"]), max_size=14)
TEXTS = st.text(alphabet="ab:\n\r é🎈\u2028", max_size=40)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> tuple[TextEdit, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6).map(lambda c: c[: len(c) // 2 * 2])))
    spans = [Span(*pair) for pair in zip(cuts[::2], cuts[1::2], strict=True)]
    return tuple(TextEdit(span, draw(st.text(alphabet="ab:\n\rX", max_size=5))) for span in spans)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, tuple[TextEdit, ...]]:
    text = draw(TEXTS)
    return text, draw(edits_of(text))


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_hunks_lead_from_one_text_to_the_other(one: list[str], other: list[str]) -> None:
    hunks = line_hunks(one, other)
    built: list[str] = []
    at = 0
    for a, b, c, d in hunks:
        assert at <= a <= b
        assert (a, c) != (b, d)
        built += [*one[at:a], *other[c:d]]
        at = b
    assert [*built, *one[at:]] == other
    removed = sum(b - a for a, b, _, _ in hunks)
    assert len(one) - removed == longest_common(one, other)


def longest_common(one: list[str], other: list[str]) -> int:
    row = [0] * (len(other) + 1)
    for line in one:
        new = [0]
        for n, theirs in enumerate(other):
            new.append(row[n] + 1 if line == theirs else max(row[n + 1], new[n]))
        row = new
    return row[-1]


@pytest.mark.parametrize("size", [0, 400, 5000])
def test_large_texts_are_compared_within_bounds(size: int) -> None:
    one = [f"{n}\n" for n in range(size)]
    other = ["new\n", *one[: size // 2], *(f"x{n}\n" for n in range(size)), *one[size // 2 :]]
    (first, *rest) = line_hunks(one, other)
    assert first[0] == 0
    assert len(rest) == (1 if size == 400 else 0)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_lines_are_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@settings(max_examples=200, deadline=None)
@given(edited())
def test_what_was_not_edited_since_is_taken_back_exactly(case: tuple[str, tuple[TextEdit, ...]]) -> None:
    text, edits = case
    after = apply_edits(text, edits)
    hunks = inverse(text, edits)
    assert apply_edits(after, hunks) == text
    assert apply_edits(text, inverse(after, hunks)) == after
    assert take_back(after, hunks, after) == hunks


@st.composite
def edited_apart(draw: st.DrawFn) -> tuple[str, tuple[TextEdit, ...], str, str]:
    """A text, a fix in some lines, the fixed text with other lines edited by the user, and the same without the fix."""
    kinds = draw(st.lists(st.sampled_from(["same", "same", "fix", "edit", "add", "drop"]), min_size=1, max_size=12))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    before, fixed, user = [], [], []
    for number, kind in enumerate(kinds):
        old = f"  k{number}: Old{end}"
        own = f"  k{number}: New{end}" if kind == "fix" else old
        mine = {"edit": f"  k{number}: Mine{end}", "add": f"{old}  j{number}: Mine{end}", "drop": ""}.get(kind, own)
        before.append(old)
        fixed.append(own)
        user.append((mine, old if kind == "fix" else mine))
    text, starts = "".join(before), [sum(map(len, before[:n])) for n in range(len(before))]
    edits = tuple(
        TextEdit(Span(starts[n] + len(f"  k{n}: "), starts[n] + len(before[n]) - len(end)), "New")
        for n, kind in enumerate(kinds)
        if kind == "fix"
    )
    return text, edits, "".join(now for now, _ in user), "".join(without for _, without in user)


@settings(max_examples=200, deadline=None)
@given(edited_apart())
def test_what_the_user_edited_elsewhere_stays(case: tuple[str, tuple[TextEdit, ...], str, str]) -> None:
    text, edits, now, wanted = case
    back = take_back(apply_edits(text, edits), inverse(text, edits), now)
    assert not isinstance(back, Clash)
    assert apply_edits(now, back) == wanted


@settings(max_examples=200, deadline=None)
@given(edited(), st.data())
def test_only_the_hunks_are_touched_whatever_the_user_did(
    case: tuple[str, tuple[TextEdit, ...]], data: st.DataObject
) -> None:
    text, edits = case
    after = apply_edits(text, edits)
    hunks = inverse(text, edits)
    now = apply_edits(after, data.draw(edits_of(after)))
    back = take_back(after, hunks, now)
    if isinstance(back, Clash):
        return
    for edit, hunk in zip(back, hunks, strict=True):
        assert edit.text == hunk.text
        assert now[edit.span.start : edit.span.end] == after[hunk.span.start : hunk.span.end]


BEFORE = "steps:\n  - id: a\n    range: Mail\n  - id: b\n"
AFTER = BEFORE.replace("Mail", "Mails")
FIX = (TextEdit(Span(BEFORE.index("Mail"), BEFORE.index("Mail") + 4), "Mails"),)
USES = "    uses: y\n"
LONGER = BEFORE.replace("    range", "    if: x\n    range")
INSERT = (TextEdit(Span(BEFORE.index("    range"), BEFORE.index("    range")), "    if: x\n"),)


@pytest.mark.parametrize(
    ("fix", "now", "wanted"),
    [
        pytest.param(FIX, AFTER.replace("range", "sheet"), BEFORE.replace("range", "sheet"), id="same line"),
        pytest.param(FIX, AFTER.replace("Mails\n", "Mails too\n"), None, id="directly behind"),
        pytest.param(FIX, AFTER.replace("ls\n", "ls\n" + USES), BEFORE.replace("il\n", "il\n" + USES), id="below"),
        pytest.param(FIX, AFTER.replace("steps:\n", "# note\nsteps:\n"), "# note\n" + BEFORE, id="at the top"),
        pytest.param(FIX, AFTER.replace("  - id: b\n", ""), BEFORE.replace("  - id: b\n", ""), id="line below gone"),
        pytest.param(FIX, AFTER.replace("Mails", "MailsToo"), None, id="the word itself"),
        pytest.param(FIX, AFTER.replace("    range: Mails\n", ""), None, id="the line is gone"),
        pytest.param(FIX, "", None, id="all is gone"),
        pytest.param(FIX, AFTER.replace("\n", "\r\n"), None, id="all line ends changed"),
        pytest.param(INSERT, LONGER.replace("x\n", "x\n" + USES), BEFORE.replace("a\n", "a\n" + USES), id="after lines"),
        pytest.param(INSERT, LONGER.replace("a\n", "a\n" + USES), BEFORE.replace("a\n", "a\n" + USES), id="before lines"),
        pytest.param(INSERT, LONGER.replace("x\n", "x\n    if: x\n"), None, id="the same line again: which is whose?"),
        pytest.param(INSERT, LONGER.replace("if: x", "if: z"), None, id="the line itself"),
    ],
)  # fmt: skip
def test_cases(fix: tuple[TextEdit, ...], now: str, wanted: str | None) -> None:
    back = take_back(apply_edits(BEFORE, fix), inverse(BEFORE, fix), now)
    if wanted is None:
        assert isinstance(back, Clash)
        assert back.line == 3
    else:
        assert not isinstance(back, Clash)
        assert apply_edits(now, back) == wanted
