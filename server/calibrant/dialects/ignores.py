"""`# calibrant: ignore[code, code]`, and the key `x-calibrant-ignore` where there are no comments."""

import re

from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span, line_start
from calibrant.model.workflow import Ignore
from calibrant.syntax import comments

KEY = "x-calibrant-ignore"

_IGNORE = re.compile(r"(?<!#)#++\s*+calibrant:\s*+ignore(?:\s*+\[([^\[\]#\r\n]*+)\]|(?=\s|$))")
_LINE = re.compile(r"[^\r\n]*")
_NEXT_LINE = re.compile(r"(?:\r\n|\r|\n)(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[^\r\n]*")


def comment_ignores(text: str, node: Node, above: int = -1) -> tuple[Ignore, ...]:
    """Return what the comments of a piece silence; those before the offset `above` stand above the whole."""
    if "calibrant:" not in text:
        return ()
    found: list[Ignore] = []
    for comment in comments(text, node):
        match = _IGNORE.search(text, comment.start, comment.end)
        if match is not None:
            whole = comment.start < above
            span = Span(0, len(text)) if whole else _lines(text, comment)
            found.append(Ignore(_codes(match[1]), span, whole))
    return tuple(found)


def key_ignores(node: Node, span: Span) -> tuple[Ignore, ...]:
    """Return what the key `x-calibrant-ignore` of a map silences on all of `span`."""
    value = node.get(KEY) if isinstance(node, Map) else None
    if isinstance(value, Scalar) and isinstance(value.value, str):
        return (Ignore(_codes(value.value), span, whole=True),)
    if isinstance(value, Seq) and value.items:
        codes = [item.value for item in value.items if isinstance(item, Scalar) and isinstance(item.value, str)]
        return (Ignore(frozenset(codes), span, whole=True),) if codes else ()
    return ()


def _codes(written: str | None) -> frozenset[str]:
    return frozenset(code.strip() for code in (written or "").split(",") if code.strip())


def _lines(text: str, comment: Span) -> Span:
    """Return the line of a comment, and the next line with something on it where the comment stands alone."""
    start = line_start(text, comment.start)
    line = _LINE.match(text, comment.start)
    end = line.end() if line else comment.end
    following = None if text[start : comment.start].strip() else _NEXT_LINE.match(text, end)
    return Span(start, following.end() if following else end)
