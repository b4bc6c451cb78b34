"""Semantic tokens as the protocol's rows of numbers: encoded for each step, joined for a document, told by difference."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from calibrant.lsp.text_memory import MODIFIERS, TYPES
from calibrant.model.text import Encoding, LineIndex, width
from calibrant.model.token import Modifier, Token, TokenType

_WIDTH: Final = 5
"""Numbers of one token: lines and characters from the one before, length, type, modifiers."""


class Chunk(NamedTuple):
    """The tokens of one piece. The first counts from the piece's own start; `line` and `character` are of the last one."""

    data: "array[int]"
    line: int = 0
    character: int = 0


class Spoken(NamedTuple):
    """What is kept of a piece: a step's tokens as they go over the wire, a job's to be woven in between those of its steps."""

    chunk: Chunk
    tokens: tuple[Token, ...] = ()


def encoded(tokens: Sequence[Token], text: str, encoding: Encoding) -> Chunk:
    """Return the tokens of a piece with that text; those that go over several lines are cut at the line ends."""
    data = array("I")
    at_line = at_character = 0
    if tokens:
        index = LineIndex(text)
        starts, plain = index.starts, encoding == "utf-32" or text.isascii()
        for token in tokens:
            for line, start, end in _lines(token, index):
                before, length = start - starts[line], end - start
                if not plain:
                    before, length = width(text[starts[line] : start], encoding), width(text[start:end], encoding)
                ahead = line - at_line
                kind, flags = _numbers(token.type, token.modifiers)
                data.extend((ahead, before if ahead else before - at_character, length, kind, flags))
                at_line, at_character = line, before
    return Chunk(data, at_line, at_character)


@cache
def _numbers(kind: TokenType, modifiers: tuple[Modifier, ...]) -> tuple[int, int]:
    """Return what stands for a type and its modifiers in the legend."""
    return TYPES.index(kind), sum(1 << MODIFIERS.index(one) for one in modifiers)


def _lines(token: Token, index: LineIndex) -> Iterator[tuple[int, int, int]]:
    """Yield line, start and end of the parts of a token that lie on one line each, without the blanks before them."""
    first = index.line_of(token.start)
    last = index.line_of(token.end - 1)
    if first == last and index.text[token.end - 1] not in "\r\n":
        yield first, token.start, token.end
        return
    for line in range(first, last + 1):
        whole = index.line_span(line)
        start, end = max(token.start, whole.start), min(token.end, whole.end)
        start += len(index.text[start:end]) - len(index.text[start:end].lstrip())
        if start < end:
            yield line, start, end


class Placed(NamedTuple):
    """A piece's tokens with the position of its start in the document."""

    chunk: Chunk
    line: int
    character: int


def placed(text: str, pieces: Iterable[tuple[int, Chunk]], encoding: Encoding) -> Iterator[Placed]:
    """Place chunks at the offsets of their pieces, which are in order."""
    starts = LineIndex(text).starts if "\r" in text else None
    line = before = 0
    for origin, chunk in pieces:
        if starts is not None:
            line = bisect_right(starts, origin) - 1
            start = starts[line]
        else:
            line += text.count("\n", before, origin)
            start, before = text.rfind("\n", 0, origin) + 1, origin
        yield Placed(chunk, line, width(text[start:origin], encoding))


def joined(pieces: Iterable[Placed]) -> "array[int]":
    """Return the tokens of several pieces in order as one row of numbers."""
    data = array("I")
    at_line = at_character = 0
    for chunk, line, character in pieces:
        if not chunk.data:
            continue
        first_line, first = line + chunk.data[0], chunk.data[1] + (0 if chunk.data[0] else character)
        here = len(data)
        data.extend(chunk.data)
        data[here] = first_line - at_line
        data[here + 1] = first if first_line > at_line else first - at_character
        at_line = line + chunk.line
        at_character = chunk.character + (0 if chunk.line else character)
    return data


def within(data: "array[int]", first: tuple[int, int], last: tuple[int, int]) -> "array[int]":
    """Return the tokens that lie, at least in part, between two positions (line, character)."""
    found = array("I")
    line = character = at_line = at_character = 0
    for at in range(0, len(data), _WIDTH):
        character = data[at + 1] + (0 if data[at] else character)
        line += data[at]
        if (line, character + data[at + 2]) > first and (line, character) < last:
            ahead = line - at_line
            found.extend((ahead, character if ahead else character - at_character, *data[at + 2 : at + _WIDTH]))
            at_line, at_character = line, character
    return found


class Replaced(NamedTuple):
    """The difference between two rows: from `start` on, `deleted` numbers become `data`."""

    start: int
    deleted: int
    data: "array[int]"


def difference(before: "array[int]", after: "array[int]") -> Replaced | None:
    """Return what makes one row the other, None where they are equal."""
    if before == after:
        return None
    old, new = memoryview(before), memoryview(after)
    most = min(len(old), len(new)) // _WIDTH
    front = _most(most, lambda one, other: old[one:other] == new[one:other])
    back = _most(
        most - front // _WIDTH,
        lambda one, other: old[len(old) - other : len(old) - one] == new[len(new) - other : len(new) - one],
    )
    return Replaced(front, len(before) - front - back, after[front : len(after) - back])


def _most(tokens: int, same: Callable[[int, int], bool]) -> int:
    """Return how many numbers, in whole tokens, are the same from an end on; by halves, for comparing is fast."""
    low, high = 0, tokens
    while low < high:
        middle = (low + high + 1) // 2
        if same(low * _WIDTH, middle * _WIDTH):
            low = middle
        else:
            high = middle - 1
    return low * _WIDTH
