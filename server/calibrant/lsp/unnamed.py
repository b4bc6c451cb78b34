"""Commands that name no file: some editors list a server's commands and call them without arguments."""

from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

CANCEL = "calibrant.cancel"


def named(ls: "CalibrantServer", command: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return a command's object with the file that it is about: the only workflow that is open.

    Raises:
        JsonRpcInvalidParams: there is none, or more than one; the user is told too, since such editors hide errors.
    """
    if "uri" in given or "session" in given:
        return given
    try:
        snapshot = _only(ls, command)
        return {**given, "session": _run(ls, snapshot)} if command == CANCEL else {**given, "uri": snapshot.uri}
    except JsonRpcInvalidParams as error:
        ls.say(error.message)
        raise


def _only(ls: "CalibrantServer", command: str) -> Snapshot:
    found = [one for one in ls.documents if one.is_open and ls.pipeline.is_workflow(one)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise JsonRpcInvalidParams(f"‘{command}’ is about a workflow, and none is open. Open one, and call it again.")
    names = ", ".join(sorted(f"‘{ls.name_of(one.path) if one.path else one.name}’" for one in found))
    what = f'Give its argument, as in {{"uri": "{found[0].uri}"}}, or use the code actions.'
    raise JsonRpcInvalidParams(
        f"Several workflows are open ({names}), and ‘{command}’ does not say which it means. {what}"
    )


def _run(ls: "CalibrantServer", snapshot: Snapshot) -> str:
    run = ls.runs.current(snapshot.key)
    if run is None:
        raise JsonRpcInvalidParams("Nothing runs, so there is nothing to cancel.")
    return run.session
