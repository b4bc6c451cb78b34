"""A document cut at its steps, by its text alone: before anything is parsed, and whatever mistakes are in it."""

import re
from itertools import pairwise

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.text import Span
from calibrant.syntax.tree import Format, syntax_problem

_LONE_RETURN = re.compile(r"\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKER = re.compile(r"^(---|\.\.\.)(?=[ \t\r\n]|\Z)[^\n]*", re.MULTILINE)
CONTENT = re.compile(r"^(?![ \t]*(?:#|\r?$))[^\n]+", re.MULTILINE)
_REST = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ \t]*)([^\n]*)")
KEY = re.compile(
    r"(?:\"[^\"\n]*+\"[ \t]*+|'[^'\n]*+'[ \t]*+|[^\s#\[\]{}\"'|>@`%&*!,-](?:[^:\n]|:(?!\s|\Z))*+):(?=\s|\Z)"
)
ITEM = r"-(?=[ \t\r\n]|\Z|[A-Za-z_]\w*:(?:[ \t\r\n]|\Z))"
"""How an item begins; also one whose blank after the dash is missing."""
_JSON_TOKEN = re.compile(r'"(?:[^"\\\n]|\\[^\n])*+(?:"(?!\w)|(?=\n|\Z))|["\[\]{}]|(?<![^\s,\[])[^\s"\[\]{},:]+')
"""A text, a bracket or a word; a quote alone where the next one has a word right behind it, and so opens a text of its own."""
_JSON_LIST = re.compile(r"\s*:\s*\[")


class Pieces(msgspec.Struct, frozen=True):
    """Where a document's pieces stand.

    `head` and `tail` hold what is before and after the steps' contents, each `items` span one step, `list_span` the list of
    steps. Without `items` the whole document is in `head`. `more` is where a second document begins. `problems` are about what
    stands between the pieces (commas in JSON).
    """

    head: Span
    items: tuple[Span, ...] = ()
    tail: Span | None = None
    list_span: Span | None = None
    more: Span | None = None
    problems: tuple[Finding, ...] = ()


def normal(text: str) -> str:
    """Return the text without byte order mark, lone returns and half characters; every offset stays the same."""
    if text.startswith("\ufeff"):
        text = "\n" + text[1:]
    if "\r" in text:
        text = _LONE_RETURN.sub("\n", text)
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def split(text: str, format: Format) -> Pieces:  # noqa: A002 - the agreed name
    """Cut a document (see `normal`) into its pieces."""
    return _split_json(text) if format == "json" else _split_yaml(text)


def _split_yaml(text: str) -> Pieces:
    start, end, more = first_document(text)
    whole = Pieces(Span(start, end), more=more)
    first = CONTENT.search(text, start, end)
    if first is None:
        return whole
    column = len(first[0]) - len(first[0].lstrip(" "))
    key = re.compile(rf"^ {{{column}}}(?:steps|\"steps\"|'steps')[ \t]*:[ \t]*(?:#[^\n]*)?\r?$", re.MULTILINE)
    steps = key.search(text, start, end)
    if steps is None or KEY.match(first[0].lstrip(" ")) is None:
        return whole
    rest = _REST.match(text, steps.end() + 1, end)
    if rest is None or "\t" in rest[1] or len(rest[1]) < column or not re.match(ITEM, rest[2]):
        return whole
    return _cut(text, Span(start, end), steps.end() + 1, (column, len(rest[1])), more)


def _cut(text: str, document: Span, floor: int, columns: tuple[int, int], more: Span | None) -> Pieces:
    """Cut at the items that begin at columns[1], up to the next key at columns[0]; `floor` is where the list may begin."""
    items = list_items(text, floor, document.end, columns)
    start, end = items[0].start, items[-1].end
    listed = Span(start, start + len(text[start:end].rstrip()))
    return Pieces(Span(document.start, start), items, Span(end, document.end), listed, more)


def list_items(text: str, floor: int, end: int, columns: tuple[int, int]) -> tuple[Span, ...]:
    """Return the items of a YAML list that begin at columns[1], in [floor, end), up to the next key at columns[0].

    The comments directly above an item belong to it. There must be an item.
    """
    column, dash = columns
    end = block_end(text, floor, end, column, dash)
    item = re.compile(rf"^ {{{dash}}}{ITEM}", re.MULTILINE)
    starts = [match.start() for match in item.finditer(text, floor, end)]
    if text.find("#", floor, end) >= 0:
        starts = [with_comments(text, start, floor, dash) for start in starts]
    return tuple(Span(*pair) for pair in zip(starts, [*starts[1:], end], strict=True))


