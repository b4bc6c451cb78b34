"""Document symbols: inputs, secrets, and steps with their parameters."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types
from lsprotocol.types import SymbolKind

from calibrant.lsp.convert import Positions, key_of, location_of
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Step, Workflow

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_DEPTH = 4


async def document_symbols(
    ls: "CalibrantServer", params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Handle `textDocument/documentSymbol`: a tree where the client knows trees, else a flat list."""
    await ls.pipeline.ready(key_of(params.text_document.uri))
    snapshot = ls.snapshot(params.text_document.uri)
    analysis = ls.pipeline.analysis(snapshot) if snapshot else None
    if snapshot is None or analysis is None:
        return []
    tree = _Outline(ls.positions(snapshot)).of(analysis.workflow)
    text = ls.client_capabilities.text_document
    can = text.document_symbol if text else None
    if can and can.hierarchical_document_symbol_support:
        return tree
    return list(_flat(tree, snapshot.uri, None))


class _Outline:
    """Makes the symbols of one text."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    def of(self, workflow: Workflow) -> list[types.DocumentSymbol]:
        inputs = [self._input(one) for one in workflow.inputs]
        secrets = [self._symbol(one.name, SymbolKind.Key, one.span, one.span) for one in workflow.secrets]
        return [*inputs, *secrets, *(self._step(step) for step in workflow.steps)]

    def _input(self, one: Input) -> types.DocumentSymbol:
        whole = one.name_span.cover(one.node.span)
        return self._symbol(one.name, SymbolKind.Variable, whole, one.name_span, f"input, {one.type}")

    def _step(self, step: Step) -> types.DocumentSymbol:
        body = step.body
        below = [
            self._value(one.name, step.at(one.name_span), one.value, step.origin, _DEPTH) for one in body.parameters
        ]
        return self._symbol(step.label, SymbolKind.Function, step.span, step.head, body.name or body.action, below)

    def _value(self, name: str, name_span: Span, node: Node, origin: int, depth: int) -> types.DocumentSymbol:
        below: list[types.DocumentSymbol] = []
        if isinstance(node, Map) and depth and not node.aliased:
            below = [
                self._value(entry.name, entry.key.span.shift(origin), entry.value, origin, depth - 1)
                for entry in node.entries
            ]
        whole = name_span if node.aliased else name_span.cover(node.span.shift(origin))
        return self._symbol(name, _kind(node), whole, name_span, None, below)

    def _symbol(
        self,
        name: str,
        kind: SymbolKind,
        whole: Span,
        head: Span,
        detail: str | None = None,
        below: list[types.DocumentSymbol] | None = None,
    ) -> types.DocumentSymbol:
        """Make a symbol; a client refuses one without a name, or whose name lies outside of it."""
        return types.DocumentSymbol(
            name=name.strip() or "(no name)",
            kind=kind,
            range=self._positions.range(whole.cover(head)),
            selection_range=self._positions.range(head),
            detail=detail,
            children=below or None,
        )


def _kind(node: Node) -> SymbolKind:
    if isinstance(node, Map):
        return SymbolKind.Object
    if isinstance(node, Seq):
        return SymbolKind.Array
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool):
        return SymbolKind.Boolean
    return SymbolKind.Number if isinstance(value, int | float) else SymbolKind.String


def _flat(tree: Iterable[types.DocumentSymbol], uri: str, inside: str | None) -> Iterable[types.SymbolInformation]:
    for symbol in tree:
        location = location_of(uri, symbol.range)
        yield types.SymbolInformation(location, symbol.name, symbol.kind, container_name=inside)
        yield from _flat(symbol.children or (), uri, symbol.name)
