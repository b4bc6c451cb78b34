"""Dependencies between steps, or jobs, as editors show who calls whom: one is called by those that depend on it."""

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from calibrant.ide.caller import Caller, Dependency
from calibrant.ide.calls import dependencies, dependents, known_as, meant
from calibrant.ide.index import Index
from calibrant.lsp.convert import Positions, key_of
from calibrant.lsp.navigation import asked_at

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


async def prepare(
    ls: "CalibrantServer", params: types.CallHierarchyPrepareParams
) -> list[types.CallHierarchyItem] | None:
    """Handle `textDocument/prepareCallHierarchy`: the step or job that is named there, else the one around."""
    place = await asked_at(ls, params.text_document.uri, params.position)
    found = meant(place.index, place.offset) if place else None
    if place is None or found is None:
        return None
    return [_item(place.snapshot.uri, place.positions, found)]


async def incoming(
    ls: "CalibrantServer", params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall] | None:
    """Handle `callHierarchy/incomingCalls`: those that depend on one."""
    found = await _found(ls, params.item)
    if found is None:
        return None
    index, positions, caller = found
    return [
        types.CallHierarchyIncomingCall(_item(params.item.uri, positions, one.caller), _ranges(positions, one))
        for one in dependents(index, caller)
    ]


async def outgoing(
    ls: "CalibrantServer", params: types.CallHierarchyOutgoingCallsParams
) -> list[types.CallHierarchyOutgoingCall] | None:
    """Handle `callHierarchy/outgoingCalls`: those that one depends on."""
    found = await _found(ls, params.item)
    if found is None:
        return None
    index, positions, caller = found
    return [
        types.CallHierarchyOutgoingCall(_item(params.item.uri, positions, one.caller), _ranges(positions, one))
        for one in dependencies(index, caller)
    ]


async def _found(ls: "CalibrantServer", item: types.CallHierarchyItem) -> tuple[Index, Positions, Caller] | None:
    """Return what an item is about as the text is now: the one of its name, else the one in its place."""
    await ls.pipeline.ready(key_of(item.uri))
    snapshot = ls.snapshot(item.uri)
    index = ls.indexes.of(snapshot) if snapshot else None
    if snapshot is None or index is None:
        return None
    caller = known_as(index, _number(item.data), item.name)
    return (index, ls.positions(snapshot), caller) if caller else None


def _number(data: Any) -> int:
    found = data.get("step") if isinstance(data, dict) else getattr(data, "step", None)
    return found if isinstance(found, int) else -1


def _item(uri: str, positions: Positions, caller: Caller) -> types.CallHierarchyItem:
    return types.CallHierarchyItem(
        name=caller.label,
        kind=types.SymbolKind.Function,
        uri=uri,
        range=positions.range(caller.whole),
        selection_range=positions.range(caller.head),
        detail=caller.detail or None,
        data={"step": caller.number},
    )


def _ranges(positions: Positions, one: Dependency) -> list[types.Range]:
    return [positions.range(span) for span in one.spans]
