"""The command that rolls back fixes, or shows what that would do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import RollbackArguments, path_of, read
from calibrant.lsp.convert import to_uri
from calibrant.lsp.editing import ask, can_ask
from calibrant.lsp.taking_back import Result, TakingBack
from calibrant.model.ports import StoreError

if TYPE_CHECKING:
    from calibrant.change import Preview
    from calibrant.lsp.core import CalibrantServer

WHOLE = "Roll back the whole file"
LEAVE = "Leave it"


async def rollback(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, Any]:
    """Roll back a session, or the newest that stands for the file; returns the session, with the reason where it stays."""
    arguments = read(given, RollbackArguments)
    path = path_of(arguments.uri)
    taking_back = TakingBack(ls, path, arguments.session)
    try:
        if arguments.preview:
            return _shown(ls, path, await taking_back.preview(whole=bool(arguments.whole)))
        result = await taking_back.done(whole=bool(arguments.whole))
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"The fixes of {path.name} cannot be rolled back: {error}") from error
    if result.reason and arguments.tell:
        ls.spawn(tell_why(ls, path, result, asked=arguments.whole is None))
    return _answer(ls, path, result)


async def tell_why(ls: "CalibrantServer", path: Path, result: Result, *, asked: bool = True) -> None:
    """Tell why nothing was rolled back; where only the whole file can be, offer that."""
    if not (result.conflicts and asked and can_ask(ls)):
        ls.say(result.reason)
        return
    if await ask(ls, result.reason, [LEAVE, WHOLE]) != WHOLE:  # the harmless one first: an Enter may take it
        return
    try:
        whole = await TakingBack(ls, path, result.session).done(whole=True)
    except (StoreError, OSError) as error:
        ls.say(f"The fixes of {path.name} cannot be rolled back: {error}")
        return
    if whole.reason:
        ls.say(whole.reason)


def _answer(ls: "CalibrantServer", path: Path, result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = {"session": result.session}
    if result.reason:
        answer["reason"] = result.reason
    if result.conflicts:
        workspace = ls.configuration.workspace_of(path)
        answer["conflicts"] = [
            {"uri": to_uri(workspace / file.path), "path": file.path, "reason": file.note} for file in result.conflicts
        ]
    return answer


def _shown(ls: "CalibrantServer", path: Path, preview: "Preview") -> dict[str, Any]:
    workspace = ls.configuration.workspace_of(path)
    answer = _answer(ls, path, Result(preview.session, preview.reason, preview.conflicts))
    answer["files"] = [
        {
            "uri": to_uri(workspace / file.path),
            "path": file.path,
            "open": file.is_open,
            "before": file.before,
            "after": file.after,
        }
        for file in preview.files
    ]
    return answer
