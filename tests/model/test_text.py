"""Offsets and positions, against the plain way of counting them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.text import Encoding, LineIndex, Position, line_end, line_start

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
CHARS = st.sampled_from(["a", "é", "中", "😀", "\u2028", "\x0c", "\ud800", " "])
LINES = st.builds(
    lambda part, times: (part * times)[:1200], st.text(CHARS, max_size=9), st.sampled_from([1, 1, 60, 400])
)
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r\n", "\r", "\n\n"])), max_size=4)


def units(text: str, encoding: Encoding) -> int:
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    name = encoding if encoding == "utf-8" else f"{encoding}-le"
    return len(text.encode(name, "surrogatepass")) // width


def plainly(text: str, offset: int, encoding: Encoding) -> Position:
    """Return a position by walking through the text."""
    line = start = at = 0
    while at < offset:
        wide = 2 if text.startswith("\r\n", at) else 1
        if text[at] in "\r\n" and at + wide <= offset:
            line, start = line + 1, at + wide
        at += wide
    return Position(line, units(text[start:offset], encoding))


@settings(max_examples=150, deadline=None)
@given(TEXTS, LINES, st.data())
def test_positions_there_and_back(lines: list[tuple[str, str]], last: str, data: st.DataObject) -> None:
    text = "".join(f"{line}{end}" for line, end in lines) + last
    index = LineIndex(text)
    for _ in range(12):
        offset = data.draw(st.integers(0, len(text)))
        for encoding in ENCODINGS:
            at = index.position(offset, encoding)
            assert at == plainly(text, offset, encoding)
            if not text.startswith("\n", offset) or text[max(offset - 1, 0) : offset] != "\r":
                assert index.offset(at.line, at.character, encoding) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("length", [0, 1, 255, 256, 257, 511, 512, 513, 1030])
def test_characters_that_are_not_there(encoding: Encoding, end: str, length: int) -> None:
    line = ("😀" * length)[:length]
    index = LineIndex(f"{line}{end}")
    whole = units(line, encoding)
    assert index.offset(0, whole, encoding) == length
    assert index.offset(0, whole + 7, encoding) == length  # moved to the line's end
    assert index.offset(0, -3, encoding) == 0
    if length:
        assert index.offset(0, whole - 1, encoding) == length - 1  # in the middle of a character: its beginning
    assert index.offset(9, 0, encoding) == len(line + end)
    assert index.offset(-1, 5, encoding) == 0


def test_a_document_that_is_one_long_line() -> None:
    text = "😀é" * 100_000
    index = LineIndex(text)
    for offset in range(0, len(text), 10):
        assert index.offset(0, index.position(offset).character) == offset


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.data())
def test_a_line_is_found_from_any_place_in_it(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(line + end for line, end in parts)
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":  # within a line end, where no position is
        return
    index = LineIndex(text)
    line = index.line_of(offset)
    assert (line_start(text, offset), line_end(text, offset)) == (index.starts[line], index.line_span(line).end)
