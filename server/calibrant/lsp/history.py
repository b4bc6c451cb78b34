"""The command that lists what was run and changed of a workflow, as an editor can let the user choose from."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.change_object import change_entry
from calibrant.lsp.commands import FileArguments, path_of, read
from calibrant.lsp.words import change_words, run_words
from calibrant.model.ports import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from calibrant.change import Site
    from calibrant.lsp.core import CalibrantServer
    from calibrant.model.applied import ChangeSession


async def history(ls: "CalibrantServer", given: dict[str, Any]) -> list[dict[str, object]]:
    """Return the newest runs and changes of a workflow, the newest first, each as the object that ends a session.

    Each has `started` besides, in seconds since the epoch, and what to say of it in `words`; only that of a change has `change`.
    """
    path = path_of(read(given, FileArguments).uri)
    workspace, name = ls.configuration.workspace_of(path), ls.name_of(path)
    try:
        results = await asyncio.to_thread(ls.services.history, workspace, name)
        changes = await ls.applications.recorded.see(path, lambda site: _changes(site, path))
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"The history of {path.name} cannot be read: {error}") from error
    snapshot = ls.documents.get(str(path))
    entries = [(one.started, run_words(one), _object(ls.session_object(path, one, snapshot))) for one in results]
    entries += [(one.started, change_words(one), change_entry(ls, path, one)) for one in changes]
    entries.sort(key=lambda entry: -entry[0])
    return [{**entry, "started": started, "words": words} for started, words, entry in entries]


def _object(shown: object) -> dict[str, object]:
    return dict(cast("Mapping[str, object]", shown))


def _changes(site: "Site", path: "Path") -> "Sequence[ChangeSession]":
    from calibrant.change import history as changes_of

    return changes_of(site, path)
