"""Reading around mistakes in YAML: a text that cannot be read whole is cut at its keys and items, each read alone."""

import re
from collections.abc import Callable
from itertools import pairwise

import msgspec

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.blocks import HEADER, block_scalar
from calibrant.syntax.guard import parsable
from calibrant.syntax.guesses import (
    CONTROL,
    bad_indentation,
    guess_line,
    guess_value,
    less_indented,
    not_below,
    tab_indent,
)
from calibrant.syntax.json_recover import JsonRecovery
from calibrant.syntax.moving import moved
from calibrant.syntax.quoted import BAD_ESCAPE, double, plain, single
from calibrant.syntax.tree import LIMITS, syntax_problem
from calibrant.syntax.yaml_nodes import too_deep
from calibrant.syntax.yaml_types import resolve

_LINE = re.compile(r"^([ \t]*)([^ \t\r\n#][^\r\n]*)", re.MULTILINE)
_KEY = re.compile(
    r"(\"(?:[^\"\\\r\n]|\\.)*+\"[ \t]*+|'(?:[^'\r\n]|'')*+'[ \t]*+"
    r"|(?!-[ \t])[^\s\[\]{}\"'|>@`%&*!,#](?:[^:\r\n]|:(?![ \t\r\n]|\Z))*+):(?=[ \t\r\n]|\Z)"
)
_DASH = re.compile(r"-(?=[ \t\r\n]|\Z)")
_PROPERTIES = re.compile(r"(?:[&!][^\s\[\]{},]*+[ \t]*+)*+(?:#[^\r\n]*+)?+")
_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])&([^\s\[\]{},&]+)")
_SIMPLE = re.compile(
    r"[ \t]*(\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\r\n]|'')*'|[^\s\-?:\[\]{}\"'|>@`%&*!,#][^\r\n]*)[ \t]*(?:[ \t]#[^\r\n]*)?\s*\Z"
)


Parse = Callable[[str, int, int], tuple[Node, list[Finding]] | None]
"""Reads a text that stands at an offset, so many levels deep: its node and problems, or None where it has mistakes."""


class _Line(msgspec.Struct, frozen=True):
    """A line with something on it: where it begins and where its content does, relative to the region it was cut from."""

    start: int
    content: int
    text: str

    @property
    def indent(self) -> int:
        return self.content - self.start


