"""Edits made one after the other, as edits of the first text: the same result, and hunks that can be taken back."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from calibrant.change.hunks import Clash, compose, inverse, take_back
from calibrant.model.text import Span, TextEdit, apply_edits

texts = st.text("ab\n\r\U0001f600", max_size=24)


@st.composite
def edited(draw: st.DrawFn, text: str) -> tuple[TextEdit, ...]:
    """Draw edits of a text that do not overlap; they may meet."""
    marks = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = [(marks[n], marks[n + 1]) for n in range(0, len(marks) - 1, 2)]
    return tuple(TextEdit(Span(*pair), draw(texts)) for pair in dict.fromkeys(pairs))


@st.composite
def twice(draw: st.DrawFn) -> tuple[str, tuple[TextEdit, ...], tuple[TextEdit, ...]]:
    text = draw(texts)
    first = draw(edited(text))
    return text, first, draw(edited(apply_edits(text, first)))


@given(twice())
def test_at_once_gives_what_one_after_the_other_gives(
    drawn: tuple[str, tuple[TextEdit, ...], tuple[TextEdit, ...]],
) -> None:
    text, first, second = drawn
    after = apply_edits(apply_edits(text, first), second)
    edits = compose(text, first, second)
    assert apply_edits(text, edits) == after
    assert all(one.span.end < other.span.start for one, other in pairwise(edits)), "apart"
    back = take_back(after, inverse(text, edits), after)
    assert not isinstance(back, Clash)
    assert apply_edits(after, back) == text


@given(twice())
def test_only_what_changed_is_touched(drawn: tuple[str, tuple[TextEdit, ...], tuple[TextEdit, ...]]) -> None:
    text, first, _ = drawn
    assert compose(text, first, inverse(text, first)) == ()
    assert apply_edits(text, compose(text, first, ())) == apply_edits(text, compose(text, (), first))
