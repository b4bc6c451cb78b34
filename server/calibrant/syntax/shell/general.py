"""The general grammar of sh and bash scripts, as far as its time is bounded."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from calibrant.model.text import Span
from calibrant.syntax.shell.problem import UNKNOWN

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 40_000
"""Characters above which a script is not looked at."""

_MOST_JOINTS = 1_000
"""How many pipes, redirections, brackets and the like the grammar is given of each: its time grows with their square."""
_JOINTS = "|<>()[]{};&`"


def masked(script: str, unknown: Iterable[Span]) -> str:
    """Return the script with every character that only the run knows replaced by `UNKNOWN`."""
    out: list[str] = []
    at = 0
    for span in unknown:
        out += (script[at : span.start], UNKNOWN * (span.end - max(at, span.start)))
        at = max(at, span.end)
    return ("".join(out) + script[at:])[: len(script)]


def parsed(text: str) -> "tuple[Node, bytes] | None":
    """Return the root of a masked script's tree and the bytes it counts in; None where reading would take too long."""
    if len(text) > LONGEST or "\0" in text or any(text.count(joint) > _MOST_JOINTS for joint in _JOINTS):
        return None
    import tree_sitter  # here: not every workflow has scripts
    import tree_sitter_bash

    source = text.replace(UNKNOWN, "_").encode("utf-8", "replace")
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language())).parse(source).root_node, source
