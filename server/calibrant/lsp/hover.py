"""Hover: what stands at a place, what became of it when it last ran, and help on what is wrong there."""

import asyncio
import os
import time
from calendar import timegm
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.ide.help import help_pages
from calibrant.ide.hover import World
from calibrant.ide.hover import hover as hover_at
from calibrant.ide.page import Page, markdown, plain_text
from calibrant.lsp.code_lens import ago
from calibrant.lsp.convert import key_of
from calibrant.lsp.publish import shown_at
from calibrant.model.issue import Finding
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.workspace.placing import by_step

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_HELPED = 3
"""Codes at one place that are explained at once."""


async def hover(ls: "CalibrantServer", params: types.HoverParams) -> types.Hover | None:
    """Handle `textDocument/hover`."""
    await ls.pipeline.ready(key_of(params.text_document.uri))
    snapshot = ls.snapshot(params.text_document.uri)
    view = await ls.knowledge.view(snapshot) if snapshot else None
    if snapshot is None or view is None:
        return None
    positions = ls.positions(snapshot)
    offset = positions.offset(params.position)
    findings = ls.publisher.findings(snapshot, ls.pipeline.analysis(snapshot))
    found = hover_at(view, offset, world(findings, view.workflow))
    wrong = _wrong_at(findings, offset)
    codes = list(dict.fromkeys(finding.code for finding, _ in wrong))[:_HELPED]
    texts = await asyncio.to_thread(lambda: {code: ls.services.page(code) for code in codes}) if codes else {}
    helped = help_pages({code: text for code, text in texts.items() if text}, ls.services.link)
    page = (*(found.page if found else ()), *helped[0 if found else 1 :])
    if not page or not ls.documents.is_newest(snapshot):
        return None
    return types.Hover(markup(ls, page), positions.range(found.span if found else wrong[0][1]))


def world(findings: Sequence[Finding], workflow: Workflow) -> World:
    """Return how to ask about the world of this very moment; `findings` are those shown of the workflow."""
    now = time.time()

    @cache
    def by_position() -> Mapping[int | None, Sequence[Finding]]:
        return by_step([one for one in findings if one.severity != "hint"], workflow)

    def wrong(step: Step) -> Sequence[str]:
        return list(dict.fromkeys(one.message for one in by_position().get(step.index, ())))

    return World(lambda session: _since(session, now), lambda name: bool(os.environ.get(name)), wrong)


def markup(ls: "CalibrantServer", page: Page) -> types.MarkupContent:
    """Return a page in the first way of writing that the client shows in hovers."""
    text = ls.client_capabilities.text_document
    can = text.hover.content_format if text and text.hover else None
    if can and next((one for one in can if one in _WRITTEN), None) == types.MarkupKind.Markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown(page))
    return types.MarkupContent(types.MarkupKind.PlainText, plain_text(page))


_WRITTEN = (types.MarkupKind.Markdown, types.MarkupKind.PlainText)


def _wrong_at(findings: Sequence[Finding], offset: int) -> list[tuple[Finding, Span]]:
    """Return the findings at an offset with the places there, the narrowest first."""
    found = [(finding, span) for finding in findings for span in shown_at(finding) if span.holds(offset)]
    return sorted(found, key=lambda pair: pair[1].end - pair[1].start)


def _since(session: str, now: float) -> str:
    """Return how long ago a session began, which its name tells; empty where it does not."""
    try:
        began = timegm(time.strptime(session[:15], "%Y%m%d-%H%M%S"))
    except ValueError:
        return ""
    return ago(now - began)
