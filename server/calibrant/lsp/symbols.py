"""Document symbols: inputs, secrets, and steps with their parameters; and all of these in the whole workspace by name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types
from lsprotocol.types import SymbolKind

from calibrant.ide.outline import Entry, Sort, outline
from calibrant.lsp.convert import Positions, key_of, location_of

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

MOST = 200
"""Symbols of the workspace that are answered at once; editors ask again as the query grows."""

_KINDS: dict[Sort, SymbolKind] = {
    "workflow": SymbolKind.Module,
    "input": SymbolKind.Variable,
    "secret": SymbolKind.Key,
    "step": SymbolKind.Function,
    "object": SymbolKind.Object,
    "array": SymbolKind.Array,
    "boolean": SymbolKind.Boolean,
    "number": SymbolKind.Number,
    "string": SymbolKind.String,
}


async def document_symbols(
    ls: "CalibrantServer", params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Handle `textDocument/documentSymbol`: a tree where the client knows trees, else a flat list."""
    await ls.pipeline.ready(key_of(params.text_document.uri))
    snapshot = ls.snapshot(params.text_document.uri)
    analysis = ls.pipeline.analysis(snapshot) if snapshot else None
    if snapshot is None or analysis is None:
        return []
    positions = ls.positions(snapshot)
    tree = [_symbol(positions, one) for one in outline(analysis.workflow)]
    text = ls.client_capabilities.text_document
    can = text.document_symbol if text else None
    if can and can.hierarchical_document_symbol_support:
        return tree
    return list(_flat(tree, snapshot.uri, None))


async def workspace_symbols(ls: "CalibrantServer", params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """Handle `workspace/symbol`: what the workflows declare, open or not, as far as they were read."""
    return [
        types.WorkspaceSymbol(
            location=ls.positions(one.snapshot).location(one.snapshot.uri, one.entry.head),
            name=one.entry.name,
            kind=_KINDS[one.entry.sort],
            container_name=one.inside,
        )
        for one in ls.declared.search(params.query, MOST)
    ]


def _symbol(positions: Positions, entry: Entry) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=entry.name,
        kind=_KINDS[entry.sort],
        range=positions.range(entry.whole),
        selection_range=positions.range(entry.head),
        detail=entry.detail or None,
        children=[_symbol(positions, one) for one in entry.below] or None,
    )


def _flat(tree: Iterable[types.DocumentSymbol], uri: str, inside: str | None) -> Iterable[types.SymbolInformation]:
    for symbol in tree:
        location = location_of(uri, symbol.range)
        yield types.SymbolInformation(location, symbol.name, symbol.kind, container_name=inside)
        yield from _flat(symbol.children or (), uri, symbol.name)