def block_end(text: str, start: int, end: int, column: int, dash: int = -1) -> int:
    """Return where the lines of a key's value end: before the next key at its map's column or further left.

    `dash` is the column of the dashes where the value is a list; that may be the map's own.
    """
    line = re.compile(rf"^ {{0,{column}}}(?=[^\s#])[^\n]*", re.MULTILINE)
    for match in line.finditer(text, start, end):
        content = match[0].lstrip(" ")
        if len(match[0]) - len(content) == dash and re.match(ITEM, content):
            continue
        if KEY.match(content):
            return with_comments(text, match.start(), start, column)
    return end


def with_comments(text: str, start: int, floor: int, column: int) -> int:
    """Return where the comment lines directly above a line begin: they belong to what they stand above."""
    while start > floor:
        above = text.rfind("\n", floor, start - 1) + 1 or floor
        line = text[above:start].lstrip(" ")
        if not line.startswith("#") or start - above - len(line) > column:
            return start
        start = above
    return start


def first_document(text: str) -> tuple[int, int, Span | None]:
    """Return where the first YAML document begins and ends, and where a second one stands."""
    begun, start = False, 0
    for marker in _MARKER.finditer(text):
        content = CONTENT.search(text, start, marker.start())
        if not begun and marker[1] == "---" and (content is None or content[0].startswith("%")):
            begun = True
            start = marker.start() + 3
            continue
        after = text[marker.start() + 3 :] if marker[1] == "---" else text[marker.end() :]
        following = marker[1] == "---" or _has_content(after)
        return start, marker.start(), Span(marker.start(), marker.start() + 3) if following else None
    return start, len(text), None


def _has_content(text: str) -> bool:
    return CONTENT.search(_MARKER.sub("", text)) is not None


def _split_json(text: str) -> Pieces:
    whole = Pieces(Span(0, len(text)))
    opened = _json_steps(text)
    if opened is None:
        return whole
    found = _json_elements(text, opened)
    items, closed = found if found is not None else _json_lines(text, opened)
    if not items:
        return whole
    tail = Span(items[-1].end, len(text))
    return Pieces(Span(0, items[0].start), items, tail, Span(opened, closed), problems=_commas(text, items))


def _commas(text: str, items: tuple[Span, ...]) -> tuple[Finding, ...]:
    """Return what is wrong with the commas between the elements of a JSON list."""
    found: list[Finding] = []
    for before, after in pairwise(items):
        between = text[before.end : after.start]
        commas = [before.end + match.start() for match in re.finditer(",", between)]
        if not commas:
            hint = "Write a comma after the step before."
            place = Span(after.start, after.start + 1)
            found.append(syntax_problem(place, "There is a comma missing before this step.", hint, "comma"))
        found += [
            syntax_problem(Span(comma, comma + 1), "There is a comma too many here.", "Remove it.", "comma")
            for comma in commas[1:]
        ]
    return tuple(found)


def _json_steps(text: str) -> int | None:
    """Return the offset of the bracket that opens the list of steps."""
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        char = token[0][0]
        if char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif depth == 1 and token[0] == '"steps"':
            opening = _JSON_LIST.match(text, token.end())
            return opening.end() - 1 if opening else None
    return None


def _json_elements(text: str, opened: int) -> tuple[tuple[Span, ...], int] | None:
    """Return the list's elements (none where one of them is no object) and its end, or None where brackets do not match."""
    stack: list[str] = []
    items: list[Span] = []
    begin = opened
    for token in _JSON_TOKEN.finditer(text, opened):
        char = token[0][0]
        if char in "[{":
            if len(stack) == 1:
                if char != "{":
                    return (), opened
                begin = token.start()
            stack.append(char)
        elif char in "]}":
            if stack.pop() + char not in ("[]", "{}"):
                return None
            if len(stack) == 1:
                items.append(Span(begin, token.end()))
            elif not stack:
                between = "".join(_gaps(text, opened, items, token.start()))
                return (tuple(items), token.end()) if not between.strip(" \t\r\n,") else ((), opened)
    return None


def _gaps(text: str, opened: int, items: list[Span], closed: int) -> list[str]:
    starts = [opened + 1, *(item.end for item in items)]
    ends = [*(item.start for item in items), closed]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _json_lines(text: str, opened: int) -> tuple[tuple[Span, ...], int]:
    """Cut a list whose brackets do not match at the lines that look like its first element's."""
    first = re.compile(r"[ \t]*\r?\n([ \t]*)\{").match(text, opened + 1)
    if first is None:
        return (), opened
    indent = re.escape(first[1])
    closing = re.compile(rf"^(?!{indent}[ \t\S])[ \t]*\]", re.MULTILINE).search(text, first.end())
    end = closing.start() if closing else len(text)
    starts = [
        match.end() - 1 for match in re.compile(rf"^{indent}\{{", re.MULTILINE).finditer(text, first.start() + 1, end)
    ]
    ends = [*starts[1:], end]
    items = []
    for start, stop in zip(starts, ends, strict=True):
        body = text[start:stop].rstrip().rstrip(",").rstrip()
        items.append(Span(start, start + len(body)))
    return tuple(items), closing.end() if closing else len(text)
