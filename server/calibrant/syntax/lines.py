"""The lines of a text: where they begin and end, and which comments belong to what."""

import re

_LINE = re.compile(r"([ \t]*)(#?)([^\r\n]*)(?=\r?\n|\r|\Z)")
_TRAILING = re.compile(r"[ \t,]*(?:(?<=[ \t,])#[^\r\n]*)?(?=\r?\n|\Z)")


def line_start(text: str, offset: int) -> int:
    """Return where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of an offset ends, its line end not included."""
    end = text.find("\n", offset)
    if end < 0:
        return len(text)
    return end - 1 if end > offset and text[end - 1] == "\r" else end


def next_line(text: str, end: int) -> int:
    """Return where the next line begins, given where a line ends; the text's end where there is none."""
    if text.startswith("\r\n", end):
        return end + 2
    return min(end + 1, len(text))


def column(text: str, offset: int) -> int:
    """Return the column of an offset."""
    return offset - line_start(text, offset)


def indent_of(text: str, offset: int) -> str:
    """Return the blanks that the line of an offset begins with."""
    start = line_start(text, offset)
    match = _LINE.match(text, start)
    return match[1] if match else ""


def above(text: str, start: int, floor: int, limit: int) -> int:
    """Return where the comment lines directly above the line that begins at `start` begin; `limit` is their last column."""
    while start > floor:
        before = line_start(text, start - 1)
        match = _LINE.match(text, before)
        if before < floor or match is None or not match[2] or len(match[1]) > limit:
            return start
        start = before
    return start


def below(text: str, end: int, limit: int) -> int:
    """Return where the comment lines end that directly follow the line ending at `end`, right of the column `limit`."""
    while end < len(text):
        match = _LINE.match(text, next_line(text, end))
        if match is None or not match[2] or len(match[1]) <= limit:
            return end
        end = match.end()
    return end


def blanks_above(text: str, start: int, floor: int) -> int:
    """Return where the empty lines directly above the line that begins at `start` begin."""
    while start > floor:
        before = line_start(text, start - 1)
        if before < floor or text[before:start].strip():
            return start
        start = before
    return start


def blanks_below(text: str, end: int) -> int:
    """Return where the empty lines end that directly follow the line ending at `end`."""
    while end < len(text):
        following = next_line(text, end)
        after = line_end(text, following)
        if following >= len(text) or text[following:after].strip():
            return end
        end = after
    return end


def ends_line(text: str, offset: int) -> bool:
    """Tell whether nothing but a comma and a comment follows on the line."""
    return _TRAILING.match(text, offset) is not None
