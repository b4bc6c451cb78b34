"""Dependencies between steps, as editors show who calls whom: a step is called by those that depend on it."""

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from calibrant.ide.calls import Dependency, dependencies, dependents, step_meant
from calibrant.ide.index import Index
from calibrant.lsp.convert import Positions, key_of
from calibrant.lsp.navigation import asked_at
from calibrant.model.workflow import Step

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


async def prepare(
    ls: "CalibrantServer", params: types.CallHierarchyPrepareParams
) -> list[types.CallHierarchyItem] | None:
    """Handle `textDocument/prepareCallHierarchy`: the step that is named there, else the one around."""
    place = await asked_at(ls, params.text_document.uri, params.position)
    step = step_meant(place.index, place.offset) if place else None
    if place is None or step is None:
        return None
    return [_item(place.snapshot.uri, place.positions, step)]


async def incoming(
    ls: "CalibrantServer", params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall] | None:
    """Handle `callHierarchy/incomingCalls`: the steps that depend on one."""
    found = await _found(ls, params.item)
    if found is None:
        return None
    index, positions, step = found
    return [
        types.CallHierarchyIncomingCall(_item(params.item.uri, positions, one.step), _ranges(positions, one))
        for one in dependents(index, step)
    ]


async def outgoing(
    ls: "CalibrantServer", params: types.CallHierarchyOutgoingCallsParams
) -> list[types.CallHierarchyOutgoingCall] | None:
    """Handle `callHierarchy/outgoingCalls`: the steps that one depends on."""
    found = await _found(ls, params.item)
    if found is None:
        return None
    index, positions, step = found
    return [
        types.CallHierarchyOutgoingCall(_item(params.item.uri, positions, one.step), _ranges(positions, one))
        for one in dependencies(index, step)
    ]


async def _found(ls: "CalibrantServer", item: types.CallHierarchyItem) -> tuple[Index, Positions, Step] | None:
    """Return the step that an item is about as the text is now: the one of its name, else the one in its place."""
    await ls.pipeline.ready(key_of(item.uri))
    snapshot = ls.snapshot(item.uri)
    index = ls.indexes.of(snapshot) if snapshot else None
    if snapshot is None or index is None:
        return None
    number = _number(item.data)
    steps = index.workflow.steps
    step = steps[number] if 0 <= number < len(steps) and steps[number].label == item.name else index.step(item.name)
    return (index, ls.positions(snapshot), step) if step else None


def _number(data: Any) -> int:
    found = data.get("step") if isinstance(data, dict) else getattr(data, "step", None)
    return found if isinstance(found, int) else -1


def _item(uri: str, positions: Positions, step: Step) -> types.CallHierarchyItem:
    return types.CallHierarchyItem(
        name=step.label,
        kind=types.SymbolKind.Function,
        uri=uri,
        range=positions.range(step.span.cover(step.head)),
        selection_range=positions.range(step.head),
        detail=step.body.name or step.body.action,
        data={"step": step.index},
    )


def _ranges(positions: Positions, one: Dependency) -> list[types.Range]:
    return [positions.range(span) for span in one.spans]
