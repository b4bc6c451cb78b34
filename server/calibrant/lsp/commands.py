"""The commands: each takes one object and answers at once."""

import asyncio
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp import editor_trust, progress
from calibrant.lsp.convert import to_path
from calibrant.model.language import ONLY_CHECKED
from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.files import unread
from calibrant.workspace.locate import is_run

if TYPE_CHECKING:
    from pathlib import Path

    from calibrant.lsp.core import CalibrantServer
    from calibrant.model.issue import Finding

Given = TypeVar("Given")


class CalibrateArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.calibrate` takes."""

    uri: str
    inputs: dict[str, Any] = {}
    resume: Literal["full", "partial"] = "full"
    live: bool = False


class SessionArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.cancel` takes."""

    session: str


class FileArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.trust` and `calibrant.history` take."""

    uri: str


class RollbackArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.rollback` takes; without a session, the newest of the file that stands.

    `whole`: the whole backup where the fix alone cannot be taken out; without a word the user is asked. `preview`: only show
    what would be done. `tell`: the server tells the user why nothing was rolled back.
    """

    uri: str
    session: str | None = None
    whole: bool | None = None
    preview: bool = False
    tell: bool = True


def cancel(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, object]:
    """Cancel a run; `cancelled` is false where it has ended already or is not ours."""
    session = read(given, SessionArguments).session
    return {"session": session, "cancelled": progress.cancel(ls, session)}


async def trust(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, str]:
    """Trust the workspace of a file or folder; returns the workspace's path."""
    from calibrant.workspace.locate import workspace_of

    workspace = workspace_of(path_of(read(given, FileArguments).uri))
    await trust_workspace(ls, workspace)
    return {"workspace": str(workspace)}


async def trust_workspace(ls: "CalibrantServer", workspace: "Path") -> None:
    """Trust a workspace, and tell so.

    Raises:
        JsonRpcInvalidParams: it cannot be trusted; says why.
    """
    if ls.services.editor_trust.word.restricted:
        raise JsonRpcInvalidParams(f"{workspace} cannot be trusted: {editor_trust.REFUSED}")
    try:
        await asyncio.to_thread(ls.services.trust, workspace)
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"{workspace} cannot be trusted: {error}") from error
    ls.say(f"Commands of the workflows in {workspace} may now run.", types.MessageType.Info)
    ls.refresh_lenses()
    ls.statuses.trust_changed()


def read(given: dict[str, Any], kind: type[Given]) -> Given:
    """Return a command's object as its arguments.

    Raises:
        JsonRpcInvalidParams: it is not as the command takes it.
    """
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise JsonRpcInvalidParams(str(error)) from error


def path_of(uri: str) -> "Path":
    """Return the path of a file's URI.

    Raises:
        JsonRpcInvalidParams: it names no file.
    """
    path = to_path(uri)
    if path is None:
        raise JsonRpcInvalidParams(_no_file(uri))
    return path


def _no_file(uri: str) -> str:
    """Say what a URI is that names no file."""
    scheme = uri.partition(":")[0].lower() if ":" in uri else ""
    if scheme == "untitled":
        return f"‘{uri.partition(':')[2]}’ is not saved yet. Save it as a file, then try again."
    if scheme in ("", "file"):
        return f"‘{uri}’ is not a file."
    return (
        f"‘{uri}’ is not a file on this computer ({scheme}:). It is checked as you type; to run or change it, "
        "open a copy of it that is."
    )


def workflow_of(ls: "CalibrantServer", uri: str) -> Snapshot:
    """Return the newest text of a workflow: the editor's, else the file's.

    Raises:
        JsonRpcInvalidParams: there is none.
    """
    path = path_of(uri)
    snapshot = newest_text(ls, path)
    if snapshot is None or snapshot.problem:
        why = why_unread(snapshot.problem) if snapshot and snapshot.problem else unread(path)
        raise JsonRpcInvalidParams(f"‘{path.name}’ cannot be run. {why}")
    if not ls.pipeline.is_workflow(snapshot):
        raise JsonRpcInvalidParams(f"‘{path.name}’ is not a workflow by its name.")
    return snapshot


def must_run(snapshot: Snapshot) -> None:
    """Go on only with a workflow that can be run.

    Raises:
        JsonRpcInvalidParams: it is only checked.
    """
    if snapshot.path and not is_run(snapshot.path):
        raise JsonRpcInvalidParams(f"‘{snapshot.path.name}’ was not run. {ONLY_CHECKED}")


def newest_text(ls: "CalibrantServer", path: "Path") -> Snapshot | None:
    """Return the editor's text of a file, else what is on disk now, whether its change was told or not; None without either."""
    held = ls.documents.get(str(path))
    return held if held and held.is_open else ls.tree.read(path)


def why_unread(problem: "Finding") -> str:
    """Say why a text cannot be read, and what would help."""
    return f"{problem.message} {problem.hint}".rstrip()
