"""The commands that start runs: of one workflow, or of all in a folder."""

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import CalibrateArguments, read, workflow_of
from calibrant.model.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot


async def calibrate(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, str]:
    """Start a run of a workflow, open or not, and return its session; the inputs given hold for every later run of it."""
    arguments = read(given, CalibrateArguments)
    snapshot = workflow_of(ls, arguments.uri)
    values = {name: value for name, value in arguments.inputs.items() if value is not None}
    if arguments.inputs:
        await _remember(ls, snapshot, arguments.inputs)
    from calibrant.workspace.calibration import RunOptions

    options = RunOptions(inputs=values, resume=arguments.resume, live=arguments.live)
    ls.verifying.outdated(snapshot.key)
    return {"session": ls.runs.start(snapshot, options, asked=True)}


async def _remember(ls: "CalibrantServer", snapshot: "Snapshot", values: "Mapping[str, object]") -> None:
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
