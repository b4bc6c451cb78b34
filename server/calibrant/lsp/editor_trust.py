"""The editor's word on trust: at the start, and whenever it changes. Only the client's own code says it, no settings."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.lsp.convert import to_path
from calibrant.model.ports import StoreError
from calibrant.workspace.trust import Word

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.queue import Run

NAME = "trust"
METHOD = "calibrant/trust"
REFUSED = (
    "The editor has opened this window in restricted mode, in which no workspace is trusted. "
    "Trust the folder in the editor first."
)

_log = logging.getLogger(__name__)


class _Said(msgspec.Struct, frozen=True):
    restricted: bool
    folders: tuple[str, ...] = ()


def start(ls: "CalibrantServer", options: object) -> None:
    """Take the word in `initializationOptions`, where the client has one."""
    if isinstance(options, Mapping) and options.get(NAME) is not None:
        ls.services.editor_trust.say(read_word(options[NAME]))


def did_change(ls: "CalibrantServer", params: object) -> None:
    """Handle `calibrant/trust`. What is trusted no longer is not run any further."""
    before, word = ls.services.editor_trust.word, read_word(params)
    ls.services.editor_trust.say(word)
    if word.restricted or set(before.folders) - set(word.folders):
        ls.trying.give_way()
        ls.changes.cancel_all()
        ls.spawn(_stop_untrusted(ls, ls.runs.going()))
    ls.statuses.trust_changed()
    ls.refresh_lenses()


async def _stop_untrusted(ls: "CalibrantServer", runs: "Sequence[Run]") -> None:
    """Cancel the runs that went on with a trust that is no more."""
    for run in runs:
        if not await is_trusted(ls, ls.configuration.workspace_of(run.path)):
            ls.runs.cancel(run.session)


async def is_trusted(ls: "CalibrantServer", workspace: Path) -> bool:
    """Tell whether commands may run in a workspace now; False where that cannot be looked up."""
    try:
        return await asyncio.to_thread(ls.services.trusted, workspace)
    except (StoreError, OSError):
        return False


def read_word(said: object) -> Word:
    """Return what a client says of trust; what cannot be understood is taken for the strictest word there is."""
    try:
        fields = (
            said._asdict() if isinstance(said, tuple) and hasattr(said, "_asdict") else said
        )  # as pygls makes objects
        read = msgspec.convert(fields, _Said)
    except msgspec.ValidationError as error:
        _log.warning("What the editor says of trust is not understood (%s), so nothing is trusted.", error)
        return Word(restricted=True)
    folders = tuple(path for uri in read.folders if (path := to_path(uri)))
    return Word(read.restricted, folders)
