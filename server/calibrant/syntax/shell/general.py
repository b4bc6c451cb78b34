"""The general grammar of sh and bash scripts, as far as its time is bounded."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from calibrant.model.text import Span
from calibrant.syntax.shell.problem import UNKNOWN

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 100_000
"""Characters above which a script is not looked at."""

_MOST_JOINTS = 2_000
"""How many pipes and redirections the grammar is given: its time grows with their square."""


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
    if len(text) > LONGEST or text.count("|") + text.count("<") > _MOST_JOINTS:
        return None
    import tree_sitter  # here: not every workflow has scripts
    import tree_sitter_bash

    source = text.replace(UNKNOWN, "_").encode("utf-8", "replace")
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language())).parse(source).root_node, source
