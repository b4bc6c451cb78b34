"""A workflow's newest text and what it says, for commands that only look: nothing is taken in for it."""

import asyncio
from typing import TYPE_CHECKING

import msgspec

from calibrant.lsp.commands import path_of
from calibrant.lsp.convert import key_of, to_uri
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.files import load

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.analysis import Analysis

NEVER_TAKEN_IN = -1
"""The generation of a text that is only looked at."""


class Newest(msgspec.Struct, frozen=True, eq=False):
    """A text and its analysis, which is None where the name is not that of a workflow."""

    snapshot: Snapshot
    analysis: "Analysis | None"


async def newest(ls: "CalibrantServer", uri: str) -> Newest | None:
    """Return the editor's text of a file, else the one on disk; None where there is none.

    Raises:
        JsonRpcInvalidParams: the URI names no file.
    """
    path, key = path_of(uri), key_of(uri)
    await ls.pipeline.ready(key)
    held = ls.documents.get(key)
    if held and held.is_open:
        return Newest(held, ls.pipeline.analysis(held))
    try:
        loaded = await asyncio.to_thread(load, path)
    except OSError:  # gone, or not ours to read
        return None
    if held and ls.documents.get(key) is held and held.text == loaded.text and held.problem == loaded.problem:
        return Newest(held, ls.pipeline.analysis(held))
    settings = ls.configuration.settings(path)
    analysis = await asyncio.to_thread(
        ls.services.analyse, str(path), loaded.text, settings, None, None, ls.services.grounds.at
    )
    return Newest(Snapshot(key, to_uri(path), path, loaded.text, None, NEVER_TAKEN_IN, loaded.problem), analysis)
