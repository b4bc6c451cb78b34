"""What tools really printed, torn, shuffled and mixed: whatever is left of it is read without harm."""

from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.failures.reports import read
from calibrant.failures.reports.output import readable
from failures.complained import OUTPUTS, output_of

KEPT = [output_of(path).split("\n") for path in sorted(OUTPUTS.glob("*/*.txt"))]


@st.composite
def pieces(draw: st.DrawFn) -> list[str]:
    lines = draw(st.sampled_from(KEPT))
    first = draw(st.integers(0, len(lines) - 1))
    return lines[first : first + draw(st.integers(1, 40))]


@st.composite
def torn(draw: st.DrawFn) -> str:
    lines = [line for piece in draw(st.lists(pieces(), min_size=1, max_size=4)) for line in piece]
    for at in draw(st.lists(st.integers(0, len(lines) - 1), max_size=6)):
        lines[at] = draw(
            st.sampled_from(["", lines[at][1:], lines[at][: len(lines[at]) // 2], f"{lines[at]}\n{lines[at]}", "  "])
        )
    return "\n".join(lines)


@settings(max_examples=300, deadline=None)
@given(torn())
def test_what_is_left_of_an_output_is_read_without_harm(output: str) -> None:
    text = readable(output)
    for one in read(output):
        assert one.said
        assert all(0 <= span.start <= span.end <= len(text) for span in one.said)
        assert one.message or one.name or one.file
        assert "\n" not in one.message
        assert one.at is None or 0 <= one.at.line <= one.at.end_line
