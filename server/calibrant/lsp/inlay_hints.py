"""Inlay hints: beside each step, what it gave when it last ran."""

from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from calibrant.ide.hints import Hint, hints
from calibrant.ide.hover import step_page
from calibrant.lsp.convert import Positions, key_of
from calibrant.lsp.hover import around, markup

if TYPE_CHECKING:
    from calibrant.ide.view import View
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot


class _Data(msgspec.Struct, frozen=True):
    """What a hint carries until it is resolved."""

    key: str
    step: str


async def inlay_hints(ls: "CalibrantServer", params: types.InlayHintParams) -> list[types.InlayHint]:
    """Handle `textDocument/inlayHint`, for the range asked alone."""
    await ls.pipeline.ready(key_of(params.text_document.uri))
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None or ls.configuration.settings(snapshot.path).inlay_hints == "off":
        return []
    view = await ls.knowledge.view(snapshot)
    if view is None:
        return []
    positions = ls.positions(snapshot)
    making = _Making(ls, snapshot, view, positions)
    return [making.hint(one) for one in hints(view, positions.span(params.range))]


async def resolve(ls: "CalibrantServer", hint: types.InlayHint) -> types.InlayHint:
    """Handle `inlayHint/resolve`: tell more of the step, as its hover does."""
    data = _data(hint.data)
    snapshot = ls.documents.get(data.key) if data else None
    view = await ls.knowledge.view(snapshot) if snapshot else None
    if data and view and not hint.tooltip:
        hint.tooltip = _tooltip(ls, view, data.step)
    return hint


class _Making:
    """Makes the hints of one request."""

    def __init__(self, server: "CalibrantServer", snapshot: "Snapshot", view: "View", positions: Positions) -> None:
        self._server = server
        self._key = snapshot.key
        self._view = view
        self._positions = positions
        self._later = _resolves_tooltips(server)

    def hint(self, one: Hint) -> types.InlayHint:
        label = one.step.label
        return types.InlayHint(
            self._positions.position(one.offset),
            one.words,
            tooltip=None if self._later else _tooltip(self._server, self._view, label),
            padding_left=True,
            data=msgspec.to_builtins(_Data(self._key, label)) if self._later else None,
        )


def _tooltip(ls: "CalibrantServer", view: "View", label: str) -> types.MarkupContent | None:
    step = next((one for one in view.workflow.steps if one.label == label), None)
    return markup(ls, step_page(view, step, around())) if step else None


def _resolves_tooltips(ls: "CalibrantServer") -> bool:
    text = ls.client_capabilities.text_document
    can = text.inlay_hint.resolve_support if text and text.inlay_hint else None
    return bool(can and "tooltip" in can.properties)


def _data(given: object) -> _Data | None:
    """Return what a hint carries: it comes over the wire as an object of the library's own."""
    plain = given._asdict() if hasattr(given, "_asdict") else given
    try:
        return msgspec.convert(plain, _Data)
    except msgspec.ValidationError:
        return None
