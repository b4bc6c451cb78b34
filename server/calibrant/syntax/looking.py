"""How a document is written: what new text in it should look like."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.lines import column, indent_of
from calibrant.syntax.pieces import normal
from calibrant.syntax.render import Look

_NODES = 2_000
"""How many nodes are looked at."""
_COLON = re.compile(r":[ ]?")
_COMMA = re.compile(r",[ ]?")


def look_of(text: str, nodes: Iterable[Node], *, json: bool = False) -> Look:
    """Return how a text (as it is in the file) is written, by some of its nodes."""
    seen = _Seen(normal(text), json=json)
    for parent, node in islice(_walk(nodes), _NODES):
        seen.node(parent, node)
    ends = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    return Look(
        json=json,
        line_end=ends,
        unit=seen.first("unit", 2),
        offset=seen.first("offset", 2),
        quote="single" if seen.count["single"] > seen.count["double"] else "double",
        leaf_flow=seen.count["flow leaf"] > seen.count["block leaf"],
        colon=seen.spacing("colon", ": "),
        comma=seen.spacing("comma", ", "),
        lined=json and seen.count["lined"] > 0,
    )


def _walk(nodes: Iterable[Node]) -> Iterator[tuple[Node | Entry, Node]]:
    stack: list[tuple[Node | Entry, Node]] = [(node, node) for node in nodes]
    stack.reverse()
    while stack:
        parent, node = stack.pop()
        if node.aliased:
            continue
        yield parent, node
        if isinstance(node, Map):
            stack.extend((entry, entry.value) for entry in reversed(node.entries) if not entry.key.aliased)
        elif isinstance(node, Seq):
            stack.extend((node, item) for item in reversed(node.items))


class _Seen:
    """What was seen of one text."""

    def __init__(self, text: str, *, json: bool) -> None:
        self.text, self.json = text, json
        self.count: Counter[str] = Counter()
        self.columns: dict[str, int] = {}
        self.gaps: dict[str, Counter[str]] = {"colon": Counter(), "comma": Counter()}

    def first(self, name: str, default: int) -> int:
        return self.columns.get(name, default)

    def spacing(self, name: str, default: str) -> str:
        """Return the usual spacing; JSON alone may have none."""
        usual = self.gaps[name].most_common(1)
        return usual[0][0] if usual and (self.json or name == "comma") else default

    def node(self, parent: Node | Entry, node: Node) -> None:
        if isinstance(node, Scalar) and node.style in ("single", "double"):
            self.count[node.style] += 1
        if isinstance(node, Map | Seq):
            self._collection(parent, node)

    def _collection(self, parent: Node | Entry, node: Map | Seq) -> None:
        spans = [entry.span for entry in node.entries if not entry.key.aliased] if isinstance(node, Map) else []
        spans = spans or ([item.span for item in node.items] if isinstance(node, Seq) else [])
        if node.flow and spans:
            self._between(node, spans)
        if isinstance(parent, Entry):
            self._below(parent, node, spans)

    def _between(self, node: Map | Seq, spans: list[Span]) -> None:
        for before, after in pairwise(spans):
            if (match := _COMMA.match(self.text, before.end)) and "\n" not in self.text[before.end : after.start]:
                self.gaps["comma"][match[0]] += 1
        if isinstance(node, Map):
            for entry in node.entries:
                if match := _COLON.match(self.text, entry.key.span.end):
                    self.gaps["colon"][match[0]] += 1
        if self.json and "\n" in self.text[node.span.start : spans[0].start]:
            self.count["lined"] += 1
            unit = len(indent_of(self.text, spans[0].start)) - len(indent_of(self.text, node.span.start))
            if unit > 0:
                self.columns.setdefault("unit", unit)

    def _below(self, parent: Entry, node: Map | Seq, spans: list[Span]) -> None:
        apart = column(self.text, node.span.start) - column(self.text, parent.key.span.start)
        if not node.flow and not self.json and apart >= isinstance(node, Map):
            self.columns.setdefault("unit" if isinstance(node, Map) else "offset", apart)
        if isinstance(node, Map) and spans and not any(isinstance(entry.value, Map) for entry in node.entries):
            single = "\n" not in self.text[node.span.start : node.span.end] if self.json else node.flow
            self.count["flow leaf" if single else "block leaf"] += 1
