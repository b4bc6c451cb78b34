"""From a name to where it is defined, and to everything that uses it."""

import asyncio
from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from calibrant.ide.definition import definition_at
from calibrant.ide.index import Index
from calibrant.ide.lexical.definition import called_at, given_at, input_in
from calibrant.ide.naming import named_at
from calibrant.ide.occurrences import Occurrence, occurrences
from calibrant.lsp.convert import Positions, key_of, start_of, to_uri
from calibrant.workspace.called import file_called
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


class AskedAt(msgspec.Struct, frozen=True, eq=False):
    """A place that a request is about."""

    snapshot: Snapshot
    index: Index
    positions: Positions
    offset: int

    def occurrences(self) -> list[Occurrence]:
        """Return where the symbol stands that is named there, each place once."""
        workflow, specs = self.index.workflow, self.index.specs
        named = named_at(self.index, self.offset)
        found = occurrences(workflow, specs, named.symbol, self.index) if named else ()
        return list({one.span: one for one in found}.values())


async def asked_at(ls: "CalibrantServer", uri: str, position: types.Position) -> AskedAt | None:
    """Return the place that a request is about, None where there is no workflow."""
    await ls.pipeline.ready(key_of(uri))
    snapshot = ls.snapshot(uri)
    index = ls.indexes.of(snapshot) if snapshot else None
    if snapshot is None or index is None:
        return None
    positions = ls.positions(snapshot)
    return AskedAt(snapshot, index, positions, positions.offset(position))


async def definition(
    ls: "CalibrantServer", params: types.DefinitionParams
) -> types.Location | list[types.LocationLink] | None:
    """Handle `textDocument/definition`."""
    text = ls.client_capabilities.text_document
    links = bool(text and text.definition and text.definition.link_support)
    return await _defined(ls, params, links=links)


async def declaration(
    ls: "CalibrantServer", params: types.DeclarationParams
) -> types.Location | list[types.LocationLink] | None:
    """Handle `textDocument/declaration`, which is the same here."""
    text = ls.client_capabilities.text_document
    links = bool(text and text.declaration and text.declaration.link_support)
    return await _defined(ls, params, links=links)


async def _defined(
    ls: "CalibrantServer", params: types.DefinitionParams | types.DeclarationParams, *, links: bool
) -> types.Location | list[types.LocationLink] | None:
    place = await asked_at(ls, params.text_document.uri, params.position)
    if place is None:
        return None
    target = definition_at(place.index, place.offset)
    if target is None:
        return await _called(ls, place, links=links)
    uri = place.snapshot.uri
    if not links:
        return place.positions.location(uri, target.name)
    return [place.positions.link(uri, target.origin, target.whole, target.name)]


async def _called(
    ls: "CalibrantServer", place: AskedAt, *, links: bool
) -> types.Location | list[types.LocationLink] | None:
    """Return the file of the same repository that is called where the cursor is, or the input in it that is given there."""
    workflow, path = place.index.workflow, place.snapshot.path
    given = given_at(workflow, place.offset)
    named = (given[0], given[2]) if given else called_at(workflow, place.offset)
    if named is None or path is None:
        return None
    found = await asyncio.to_thread(file_called, path, named[0])
    if found is None or not ls.documents.is_newest(place.snapshot):
        return None
    uri = to_uri(found)
    if given is not None:
        declared = _input(ls, uri, given[1])
        return place.positions.found(declared, given[2], links=links) if declared is not None else None
    return place.positions.found(start_of(uri), named[1], links=links)


def _input(ls: "CalibrantServer", uri: str, name: str) -> types.Location | None:
    """Return where an input is declared in a file of the workspace that was read."""
    snapshot = ls.snapshot(uri)
    index = ls.indexes.of(snapshot) if snapshot else None
    span = input_in(index.spoken, name) if index is not None and index.spoken is not None else None
    return ls.positions(snapshot).location(uri, span) if snapshot is not None and span is not None else None


async def references(ls: "CalibrantServer", params: types.ReferenceParams) -> list[types.Location] | None:
    """Handle `textDocument/references`."""
    place = await asked_at(ls, params.text_document.uri, params.position)
    if place is None:
        return None
    found = place.occurrences()
    if not params.context.include_declaration:
        found = [one for one in found if one.role != "definition"]
    return [place.positions.location(place.snapshot.uri, one.span) for one in found]


async def highlights(
    ls: "CalibrantServer", params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """Handle `textDocument/documentHighlight`."""
    place = await asked_at(ls, params.text_document.uri, params.position)
    if place is None:
        return None
    kinds = {"definition": types.DocumentHighlightKind.Write, "use": types.DocumentHighlightKind.Read}
    return [types.DocumentHighlight(place.positions.range(one.span), kinds[one.role]) for one in place.occurrences()]
