"""Links to the files and addresses that a workflow names; whether a file is there is looked at when it is opened."""

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant import dialects
from calibrant.ide.links import Link, in_head, in_piece, in_step
from calibrant.lsp.asked import Asked, asked_about
from calibrant.lsp.by_and_by import remembered
from calibrant.lsp.convert import to_path, to_uri
from calibrant.lsp.experimental import says
from calibrant.workspace.called import file_called
from calibrant.workspace.named import leads_out, named_file

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


async def document_links(ls: "CalibrantServer", params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """Handle `textDocument/documentLink`: addresses with their targets, files without, for these are resolved.

    A client that opens what it has and resolves nothing says so, and gets all targets.
    """
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    lexicon = dialects.lexicon(asked.workflow.language.name)
    of_job = partial(in_piece, lexicon=lexicon) if lexicon is not None else None
    kept = await remembered(ls, asked, ls.texts.links, partial(in_step, known=asked.known), of_job)
    links = list(in_head(asked.workflow))
    for step, found in zip(asked.workflow.steps, kept.found, strict=True):
        links += [link._replace(span=step.at(link.span)) for link in found]
    for job, found in zip(asked.workflow.jobs, kept.jobs, strict=False):
        links += [link._replace(span=job.at(link.span)) for link in found]
    shown = [one for one in (_shown(ls, asked, link) for link in links) if one is not None]
    return [await resolve(ls, one) for one in shown] if says(ls, "linksAtOnce") else shown


def _shown(ls: "CalibrantServer", asked: Asked, link: Link) -> types.DocumentLink | None:
    place = ls.positions(asked.snapshot).range(link.span)
    if link.kind == "address":
        return types.DocumentLink(place, target=link.target, tooltip=_tooltip(ls, "Open in the browser"))
    uri = asked.snapshot.uri
    if link.kind == "called":
        return types.DocumentLink(
            place, tooltip=_tooltip(ls, f"Open ‘{link.target}’"), data={"uri": uri, "called": link.target}
        )
    path = _meant(ls, asked.snapshot.path, link.target)
    if path is None:
        return None
    return types.DocumentLink(
        place, tooltip=_tooltip(ls, f"Open ‘{path.name}’"), data={"uri": uri, "path": link.target}
    )


async def resolve(ls: "CalibrantServer", link: types.DocumentLink) -> types.DocumentLink:
    """Handle `documentLink/resolve`: tell where a file is, unless links on the disk lead out of the workspace."""
    if link.target is not None:
        return link
    data = link.data if isinstance(link.data, dict) else {}
    workflow, written = to_path(str(data.get("uri", ""))), str(data.get("path", ""))
    if workflow is not None and "called" in data:
        called = await asyncio.to_thread(file_called, workflow, str(data["called"]))
        if called is None:
            link.tooltip = _tooltip(ls, f"‘{data['called']}’ is not there")
        else:
            link.target = to_uri(called)
        return link
    path = _meant(ls, workflow, written)
    if workflow is None or path is None:
        return link
    workspace, settings = ls.configuration.workspace_of(workflow), ls.configuration.settings(workflow)
    if await asyncio.to_thread(leads_out, path, workspace, settings):
        link.tooltip = _tooltip(ls, f"‘{written}’ leads out of the workspace, so it is not opened")
    else:
        link.target = to_uri(path)
    return link


def _meant(ls: "CalibrantServer", workflow: Path | None, written: str) -> Path | None:
    if workflow is None:
        return None
    workspace, settings = ls.configuration.workspace_of(workflow), ls.configuration.settings(workflow)
    return named_file(written, workflow.parent, workspace, settings)


def _tooltip(ls: "CalibrantServer", words: str) -> str | None:
    can = ls.client_capabilities.text_document and ls.client_capabilities.text_document.document_link
    return words if can and can.tooltip_support else None