class Recovery:
    """Reads regions of one piece.

    `parse` reads a text that stands at an offset of the piece, or gives None where it cannot; `declare` makes an anchor known.
    """

    def __init__(self, parse: Parse, declare: Callable[[str, Node], None]) -> None:
        self.parse, self.declare = parse, declare
        self.problems: list[Finding] = []
        self.left = LIMITS.reread

    def read(self, text: str, base: int, parent: int, depth: int) -> Node:
        """Return the node of a region of whole lines; `parent` is the column of what holds it."""
        if self._given_up(text, base):
            return Hole(Span(base, base + len(text.rstrip())), missing=False)
        lines = _lines(text)
        if not lines:
            return Hole(Span(base, base))
        first = lines[0]
        if depth >= LIMITS.depth:
            self.problems.append(too_deep(Span(base + first.content, base + first.content + 1)))
            return Hole(Span(base + first.content, base + first.content + len(first.text.rstrip())), missing=False)
        if _DASH.match(first.text):
            return self._sequence(text, base, lines, depth)
        if _KEY.match(first.text) or any(_KEY.match(line.text) for line in lines[1:] if line.indent == first.indent):
            return self._mapping(text, base, lines, depth)
        return self._value(text[first.content :], base + first.content, parent, depth)

    def _sequence(self, text: str, base: int, lines: list[_Line], depth: int) -> Node:
        column = lines[0].indent
        starts: list[_Line] = []
        astray = False
        for line in lines:
            dash = _DASH.match(line.text)
            proper = dash and line.indent == column
            if not proper and line.indent > (starts[-1].indent if starts else column):
                continue
            if not proper:
                kept = len(self.problems)
                self.problems.append(self._misplaced(text, line, base, column if dash else column + 2))
                if astray and (dash or _KEY.match(line.text)):
                    self._not_again(kept, base + line.content)
            astray = not proper
            if dash:
                starts.append(line)
            else:
                text = _blank(text, line)
        items: list[Node] = []
        for chunk, line in _chunks(text, starts):
            # The dash becomes a blank: what follows it stands at its own column.
            inner = " " * (line.indent + 1) + chunk[line.indent + 1 :]
            item = self._whole(inner, base + line.start, column, depth + 1)
            after = base + line.content + 1
            items.append(Hole(Span(after, after)) if isinstance(item, Hole) and item.missing else item)
        end = max((item.span.end for item in items), default=0)
        start = base + lines[0].content
        return Seq(Span(start, max(start + 1, end)), tuple(items))

    def _misplaced(self, text: str, line: _Line, base: int, column: int) -> Finding:
        """Say what is wrong with a line that begins where nothing can begin."""
        at = base + line.content
        if "\t" in text[line.start : line.content]:
            tab = tab_indent(text[line.start : line.content] + line.text, base + line.start)
            if tab is not None:
                return tab
        if _DASH.match(line.text) or _KEY.match(line.text):
            return bad_indentation(line.text, at, column)
        return guess_line(line.text, at)

    def _mapping(self, text: str, base: int, lines: list[_Line], depth: int) -> Node:
        column = _column(lines)
        entries: list[Entry] = []
        astray = 0
        for chunk, line in _chunks(text, _beginnings(lines, column)):
            kept = len(self.problems)
            key = _KEY.match(line.text)
            if key and line.indent != column:
                self.problems.append(self._misplaced(text, line, base, column))
            made = self._entries(chunk, base + line.start, line, depth)
            entries += made
            if key and line.indent != column and any(_is_empty_text(entry.value) for entry in made):
                del self.problems[kept + 1 :]  # its text would be below it, if it stood where it belongs
            if key and line.indent == column:
                astray = 0
            else:
                if astray and (key or _DASH.match(line.text) or astray > 1):
                    self._not_again(kept, base + line.content)
                astray += 1
        span = Span(base + lines[0].content, base + lines[0].content)
        for entry in entries:
            span = span.cover(entry.span)
        return Map(span, tuple(entries)) if entries else Hole(span, missing=False)

    def _not_again(self, kept: int, at: int) -> None:
        """Leave out what was just said of the line at that place: the line before it has gone astray for the same reason."""
        self.problems[kept:] = [problem for problem in self.problems[kept:] if problem.span.start != at]

    def _entries(self, chunk: str, base: int, line: _Line, depth: int) -> tuple[Entry, ...]:
        """Return the entry that a chunk of lines holds, and those that wrongly hang below it."""
        read = self._parsed(chunk, base, depth)
        if isinstance(read, Map) and read.entries:
            return read.entries
        match = _KEY.match(line.text)
        if match is None:
            self.problems.append(tab_indent(chunk, base) or guess_line(line.text, base + line.indent))
            return ()
        key = _key(chunk, line.indent, match, base)
        value, strays = self._value_of(chunk, base, line, line.indent + match.end(), depth)
        self._declare_all(line.text[match.end() :].split("#")[0], value)
        return (Entry(key, value, key.span.cover(value.span)), *strays)

    def _value_of(self, chunk: str, base: int, line: _Line, at: int, depth: int) -> tuple[Node, tuple[Entry, ...]]:
        """Return the value behind the key that ends at `at`, and entries that hang below it without belonging there."""
        first_end = line.indent + len(line.text)
        inline = chunk[at:first_end]
        rest = chunk[first_end:]
        below = _lines(rest)
        if _PROPERTIES.fullmatch(inline.strip()) or not inline.strip():
            if below:
                tab = tab_indent(rest[below[0].start : below[0].content + 1], base + first_end + below[0].start)
                self.problems += [tab] if tab is not None else []
                return self._whole(rest, base + first_end, line.indent, depth + 1), ()
            return Hole(Span(base + at, base + at)), ()
        start = at + len(inline) - len(inline.lstrip())
        if HEADER.match(chunk, start) or not below:
            return self._value(chunk[start:], base + start, line.indent, depth), ()
        alone = self._inline(chunk[start:first_end], base + start, depth)
        if alone is None:
            return self._value(chunk[start:], base + start, line.indent, depth), ()
        tab = tab_indent(rest, base + first_end)
        self.problems.append(tab or bad_indentation(below[0].text, base + first_end + below[0].content, line.indent))
        kept = len(self.problems)
        stray = self._whole(rest, base + first_end, line.indent, depth + 1) if _KEY.match(below[0].text) else None
        strays = stray.entries if isinstance(stray, Map) else ()
        if any(_is_empty_text(entry.value) for entry in strays):
            del self.problems[kept:]
        return alone, strays

    def _whole(self, text: str, base: int, parent: int, depth: int) -> Node:
        read = self._parsed(text, base, depth)
        return read if read is not None else self.read(text, base, parent, depth)

    def _parsed(self, text: str, base: int, depth: int) -> Node | None:
        if not parsable(text) or self._given_up(text, base):
            return None
        read = self.parse(text, base, depth)
        if read is None:
            return None
        self.problems += read[1]
        return read[0]

    def _given_up(self, text: str, at: int) -> bool:
        """Count the characters read again, and tell once where they become too many."""
        if self.left < 0:
            return True
        self.left -= len(text)
        if self.left < 0:
            start = at + len(text) - len(text.lstrip())
            hint = "Mend what is reported before this place, or write it with fewer levels."
            message = "What follows is nested too deep, or has too many mistakes, to be read."
            self.problems.append(syntax_problem(Span(start, start + 1), message, hint))
        return self.left < 0

    def _inline(self, text: str, at: int, depth: int) -> Node | None:
        """Read a value that begins on its key's line, where no block map or list can begin."""
        kept = len(self.problems)
        read = self._parsed(text, at, depth)
        if isinstance(read, Map | Seq) and not read.flow and not read.aliased:
            del self.problems[kept:]
            return None
        return read

    def _value(self, text: str, at: int, parent: int, depth: int) -> Node:
        """Return the value that `text` begins with, where the parser could not read it in one go with its key."""
        block = block_scalar(text, 0, parent)
        if block is not None:
            outside = next(iter(_lines(text[block.span.end :])), None)
            if outside is not None:
                said = less_indented if block.value else not_below
                self.problems.append(said(outside.text, at + block.span.end + outside.content))
            marks = tuple((value, source + at) for value, source in block.marks)
            return Scalar(block.span.shift(at), block.value, block.style, marks)
        simple = _simple(text, at)
        if simple is not None:
            return simple
        read = self._inline(text, at, depth)
        if read is not None:
            return read
        hole = Hole(Span(at, at + len(text.rstrip())), missing=False)
        if self.left < 0:
            return hole
        if not parsable(text):
            return self._too_large(text, at) or hole
        lines = _lines(text)
        if len(lines) > 1 and (first := self._inline(lines[0].text, at + lines[0].content, depth)) is not None:
            self.problems.append(self._misplaced(text, lines[1], at, lines[0].indent))
            return first
        self.problems.append(tab_indent(text, at) or guess_value(text, at))
        self._declare_all(text, hole)
        return hole

    def _declare_all(self, text: str, node: Node) -> None:
        """Make anchors known that stand in or before what could not be read, so that their aliases are not blamed."""
        for name in _ANCHOR.findall(text):
            self.declare(name, node)

    def _too_large(self, text: str, at: int) -> Node | None:
        """Read a value that is more than the YAML parser takes, where it is written as JSON; else tell."""
        json = JsonRecovery(text)
        if text[:1] in "[{":
            node = json.document()
            if not json.problems:
                return moved(node, lambda offset: offset + at)
        message = f"This value has more than {LIMITS.lines:,} lines or characters in a line, and is not read."
        hint = "Write it in block style, with one key or item on each line."
        self.problems.append(Finding("value-too-large", Kind.SYNTAX, Span(at, at + 1), message, hint=hint))
        return None


