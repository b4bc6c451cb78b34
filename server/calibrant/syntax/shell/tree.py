"""Parts of a script's tree: nodes of some kinds, redirections, words, and which characters its bytes are."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_STATEMENTS = frozenset({"command", "case_item", "do_group", "compound_statement", "redirected_statement", "list"})
"""What is gone through on its own: its substitutions are found there."""


def below(node: "Node", kinds: frozenset[str]) -> Iterator["Node"]:
    """Yield the outermost nodes of some kinds below one, in order; functions are found in functions too."""
    waiting = list(reversed(node.children))
    while waiting:
        one = waiting.pop()
        if one.type in kinds:
            yield one
            if one.type != "function_definition":
                continue
        if one.type not in _STATEMENTS or "function_definition" in kinds:
            waiting += reversed(one.children)


def flat(redirects: Sequence["Node"]) -> Iterator["Node"]:
    """Yield redirections, also those that the tree puts into a here-document's."""
    for redirect in redirects:
        yield redirect
        if redirect.type == "heredoc_redirect":
            yield from (child for child in redirect.children if child.type in REDIRECTS)


def merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the places of words: parts that stand side by side are one."""
    out: list[tuple[int, int]] = []
    for start, end in places:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif end > start:
            out.append((start, end))
    return out


def offsets(text: str) -> list[int]:
    """Return the offset of the character that each byte of a text belongs to."""
    out: list[int] = []
    for at, char in enumerate(text):
        out += [at] * len(char.encode("utf-8", "replace"))
    return [*out, len(text)]
