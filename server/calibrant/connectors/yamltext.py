"""YAML text to plain values, through our own reader."""

import re

from calibrant import syntax
from calibrant.connectors.jsontext import BadTextError
from calibrant.model.nodes import plain
from calibrant.model.text import LineIndex

_MARK = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_BEFORE_CONTENT = re.compile(r"(?:[ \t]*(?:#.*)?(?:\r?\n|\Z)|%.*\n)*(?:---(?=\s|$))?")


def parse(text: str) -> object:
    """Return the value of YAML text.

    Raises:
        BadTextError: it is no YAML, or more than one document.
    """
    tree = syntax.parse_piece(text, "yaml")
    for problem in tree.problems:
        reason = problem.message.rstrip(".")
        raise _bad(text, problem.span.start, reason[:1].lower() + reason[1:])
    begin = _BEFORE_CONTENT.match(text)
    if second := _MARK.search(text, begin.end() if begin else 0):
        raise _bad(text, second.start(), "it holds more than one document")
    return plain(tree.node)


def _bad(text: str, offset: int, reason: str) -> BadTextError:
    position = LineIndex(text).position(offset, "utf-32")
    return BadTextError(reason, position.line + 1, position.character + 1)
