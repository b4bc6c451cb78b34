"""The commands that start runs: of one workflow, or of all in a folder."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import CalibrateArguments, FileArguments, must_run, path_of, read, why_unread, workflow_of
from calibrant.lsp.convert import to_uri
from calibrant.lsp.reading import NEVER_TAKEN_IN
from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.files import load
from calibrant.workspace.locate import find_workflows, is_run, too_wide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibrant.lsp.core import CalibrantServer


async def calibrate(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, str]:
    """Start a run of a workflow, open or not, and return its session; the inputs given hold for every later run of it."""
    arguments = read(given, CalibrateArguments)
    snapshot = workflow_of(ls, arguments.uri)
    must_run(snapshot)
    values = {name: value for name, value in arguments.inputs.items() if value is not None}
    if arguments.inputs:
        await _remember(ls, snapshot, arguments.inputs)
    from calibrant.workspace.calibration import RunOptions

    afresh = ls.applications.unverified(snapshot.key)
    options = RunOptions(inputs=values, resume=arguments.resume, live=arguments.live, afresh=afresh)
    ls.verifying.outdated(snapshot.key)
    return {"session": ls.runs.start(snapshot, options, asked=True)}


async def calibrate_workspace(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, object]:
    """Start a run of every workflow of the folder that a file lies in, or of a folder; returns the sessions.

    `session` is the token of their progress, by which all of them can be cancelled.
    """
    path = path_of(read(given, FileArguments).uri)
    is_folder = await asyncio.to_thread(path.is_dir)
    folder = path if is_folder else folder_of(ls, path)
    if what := await asyncio.to_thread(too_wide, folder):
        raise JsonRpcInvalidParams(f"‘{folder}’ is {what}, which is not looked through. Open the folder of a project.")
    exclude = ls.configuration.settings(folder / "x").exclude
    held = {snapshot.key: snapshot for snapshot in ls.documents}
    found = await asyncio.to_thread(_workflows, folder, exclude, held)
    ready = [one for one in found if isinstance(one, Snapshot)]
    trouble = dict(one for one in found if not isinstance(one, Snapshot))
    # What nobody told us of: the files are shown as they are now, too.
    ls.tree.changed(one.path for one in ready if one.path and one.key in held and one.generation == NEVER_TAKEN_IN)
    if not found:
        ls.say(f"There are no workflows to run in {folder}.", types.MessageType.Info)
    token, sessions = ls.batches.start(folder, ready, trouble)
    return {"session": token, "sessions": sessions}


def folder_of(ls: "CalibrantServer", path: Path) -> Path:
    """Return the folder of a file as the editor shows it: the innermost one that is open, else the file's workspace."""
    holding = [folder for folder in ls.tree.folders if path.is_relative_to(folder)]
    return max(holding, key=lambda folder: len(folder.parts)) if holding else ls.configuration.workspace_of(path)


def _workflows(
    folder: Path, exclude: "Sequence[str]", held: "Mapping[str, Snapshot]"
) -> "list[Snapshot | tuple[str, str]]":
    """Return the text of each workflow below a folder: the editor's, else as it is on disk now; or why there is none."""
    found: list[Snapshot | tuple[str, str]] = []
    for path in filter(is_run, find_workflows(folder, exclude)):
        snapshot = _newest(path, held.get(str(path)))
        name = path.relative_to(folder).as_posix()
        if isinstance(snapshot, str):
            found.append((name, snapshot))
        else:
            found.append((name, why_unread(snapshot.problem)) if snapshot.problem else snapshot)
    return found


def _newest(path: Path, held: Snapshot | None) -> Snapshot | str:
    if held and held.is_open:
        return held
    try:
        loaded = load(path)
    except OSError as error:
        return f"It cannot be read ({error.strerror or type(error).__name__})."
    if held and held.text == loaded.text and held.problem == loaded.problem:
        return held
    return Snapshot(str(path), to_uri(path), path, loaded.text, None, NEVER_TAKEN_IN, loaded.problem)


async def _remember(ls: "CalibrantServer", snapshot: Snapshot, values: "Mapping[str, object]") -> None:
    """Remember what a workflow was given.

    Raises:
        JsonRpcInvalidParams: a value does not fit; says in words which, and why.
    """
    from calibrant.workspace.inputs import problems

    analysis = ls.pipeline.analysis(snapshot)
    if analysis is None or snapshot.path is None:
        return
    if wrong := problems(analysis.workflow, values):
        raise JsonRpcInvalidParams("\n".join(wrong))
    try:
        await ls.inputs.remember(snapshot.path, analysis.workflow, values)
    except (StoreError, OSError) as error:
        ls.say(f"What {snapshot.path.name} is given now will not be remembered. {error}")
