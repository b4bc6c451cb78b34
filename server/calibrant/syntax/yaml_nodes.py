"""The YAML parser's tree to our nodes."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.blocks import block_scalar
from calibrant.syntax.moving import aliased, aliased_entry, measure
from calibrant.syntax.quoted import double, plain, single
from calibrant.syntax.scope import Scope
from calibrant.syntax.tree import LIMITS, syntax_problem
from calibrant.syntax.yaml_types import resolve, tagged

if TYPE_CHECKING:
    import tree_sitter

TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
BRACES = 'Put the whole value in quotes, like "{{ … }}": without them YAML takes a brace for the beginning of a map.'


class Visitor:
    """Turns one parsed text into a node; collects what is wrong with it.

    `text` is what was parsed, `at` leads from its bytes to its code points, and `base` is added to every offset.
    """

    def __init__(self, text: str, base: int, at: Callable[[int], int], scope: Scope, depth: int) -> None:
        self.text, self.base, self.at, self.scope, self.depth = text, base, at, scope, depth
        self.problems: list[Finding] = []

    def document(self, root: "tree_sitter.Node") -> Node | None:
        """Return the node of the only document below the parser's root, or None where there is nothing."""
        for child in root.children:
            if child.type == "document":
                for part in child.children:
                    if part.type in ("block_node", "flow_node"):
                        return self.node(part, -1)
        return None

    def span(self, node: "tree_sitter.Node") -> Span:
        """Return a parser node's span in the piece."""
        return Span(self.at(node.start_byte) + self.base, self.at(node.end_byte) + self.base)

    def node(self, wrapper: "tree_sitter.Node", indent: int) -> Node:
        """Return the node of a `block_node` or `flow_node`; `indent` is the column of the node that holds it."""
        children = wrapper.children
        if len(children) == 1:
            return self._content(children[0], indent, None)
        content: tree_sitter.Node | None = None
        tag: str | None = None
        anchor: str | None = None
        for child in children:
            match child.type:
                case "anchor":
                    anchor = self._source(child)[1:]
                case "tag":
                    tag = self._source(child)
                case "comment":
                    pass
                case _:
                    content = child
        if content is None:
            end = self.span(wrapper).end
            node: Node = Scalar(Span(end, end), "") if tag in ("!!str", "!") else Hole(Span(end, end))
        else:
            node = self._content(content, indent, tag)
        if anchor:
            self.scope.declare(anchor, node)
        return node

    def _source(self, node: "tree_sitter.Node") -> str:
        return self.text[self.at(node.start_byte) : self.at(node.end_byte)]

    def _content(self, node: "tree_sitter.Node", indent: int, tag: str | None) -> Node:
        match node.type:
            case "plain_scalar" | "double_quote_scalar" | "single_quote_scalar":
                return self._scalar(node, tag)
            case "block_scalar":
                return self._block(node, indent)
            case "alias":
                return self._alias(node)
            case "anchor":
                span = self.span(node)
                self.scope.declare(self._source(node)[1:], Hole(Span(span.end, span.end)))
                return Hole(Span(span.end, span.end))
            case "tag":
                span = self.span(node)
                return Scalar(Span(span.end, span.end), "") if self._source(node) in ("!!str", "!") else Hole(span)
            case _:
                return self._collection(node)

    def _scalar(self, node: "tree_sitter.Node", tag: str | None) -> Scalar:
        start, end, base = self.at(node.start_byte), self.at(node.end_byte), self.base
        span = Span(start + base, end + base)
        if node.type == "plain_scalar":
            value, marks = plain(self.text, start, end)
            typed = resolve(value) if tag is None else tagged(value, tag, resolve(value))
            return Scalar(span, typed, "plain", self._marks(marks) if isinstance(typed, str) else ())
        is_double = node.type == "double_quote_scalar"
        value, marks = (double if is_double else single)(self.text, start + 1, end - 1)
        typed = value if tag is None else tagged(value, tag, value)
        return Scalar(span, typed, "double" if is_double else "single", self._marks(marks))

    def _marks(self, marks: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((value, source + self.base) for value, source in marks) if self.base else marks

    def _block(self, node: "tree_sitter.Node", indent: int) -> Node:
        scalar = block_scalar(self.text, self.at(node.start_byte), indent)
        if scalar is None:
            return Hole(self.span(node), missing=False)
        return Scalar(scalar.span.shift(self.base), scalar.value, scalar.style, self._marks(scalar.marks))

    def _alias(self, node: "tree_sitter.Node") -> Node:
        span, name = self.span(node), self._source(node)[1:]
        found = self.scope.find(name)
        if found is None:
            self.problems.append(unknown_anchor(name, span, tuple(self.scope.anchors)))
            return Hole(span, missing=False, aliased=True)
        count, levels = measure(found, max(self.scope.allowed - self.scope.aliased, 0))
        if self.depth + levels > LIMITS.depth:
            self.problems.append(too_deep(span))
            return Hole(span, missing=False, aliased=True)
        self.scope.aliased += count
        if self.scope.aliased > self.scope.allowed:
            self._tell_once("too-many-aliases", too_many_aliases(span, self.scope.allowed))
            return Hole(span, missing=False, aliased=True)
        return aliased(found, span)

    def _tell_once(self, what: str, finding: Finding) -> None:
        if what not in self.scope.told:
            self.scope.told.add(what)
            self.problems.append(finding)

    def _collection(self, node: "tree_sitter.Node") -> Node:
        if self.depth >= LIMITS.depth:
            span = self.span(node)
            self.problems.append(too_deep(Span(span.start, span.start + 1)))
            return Hole(span, missing=False)
        self.depth += 1
        try:
            match node.type:
                case "block_mapping":
                    return self._map(node, node.start_point.column, flow=False)
                case "block_sequence":
                    return self._seq(node, node.start_point.column, flow=False)
                case "flow_mapping":
                    return self._flow_map(node)
                case _:
                    return self._seq(node, -1, flow=True)
        finally:
            self.depth -= 1

    def _flow_map(self, node: "tree_sitter.Node") -> Node:
        span = self.span(node)
        if self._source(node).startswith("{{"):
            self.problems.append(unquoted(self._source(node), span))
            return Hole(span, missing=False)
        return self._map(node, -1, flow=True)

    def _seq(self, node: "tree_sitter.Node", indent: int, *, flow: bool) -> Seq:
        items: list[Node] = []
        for child in node.children:
            match child.type:
                case "block_sequence_item":
                    items.append(self._item(child, indent))
                case "flow_node":
                    items.append(self.node(child, indent))
                case "flow_pair":
                    entry = self._entry(child, indent)
                    items.append(Map(entry.span, (entry,), flow=True))
        span = self.span(node)
        if not flow and items:
            span = Span(span.start, max(span.start + 1, items[-1].span.end))
        return Seq(span, tuple(items), flow)

    def _item(self, item: "tree_sitter.Node", indent: int) -> Node:
        for child in item.children:
            if child.type in ("block_node", "flow_node"):
                return self.node(child, indent)
        dash = self.at(item.start_byte) + self.base + 1
        return Hole(Span(dash, dash))

    def _map(self, node: "tree_sitter.Node", indent: int, *, flow: bool) -> Map:
        entries: list[Entry] = []
        for child in node.children:
            match child.type:
                case "block_mapping_pair" | "flow_pair":
                    entries.append(self._entry(child, indent))
                case "flow_node":
                    key = self._key(self.node(child, indent))
                    entries.append(Entry(key, Hole(Span(key.span.end, key.span.end)), key.span))
        span = self.span(node)
        if not flow and entries:
            span = Span(span.start, entries[-1].span.end)
        return Map(span, self._merged(entries), flow)

    def _entry(self, pair: "tree_sitter.Node", indent: int) -> Entry:
        key: Scalar | None = None
        value: Node | None = None
        colon = False
        start = end = self.at(pair.start_byte) + self.base
        for child in pair.children:
            kind = child.type
            if kind in ("flow_node", "block_node"):
                read = self.node(child, indent)
                if colon:
                    value = read
                else:
                    key = self._key(read)
                    end = key.span.end
            elif kind == ":":
                colon = True
                end = self.at(child.end_byte) + self.base
        if key is None:
            key = Scalar(Span(start, start), None)
            self.problems.append(syntax_problem(Span(start, max(end, start + 1)), "There is no key before this colon."))
        if value is None:
            value = Hole(Span(end, end))
        return Entry(key, value, Span(start, max(end, value.span.end)))

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        if not (isinstance(node, Hole) and not node.missing):
            self.problems.append(
                syntax_problem(
                    node.span, "A key must be a plain text, not a list or a map.", "Write a name before the colon."
                )
            )
        return Scalar(node.span, None)

    def _merged(self, entries: list[Entry]) -> tuple[Entry, ...]:
        if not any(entry.key.value == "<<" and entry.key.style == "plain" for entry in entries):
            return tuple(entries)
        own = [entry for entry in entries if not (entry.key.value == "<<" and entry.key.style == "plain")]
        names = {entry.name for entry in own}
        for merge in entries:
            if merge.key.value != "<<" or merge.key.style != "plain":
                continue
            for source in merge.value.items if isinstance(merge.value, Seq) else (merge.value,):
                if isinstance(source, Map):
                    own += [
                        aliased_entry(e, source.span) if source.aliased else e
                        for e in source.entries
                        if e.name not in names
                    ]
                    names.update(entry.name for entry in source.entries)
                elif not (isinstance(source, Hole) and not source.missing):
                    self.problems.append(
                        syntax_problem(
                            source.span, "‘<<’ takes the keys of another map, and this is none.", subject="<<"
                        )
                    )
        return tuple(own)


def unquoted(source: str, span: Span) -> Finding:
    """Return the finding about a template that stands without quotes."""
    return syntax_problem(span, "A value that begins with ‘{{’ must stand in quotes.", BRACES, source)


def too_deep(span: Span) -> Finding:
    """Return the finding about a map or list inside too many others."""
    message = f"This is nested more than {LIMITS.depth} levels deep and is not read."
    return Finding("too-deep", Kind.SYNTAX, span, message, hint="Write it with fewer levels.")


def too_many_aliases(span: Span, allowed: int) -> Finding:
    """Return the finding about aliases that stand for too much."""
    message = f"The aliases up to here stand for more than {allowed:,} values; from here on they are not read."
    return Finding("too-many-aliases", Kind.SYNTAX, span, message, hint="Repeat less with aliases.")


def unknown_anchor(name: str, span: Span, known: tuple[str, ...]) -> Finding:
    """Return the finding about an alias that no anchor before it explains."""
    if known:
        hint = "Anchors before it: " + ", ".join(known[:10]) + "."
    else:
        hint = f"Mark a value with ‘&{name}’ before this place, or put the text in quotes if the * belongs to it."
    message = f"There is no anchor called ‘{name}’ before this alias."
    return Finding("unknown-anchor", Kind.SYNTAX, span, message, hint=hint, subject=name, candidates=known[:10])
