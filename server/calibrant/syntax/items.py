"""The one item of a YAML list that a piece of text is."""

import re

import msgspec

from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.moving import moved
from calibrant.syntax.pieces import with_comments
from calibrant.syntax.reader import Reader
from calibrant.syntax.tree import Tree, syntax_problem

_BLANK = re.compile(r"[ \t\r\n]*")
_NAMED = re.compile(r"[ ]*-[ ]+&\S+[ \t]*\r?\n")
"""The line of an item that holds nothing but its anchor."""
_TIGHT = re.compile(r"(?:[ ]*#[^\n]*\n)*[ ]*-(?=[A-Za-z_])")


class Item(msgspec.Struct, frozen=True):
    """An item as read: its `tree`, whose node is the item's own, and the offset `above` which only comments stand."""

    tree: Tree
    above: int


def read_item(reader: Reader, text: str) -> Item:
    """Read a piece that is one item of a list; a dash without a blank behind it is told, and read as if it had one."""
    tight = _TIGHT.match(text)
    if tight is not None:
        return _tight(reader, text, tight.end())
    tree = reader.piece(text)
    return Item(msgspec.structs.replace(tree, node=_only_item(tree)), tree.node.span.start)


def _tight(reader: Reader, text: str, at: int) -> Item:
    tree = reader.piece(f"{text[:at]} {text[at:]}")

    def back(offset: int) -> int:
        return offset - (offset > at)

    problems = tuple(
        msgspec.structs.replace(found, span=Span(back(found.span.start), back(found.span.end)))
        for found in tree.problems
    )
    hint = f"Write ‘- {text[at : at + 30].splitlines()[0]}’."
    missing = syntax_problem(Span(at - 1, at), "After the dash there must be a space.", hint, "-")
    node = moved(_only_item(tree), back)
    return Item(Tree(node, (missing, *problems), tree.anchors), tree.node.span.start)


def _only_item(tree: Tree) -> Node:
    node = tree.node
    return node.items[0] if isinstance(node, Seq) and node.items else Hole(node.span, missing=False)


def text_of(text: str, node: Node, start: int) -> str:
    """Return the text of an item of a document that was read in one go: from `start` up to where nothing of it stands."""
    # a block scalar's last line ends belong to its text, though not to its span
    blank = _BLANK.match(text, node.span.end)
    return text[start : max(blank.end() if blank else node.span.end, _last(node))]


def commented(text: str, start: int) -> int:
    """Return where the comment lines directly above an item or entry begin that starts its line; else `start` itself."""
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip(" -"):
        return start
    above = text.rfind("\n", 0, max(line - 1, 0)) + 1
    if _NAMED.fullmatch(text, above, line):
        line = above
    begin = with_comments(text, line, 0, start - line)
    return begin if begin < line else start


def _last(node: Node) -> int:
    """Return the last offset that something in a node comes from."""
    match node:
        case Scalar():
            return max(node.span.end, node.marks[-1][1] if node.marks else 0)
        case Map() if node.entries:
            return max(node.span.end, _last(node.entries[-1].value))
        case Seq() if node.items:
            return max(node.span.end, _last(node.items[-1]))
        case _:
            return node.span.end
