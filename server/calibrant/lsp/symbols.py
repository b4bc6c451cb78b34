"""Document symbols: inputs, secrets, and steps with their parameters; and all of these in the whole workspace by name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types
from lsprotocol.types import SymbolKind

from calibrant.ide.hiding import hidden_entries
from calibrant.ide.outline import Entry, Sort, outline
from calibrant.lsp.asked import asked_about
from calibrant.lsp.convert import Positions, WireRange

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

MOST = 200
"""Symbols of the workspace that are answered at once; editors ask again as the query grows."""

_KINDS: dict[Sort, SymbolKind] = {
    "workflow": SymbolKind.Module,
    "job": SymbolKind.Class,
    "input": SymbolKind.Variable,
    "secret": SymbolKind.Key,
    "step": SymbolKind.Function,
    "object": SymbolKind.Object,
    "array": SymbolKind.Array,
    "boolean": SymbolKind.Boolean,
    "number": SymbolKind.Number,
    "string": SymbolKind.String,
}


class _Symbol(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """`types.DocumentSymbol` as it goes over the wire: there are several for each step."""

    name: str
    kind: int
    range: WireRange
    selection_range: WireRange
    detail: str = ""
    children: "tuple[_Symbol, ...]" = ()


class _Location(msgspec.Struct, frozen=True, gc=False):
    uri: str
    range: WireRange


class _Information(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """`types.SymbolInformation` as it goes over the wire."""

    name: str
    kind: int
    location: _Location
    container_name: str = ""


async def document_symbols(
    ls: "CalibrantServer", params: types.DocumentSymbolParams
) -> list[_Symbol] | list[_Information]:
    """Handle `textDocument/documentSymbol`: a tree where the client knows trees, else a flat list."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return []
    positions = ls.positions(asked.snapshot)
    text = ls.client_capabilities.text_document
    can = text.document_symbol if text else None
    entries = hidden_entries(outline(asked.workflow), asked.confidential)
    if can and can.hierarchical_document_symbol_support:
        return [_symbol(positions, one) for one in entries]
    return list(_flat(entries, positions, asked.snapshot.uri))


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


def _symbol(positions: Positions, entry: Entry) -> _Symbol:
    return _Symbol(
        name=entry.name,
        kind=_KINDS[entry.sort].value,
        range=positions.wire(entry.whole),
        selection_range=positions.wire(entry.head),
        detail=entry.detail,
        children=tuple([_symbol(positions, one) for one in entry.below]),
    )


def _flat(entries: Iterable[Entry], positions: Positions, uri: str, inside: str = "") -> Iterable[_Information]:
    for entry in entries:
        location = _Location(uri, positions.wire(entry.whole))
        yield _Information(entry.name, _KINDS[entry.sort].value, location, inside)
        yield from _flat(entry.below, positions, uri, entry.name)
