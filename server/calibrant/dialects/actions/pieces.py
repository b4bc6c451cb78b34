"""A document cut at its jobs and their steps, by its text alone: before anything is parsed, and whatever mistakes are in it."""

import re
from collections.abc import Iterator

import msgspec

from calibrant.model.text import Span
from calibrant.syntax.pieces import CONTENT, ITEM, KEY, block_end, first_document, list_items, with_comments

_SHARED = (re.compile(r"&(?<![^\s\[{,]&)(?=\w)"), re.compile(r"<<(?<![^\s\[{,]<<)[ \t]*:"))
"""What may be shared between pieces, so that they cannot be read apart. A script may look so too: that costs time only."""
_REST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ \t]*)([^\n]*)")


class JobPiece(msgspec.Struct, frozen=True):
    """Where a job stands, its comments above included, and its steps, if it has a list that can be cut."""

    span: Span
    steps: tuple[Span, ...] = ()


class Pieces(msgspec.Struct, frozen=True):
    """Where a document's pieces stand.

    `head` and `tail` hold what is before and behind the jobs; without `tail` the whole document is in `head`, to be read in one
    go. `more` is where a second document begins.
    """

    head: Span
    jobs: tuple[JobPiece, ...] = ()
    tail: Span | None = None
    more: Span | None = None


def split(text: str, holder: str) -> Pieces:
    """Cut a document (see `syntax.normal`) at the jobs below the key `holder`; below `runs` there is just one, with no name."""
    start, end, more = first_document(text)
    whole = Pieces(Span(start, end), more=more)
    first = CONTENT.search(text, start, end)
    if first is None or any(pattern.search(text, start, end) for pattern in _SHARED):
        return whole
    column = _column(first[0])
    opened = _opened(text, holder, column, Span(start, end))
    if opened is None or KEY.match(first[0].lstrip(" ")) is None:
        return whole
    stop = block_end(text, opened, end, column)
    content = CONTENT.search(text, opened, stop)
    inner = _column(content[0]) if content else 0
    if content is None or inner <= column or "\t" in content[0][: inner + 1] or not KEY.match(content[0].lstrip(" ")):
        return whole
    block = Span(opened, stop)
    one = holder == "runs"
    jobs = (JobPiece(block, _steps(text, block, inner)),) if one else tuple(_jobs(text, block, inner))
    return Pieces(Span(start, opened), jobs, Span(stop, end), more)


def _opened(text: str, name: str, column: int, within: Span) -> int | None:
    """Return where the value of a key at a column begins, on the line behind it."""
    key = re.compile(rf"^ {{{column}}}(?:{name}|\"{name}\"|'{name}')[ \t]*:[ \t]*(?:#[^\n]*)?\r?\n", re.MULTILINE)
    found = key.search(text, within.start, within.end)
    return found.end() if found else None


def _jobs(text: str, block: Span, column: int) -> Iterator[JobPiece]:
    line = re.compile(rf"^ {{{column}}}(?=[^\s#-])", re.MULTILINE)
    keys = [match.start() for match in line.finditer(text, block.start, block.end) if KEY.match(text, match.end())]
    starts = [with_comments(text, at, block.start, column) for at in keys]
    starts[0] = block.start
    for key, start, end in zip(keys, starts, [*starts[1:], block.end], strict=True):
        below = text.find("\n", key, end) + 1 or end
        content = CONTENT.search(text, below, end)
        inner = _column(content[0]) if content else 0
        yield JobPiece(Span(start, end), _steps(text, Span(below, end), inner) if inner > column else ())


def _steps(text: str, block: Span, column: int) -> tuple[Span, ...]:
    """Return the steps of a job whose keys stand at a column in a block."""
    opened = _opened(text, "steps", column, block)
    rest = _REST.match(text, opened, block.end) if opened is not None else None
    if opened is None or rest is None or "\t" in rest[1] or len(rest[1]) < column or not re.match(ITEM, rest[2]):
        return ()
    return list_items(text, opened, block.end, (column, len(rest[1])))


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
