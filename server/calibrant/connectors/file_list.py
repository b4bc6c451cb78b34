"""file.list: the files of a folder."""

import posixpath
import re

from calibrant.connectors import neighbours, parameters
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import (
    Connector,
    ConnectorSpec,
    Context,
    Effect,
    Freshness,
    Output,
    ParameterSpec,
    Params,
)
from calibrant.model.shape import STRING, array, object_of

SPEC = ConnectorSpec(
    name="file.list",
    summary="List the files of a folder.",
    parameters=(
        ParameterSpec("path", "path", "The folder.", required=True),
        ParameterSpec(
            "glob",
            "string",
            "Which files below the folder: `*` within a name, `**/` at any depth; hidden ones only by their dot.",
            default="*",
        ),
    ),
    output=object_of(files=array(STRING)),
    effects=(Effect.READ,),
    example='- id: reports\n  uses: file.list\n  with: {path: reports, glob: "*.csv"}',
)


async def run(params: Params, context: Context) -> Output:
    """Return the matching files as the workflow would write their paths, sorted.

    Raises:
        StepError: there is no such folder.
    """
    folder = parameters.path(params, "path")
    pattern = _pattern(parameters.text(params, "glob", "*"))
    found = await in_thread(_list, context, folder)
    return {"files": [name for name in found if pattern.fullmatch(posixpath.relpath(name, folder))]}


async def check(params: Params, context: Context) -> None:
    """Look whether the folder is there.

    Raises:
        StepError: it is not.
    """
    if parameters.known(params, "path"):
        await in_thread(_list, context, parameters.path(params, "path"))


def fresh(params: Params) -> Freshness:
    """Return what a list hangs on: the names of the files below the folder."""
    return Freshness(folders=(parameters.path(params, "path"),))


def _list(context: Context, folder: str) -> list[str]:
    path = context.read_path(folder, "path")
    if path.is_file():
        raise refuse(
            "missing-folder",
            "path",
            f"‘{folder}’ is a file; a folder is needed here.",
            value=folder,
            hint="Name a folder.",
        )
    if not path.is_dir():
        raise neighbours.missing_folder(context, folder, "path")
    return context.list_files(folder, "path")


def _pattern(glob: str) -> re.Pattern[str]:
    out, at = "", 0
    while at < len(glob):
        start = at == 0 or glob[at - 1] == "/"
        visible = r"(?!\.)" if start else ""
        if start and glob.startswith("**/", at):
            out, at = out + r"(?:(?!\.)[^/]+/)*", at + 3
        elif start and glob[at:] == "**":
            out, at = out + r"(?:(?!\.)[^/]+/)*(?!\.)[^/]+", at + 2
        elif glob[at] == "*":
            out, at = out + visible + "[^/]*", at + 1
        elif glob[at] == "?":
            out, at = out + visible + "[^/]", at + 1
        elif glob[at] == "[" and (end := glob.find("]", at + 2)) > 0:
            body = glob[at + 1 : end].replace("\\", r"\\").replace("[", r"\[")
            out, at = out + visible + "[" + ("^/" + body[1:] if body[0] == "!" else body) + "]", end + 1
        else:
            out, at = out + re.escape(glob[at]), at + 1
    try:
        return re.compile(out, re.DOTALL)
    except re.error as error:
        message = f"‘{glob}’ is no pattern for file names: {error.msg}."
        raise refuse("invalid-value", "glob", message, value=glob) from error


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.READ, check=check, fresh=fresh)