def _lines(text: str) -> list[_Line]:
    return [_Line(match.start(), match.start(2), match[2]) for match in _LINE.finditer(text)]


def _chunks(text: str, starts: list[_Line]) -> list[tuple[str, _Line]]:
    ends = [line.start for line in starts[1:]] + [len(text)]
    return [(text[line.start : end], line) for line, end in zip(starts, ends, strict=True)]


def _blank(text: str, line: _Line) -> str:
    end = line.content + len(line.text)
    return text[: line.content] + " " * (end - line.content) + text[end:]


def _is_open(line: str) -> bool:
    """Tell whether a `key:` line leaves its value to the lines below."""
    match = _KEY.match(line)
    return match is not None and _PROPERTIES.fullmatch(line[match.end() :].strip()) is not None


def _column(lines: list[_Line]) -> int:
    """Return where the keys of a map stand: like the first line, unless that alone stands too far to the right."""
    keys = [line for line in lines if _KEY.match(line.text)]
    first, low = keys[0].indent, min(line.indent for line in keys)
    if any(line.indent == lines[0].indent for line in keys):
        first = lines[0].indent
    if low == first or keys[1].indent != low or sum(line.indent == low for line in keys) < 2:
        return first
    deeper = [above for above, line in pairwise(keys) if above.indent == low < line.indent]
    return low if all(_is_open(above.text) or _holds(above) for above in deeper) else first


