"""What was not run, told in one message; where that is for lack of trust, with a button that gives it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.lsp import editor_trust
from calibrant.lsp.commands import newest_text, trust_workspace
from calibrant.lsp.editing import ask
from calibrant.model.words import shortened
from calibrant.report.visible import visible
from calibrant.workspace.queue import Run

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

NOT_NOW = "Not now"
TRUST = "Trust this workspace"
_LONGEST_NAME, _LONGEST_REASON = 80, 500
_BY_COMMAND = "In the editor, the command ‘calibrant.trust’ trusts this workspace."


async def tell_not_run(ls: "CalibrantServer", run: Run, workspace: Path, reasons: Mapping[str, Sequence[str]]) -> None:
    """Tell which steps were not run, by the reasons for it; where the user trusts the workspace then, run it again."""
    message = _message(run.path.name, reasons)
    if ls.services.editor_trust.word.restricted:
        ls.say(f"{message}\n{editor_trust.REFUSED}", types.MessageType.Info)
    elif await editor_trust.is_trusted(ls, workspace):
        ls.say(message, types.MessageType.Info)
    # Editors may take the first choice at the next Enter, wherever that was meant for: it must be the harmless one.
    elif await ask(ls, message, [NOT_NOW, TRUST], _BY_COMMAND, types.MessageType.Info) == TRUST:
        await _trusted_now(ls, run, workspace)


async def _trusted_now(ls: "CalibrantServer", run: Run, workspace: Path) -> None:
    """Trust the workspace, and run the newest text again. What a live run did outside is not done twice."""
    try:
        await trust_workspace(ls, workspace)
    except JsonRpcException as error:
        ls.say(error.message)
        return
    snapshot = newest_text(ls, run.path)
    if snapshot and not snapshot.problem and not run.options.live:
        ls.verifying.outdated(snapshot.key)
        ls.runs.start(snapshot, run.options, asked=True)


def _message(name: str, reasons: Mapping[str, Sequence[str]]) -> str:
    """Return the message. Names are the workflow's, and may be made to look like words of ours."""
    parts = [f"Not everything in {shortened(name, _LONGEST_NAME)} was run."]
    for reason, steps in reasons.items():
        named = ", ".join(f"‘{shortened(step, _LONGEST_NAME)}’" for step in steps[:5])
        more = " and others" if len(steps) > 5 else ""
        parts.append(f"{named}{more}: {shortened(reason.removeprefix('Not run: '), _LONGEST_REASON)}")
    return "\n".join(map(visible, parts))
