"""Reads the pieces of one document, one after the other."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.nodes import Anchors, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.guard import parsable
from calibrant.syntax.json_nodes import NotStrict, json_node
from calibrant.syntax.json_recover import JsonRecovery
from calibrant.syntax.offsets import to_code_points
from calibrant.syntax.pieces import normal
from calibrant.syntax.recover import Recovery
from calibrant.syntax.scope import Scope
from calibrant.syntax.tree import LIMITS, Format, Tree
from calibrant.syntax.yaml_nodes import Visitor

if TYPE_CHECKING:
    import tree_sitter

_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)


@cache
def _language(name: Format) -> "tree_sitter.Language":
    import tree_sitter

    if name == "json":
        import tree_sitter_json

        return tree_sitter.Language(tree_sitter_json.language())
    import tree_sitter_yaml

    return tree_sitter.Language(tree_sitter_yaml.language())


class Reader:
    """Reads pieces in the order of the text: an alias in one may name an anchor in a piece before it."""

    def __init__(self, format: Format) -> None:  # noqa: A002 - the agreed name
        import tree_sitter

        self.format = format
        self._parser = tree_sitter.Parser(_language(format))
        self._scope = Scope()

    def piece(self, text: str) -> Tree:
        """Read one piece (see `normal`); never raises, whatever the text."""
        if self.format == "json":
            return self._json(text)
        self._scope.begin(len(text))
        read = self._parse(text, 0, 0)
        if read is None:
            recovery = Recovery(self._parse, self._declare)
            read = recovery.read(text, 0, -1, 0), recovery.problems
        return Tree(read[0], _bounded(read[1], text), self._scope.record(flawed=bool(read[1])))

    def repeat(self, text: str, anchors: Anchors | None) -> bool:
        """Pass over a piece that was read before; False where it must be read again. `anchors` is its tree's."""
        return anchors is not None and self._scope.repeat(anchors, len(text))

    def _parse(self, text: str, base: int, depth: int) -> tuple[Node, list[Finding]] | None:
        if not parsable(text):
            return None
        root = self._parser.parse(text.encode()).root_node
        if root.has_error or root.type != "stream":
            return None
        visitor = Visitor(text, base, to_code_points(text), self._scope, depth)
        node = visitor.document(root)
        return node if node is not None else Hole(Span(base, base)), visitor.problems

    def _declare(self, name: str, node: Node) -> None:
        if self._scope.find(name) is None:
            self._scope.declare(name, node)

    def _json(self, text: str) -> Tree:
        root = self._parser.parse(text.encode()).root_node
        if not root.has_error and root.named_child_count == 1:
            try:
                return Tree(json_node(root.named_children[0], text, to_code_points(text)), anchors=Anchors())
            except NotStrict:
                pass
        recovery = JsonRecovery(text)
        node = recovery.document()
        return Tree(node, _bounded(recovery.problems, text), Anchors())


def _bounded(problems: list[Finding], text: str) -> tuple[Finding, ...]:
    """Return the first problems, each on at least one character where there is one."""
    return tuple(_visible(problem, text) for problem in problems[: LIMITS.problems])


def _visible(problem: Finding, text: str) -> Finding:
    start, end = problem.span.start, min(problem.span.end, len(text))
    if start < end:
        return problem if end == problem.span.end else msgspec.structs.replace(problem, span=Span(start, end))
    if start and (start >= len(text) or text[start] in "\r\n"):
        return msgspec.structs.replace(problem, span=Span(start - 1, start))
    return msgspec.structs.replace(problem, span=Span(start, min(start + 1, len(text))))


def parse_piece(text: str, format: Format) -> Tree:  # noqa: A002 - the agreed name
    """Read one text on its own; never raises."""
    return Reader(format).piece(normal(text))


def comments(text: str, node: Node) -> list[Span]:
    """Return the places of the YAML comments in a piece that was read into `node`."""
    texts = sorted(_texts(node))
    found: list[Span] = []
    at, number = 0, 0
    while (match := _COMMENT.search(text, at)) is not None:
        while number < len(texts) and texts[number].end <= match.start():
            number += 1
        if number < len(texts) and texts[number].start <= match.start():
            at = texts[number].end
        else:
            found.append(Span(match.start(), match.end()))
            at = match.end()
    return found


def _texts(node: Node) -> Iterator[Span]:
    """Yield the places of the texts in which a # is an ordinary character."""
    stack: list[Node] = [node]
    while stack:
        here = stack.pop()
        match here:
            case Scalar():
                if not here.aliased and isinstance(here.value, str):
                    yield here.span
            case Seq():
                stack.extend(here.items)
            case Map():
                for entry in here.entries:
                    stack += (entry.key, entry.value)
            case Hole():
                pass
