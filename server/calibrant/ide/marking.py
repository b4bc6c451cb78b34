"""A marker word put into half-typed text where the cursor is, so that a reader shows what the cursor is in."""

import re
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from calibrant.ide.unfinished import unfinished_json, unfinished_yaml
from calibrant.model.text import line_end, line_start

Format = Literal["yaml", "json"]

_WORD: Final = re.compile(r"[\w.-]*")
_ALONE: Final = re.compile(r" *(?:-[ ]+)*[\w.-]*\Z")
_REST: Final = re.compile(r"[\w.-]*[ \t]*(?:[ \t]#[^\r\n]*)?(?=[\r\n]|\Z)")
_QUOTE_JSON: Final = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*("?)')


class Marked(msgspec.Struct, frozen=True):
    """A text with a marker in it: `put` are the pieces put in (offset in the text before, their length), in order."""

    text: str
    marker: str
    put: tuple[tuple[int, int], ...]
    key: bool = False

    def original(self, offset: int) -> int:
        """Return where an offset of the marked text is in the text before; what was put in is at its place."""
        shift = 0
        for at, length in self.put:
            if offset < at + shift:
                break
            if offset < at + shift + length:
                return at
            shift += length
        return offset - shift


def markings(text: str, cursor: int, form: Format) -> Iterator[Marked]:
    """Yield the text with a marker at the cursor, the least changed first; none where the cursor is in a comment.

    Later ones close what is open at the cursor, and leave out what follows it on its line.
    """
    marker = "cursorword"
    while marker in text:
        marker += "x"
    if form == "json":
        yield from _json(text, cursor, marker)
    else:
        yield from _yaml(text, cursor, marker)


def _yaml(text: str, cursor: int, marker: str) -> Iterator[Marked]:
    start = line_start(text, cursor)
    rest = _REST.match(text, cursor)
    if _ALONE.match(text[start:cursor]) and rest is not None:
        # a word alone on its line is most likely a key that has no colon yet
        word = _WORD.match(text, cursor)
        end = word.end() if word else cursor
        yield _put(text, marker, ((cursor, marker), (end, ":")), key=True)
    yield _put(text, marker, ((cursor, marker),))
    state = unfinished_yaml(text, cursor)
    if state is None:
        return
    before = ((state.bare, state.quote),) if state.bare >= 0 else ()
    yield _put(text, marker, (*before, (cursor, marker + state.closing)), drop=line_end(text, cursor))
    if state.closing:
        yield _put(text, marker, (*before, (cursor, marker + state.closing)), drop=len(text))


def _json(text: str, cursor: int, marker: str) -> Iterator[Marked]:
    start = line_start(text, cursor)
    inside = False
    for found in _QUOTE_JSON.finditer(text, start):
        if found.start() >= cursor:
            break
        inside = cursor < found.end() or (not found[1] and cursor == found.end())
    if inside:
        yield _put(text, marker, ((cursor, marker),))
    elif text[cursor - 1 : cursor] in ('"', "}", "]") and cursor:
        return  # right behind a value nothing can be begun
    else:
        begin = cursor
        while begin > start and (text[begin - 1].isalnum() or text[begin - 1] in "_-."):
            begin -= 1
        word = _WORD.match(text, cursor)
        end = word.end() if word else cursor
        yield _put(text, marker, ((begin, '"'), (cursor, marker), (end, '"')))
    closing = unfinished_json(text, cursor)
    quote = '"' if inside else ""
    opening = () if inside else ((cursor, '"'),)
    yield _put(text, marker, (*opening, (cursor, marker + (quote or '"') + closing)), drop=len(text))


def _put(text: str, marker: str, put: tuple[tuple[int, str], ...], *, key: bool = False, drop: int = -1) -> Marked:
    out: list[str] = []
    at = 0
    for offset, what in put:
        out += (text[at:offset], what)
        at = offset
    out.append(text[max(drop, at) :])
    return Marked("".join(out), marker, tuple((offset, len(what)) for offset, what in put), key)
