"""Plain references by a strict grammar of our own: `step.path[0]["key"].x`."""

import re
from collections.abc import Callable
from typing import Final

from calibrant.expressions.words import EXPRESSION_WORDS
from calibrant.model.expression import Path, Reference
from calibrant.model.text import Span

Locate = Callable[[int, int], Span]
"""Gives the place of the characters [start, end) of a scalar's text value."""

_NAME: Final = r"[^\W\d]\w*"
_ELEMENT: Final = re.compile(
    rf"""\s*\.\s*(?:(?P<field>{_NAME})|(?P<position>\d{{1,9}})\b)"""
    r"""|\s*\[\s*(?:(?P<index>-?\d{1,9})|"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)')\s*\]"""
)
_ROOT: Final = re.compile(_NAME)


def plain_reference(text: str, start: int, end: int, locate: Locate) -> Reference | None:
    """Return the reference that the characters [start, end) are, or None where they are anything else."""
    root = _ROOT.match(text, start, end)
    if root is None or root.group() in EXPRESSION_WORDS:
        return None
    at, path, ends = root.end(), [], [(start, root.end())]
    while at < end:
        element = _ELEMENT.match(text, at, end)
        if element is None or element.lastgroup is None:
            return None
        group, value = element.lastgroup, element.group(element.lastgroup)
        path.append(int(value) if group in ("position", "index") else value)
        ends.append(element.span(group))
        at = element.end()
    return make_reference(root.group(), tuple(path), (start, end), ends, locate)


def make_reference(
    root: str, path: Path, whole: tuple[int, int], parts: list[tuple[int, int]], locate: Locate
) -> Reference:
    """Return the reference whose root and path elements stand at `parts` of the scalar's text value."""
    return Reference(root, path, locate(*whole), tuple(locate(*part) for part in parts))
