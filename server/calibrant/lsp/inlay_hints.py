"""Inlay hints: beside each step, what it gave when it last ran."""

from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from calibrant.ide.hints import Hint, hints
from calibrant.ide.hover import step_page
from calibrant.lsp.convert import Positions, key_of
from calibrant.lsp.hover import markup, world

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_WITH_TOOLTIPS = 100
"""Hints at once that come with what they tell when looked at, for a client that cannot ask for that later."""


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
    found = list(hints(view, positions.span(params.range)))
    ls.refreshing.answered(len(found))
    later = _resolves_tooltips(ls)
    making = _Making(snapshot.key, positions, later=later)
    if later or len(found) > _WITH_TOOLTIPS:
        return [making.hint(one, None) for one in found]
    there = world(ls.publisher.findings(snapshot, ls.pipeline.analysis(snapshot)), view.workflow)
    return [making.hint(one, markup(ls, step_page(view, one.step, there))) for one in found]


async def resolve(ls: "CalibrantServer", hint: types.InlayHint) -> types.InlayHint:
    """Handle `inlayHint/resolve`: tell more of the step, as its hover does."""
    data = _data(hint.data)
    snapshot = ls.documents.get(data.key) if data else None
    view = await ls.knowledge.view(snapshot) if snapshot else None
    if data and snapshot and view:
        step = next((one for one in view.workflow.steps if one.label == data.step), None)
        findings = ls.publisher.findings(snapshot, ls.pipeline.analysis(snapshot))
        there = world(findings, view.workflow)
        hint.tooltip = markup(ls, step_page(view, step, there)) if step else None
    return hint


class _Making:
    """Makes the hints of one request."""

    def __init__(self, key: str, positions: Positions, *, later: bool) -> None:
        self._key = key
        self._positions = positions
        self._later = later

    def hint(self, one: Hint, tooltip: types.MarkupContent | None) -> types.InlayHint:
        data = {"key": self._key, "step": one.step.label} if self._later else None
        position = self._positions.position(one.offset)
        return types.InlayHint(position, one.words, tooltip=tooltip, padding_left=True, data=data)


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