def _beginnings(lines: list[_Line], column: int) -> list[_Line]:
    """Return the lines at which the entries of a map begin whose keys stand at a column, and those that have gone astray."""
    starts: list[_Line] = []
    inner = 0
    for number, line in enumerate(lines):
        if starts:
            last = starts[-1]
            inner = line.indent if last is lines[number - 1] else inner
            if line.indent > column or (line.indent >= inner >= last.indent and _takes(last, line)):
                continue
            if line.text[0] in "]}" or (line.indent == column and _is_open(last.text) and _DASH.match(line.text)):
                continue
        starts.append(line)
    return starts


def _takes(last: _Line, line: _Line) -> bool:
    """Tell whether a line that has gone astray takes another with it: the next of an item, or of a text."""
    if not _holds(last):
        return False
    return line.indent > last.indent or (_KEY.match(last.text) is not None and _KEY.match(line.text) is None)


def _holds(line: _Line) -> bool:
    """Tell whether a line that has gone astray takes those with it that stand deeper: an item, or the head of a text."""
    key = _KEY.match(line.text)
    return HEADER.match(line.text[key.end() :].lstrip(" \t")) is not None if key else _DASH.match(line.text) is not None


def _is_empty_text(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style in ("literal", "folded") and not node.value


def _key(chunk: str, at: int, match: re.Match[str], base: int) -> Scalar:
    written = match[1].rstrip(" \t")
    span = Span(base + at, base + at + len(written))
    if written[0] in "\"'":
        value, marks = (double if written[0] == '"' else single)(chunk, at + 1, at + len(written) - 1)
        placed = tuple((number, source + base) for number, source in marks)
        return Scalar(span, value, "double" if written[0] == '"' else "single", placed)
    value, _ = plain(chunk, at, at + len(written))
    return Scalar(span, resolve(value), "plain", ((0, base + at),))


def _simple(text: str, at: int) -> Scalar | None:
    """Read a one-line text that needs no parser."""
    match = _SIMPLE.match(text)
    if match is None or CONTROL.search(text):
        return None
    written = match[1]
    if written[0] in "\"'":
        decode = double if written[0] == '"' else single
        if written[0] == '"' and any(bad["bad"] for bad in BAD_ESCAPE.finditer(written)):
            return None
        value, marks = decode(text, match.start(1) + 1, match.end(1) - 1)
        style = "double" if written[0] == '"' else "single"
    else:
        written = re.split(r"[ \t]#", written)[0].rstrip()
        if re.search(r":(?=[ \t]|\Z)", written):
            return None
        value, marks = plain(text, match.start(1), match.start(1) + len(written))
        style = "plain"
    span = Span(at + match.start(1), at + match.start(1) + len(written))
    placed = tuple((number, source + at) for number, source in marks)
    if style == "plain":
        typed = resolve(value)
        return Scalar(span, typed, "plain", placed if isinstance(typed, str) else ())
    return Scalar(span, value, "double" if style == "double" else "single", placed)
