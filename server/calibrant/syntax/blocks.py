"""Literal and folded block scalars (https://yaml.org/spec/1.2.2/#81-block-scalar-styles), with every character's place."""

import re

from calibrant.model.nodes import Scalar
from calibrant.model.text import Span

HEADER = re.compile(r"([|>])([-+]?)([1-9]?)([-+]?)(?=[ \t\r\n]|\Z)[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_LINE = re.compile(r"([ ]*)([^\r\n]*)(\r\n|\r|\n|\Z)")

_Line = tuple[int, str]
"""The offset of a line's content in the piece, and the content without indentation and line end."""


def block_scalar(text: str, start: int, parent: int) -> Scalar | None:
    """Read the block scalar whose `|` or `>` stands at `start`, in a node indented by `parent`; None: not one."""
    header = HEADER.match(text, start)
    if header is None:
        return None
    chomp, digit = header[2] or header[4], header[3]
    indent = max(parent, 0) + int(digit) if digit else _detect(text, header.end(), parent)
    lines, end, last_break = _lines(text, header.end(), indent)
    write = _literal if header[1] == "|" else _folded
    value, marks = write(lines)
    value = _chomped(value, lines, chomp, last_break)
    style = "literal" if header[1] == "|" else "folded"
    span = Span(start, end if lines else start + len(header[0].rstrip("\r\n")))
    return Scalar(span, value, "literal" if style == "literal" else "folded", tuple(marks))


def _detect(text: str, at: int, parent: int) -> int:
    """Return the indentation of the first line with something in it, or one that no line has."""
    for line in _LINE.finditer(text, at):
        if line[2]:
            return len(line[1]) if len(line[1]) > parent else parent + 1
        if line.end() >= len(text):
            break
    return parent + 1


def _lines(text: str, at: int, indent: int) -> tuple[list[_Line], int, bool]:
    """Return the scalar's lines, trailing empty ones included, its last character's end, and whether a break follows."""
    lines: list[_Line] = []
    end, broken = at, False
    while at < len(text):
        line = _LINE.match(text, at)
        if line is None or (line[2] and len(line[1]) < indent):
            break
        content = text[min(at + indent, line.end(2)) : line.end(2)]
        lines.append((line.end(2) - len(content), content))
        if content:
            end = line.end(2)
        broken = bool(line[3])
        at = line.end()
    return lines, end, broken


def _literal(lines: list[_Line]) -> tuple[str, list[tuple[int, int]]]:
    marks, length = [], 0
    for source, content in lines:
        marks.append((length, source))
        length += len(content) + 1
    return "".join(content + "\n" for _, content in lines), marks


def _folded(lines: list[_Line]) -> tuple[str, list[tuple[int, int]]]:
    """Join lines by blanks; empty lines and lines with more indentation keep their breaks."""
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    before: str | None = None
    empty: list[int] = []
    for source, content in lines:
        if not content:
            empty.append(source)
            continue
        apart = before is None or content[0] in " \t" or before[0] in " \t"
        kept = [*([-1] if apart and before is not None else []), *empty]
        # A break that has no empty line of its own goes on from the end of the line before.
        marks += [(length + number, place) for number, place in enumerate(kept) if place >= 0]
        joint = "\n" * len(kept) if kept or before is None else " "
        length += len(joint)
        marks.append((length, source))
        parts += (joint, content)
        length += len(content)
        before, empty = content, []
    own = 0 if before is None else 1
    marks += [(length + own + number, place) for number, place in enumerate(empty)]
    return "".join(parts) + "\n" * (own + len(empty)), marks


def _chomped(value: str, lines: list[_Line], chomp: str, last_break: bool) -> str:
    if chomp == "+":
        return value if last_break or not value else value[:-1]
    stripped = value.rstrip("\n")
    if chomp == "-" or not stripped:
        return stripped
    return stripped + "\n" if last_break or not lines[-1][1] else stripped
