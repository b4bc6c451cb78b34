"""The command that tells with which tools a workspace is built."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import path_of, read
from calibrant.lsp.convert import to_uri
from calibrant.workspace.locate import surveyed, too_wide

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.model.toolchain import Survey


class ToolchainsArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.toolchains` takes: a file or folder. `words`: what a list can show of each comes with it.

    `tell`: the user is told where words are wanted and there is none.
    """

    uri: str
    words: bool = False
    tell: bool = True


async def toolchains(ls: "CalibrantServer", given: dict[str, Any]) -> list[dict[str, object]]:
    """Return the toolchains of a folder, or of the workspace of a file, as the command line does; reads only.

    With `words` each has besides what to show of it (`words`) and the file that declares it (`uri`, else null).
    """
    arguments = read(given, ToolchainsArguments)
    folder = await asyncio.to_thread(_folder, path_of(arguments.uri))
    survey = await ls.surveys.survey(folder)
    if survey is None:
        raise JsonRpcInvalidParams(f"‘{folder}’ cannot be looked through. The server's log says why.")
    from calibrant.report.toolchains import NOTHING, survey_objects

    found = [dict(one) for one in survey_objects(survey)]
    if not arguments.words:
        return found
    if not found and arguments.tell:
        ls.say(f"{NOTHING} (In {folder}.)", types.MessageType.Info)
    return [{**one, **beside} for one, beside in zip(found, _shown(survey, folder), strict=True)]


def _folder(path: Path) -> Path:
    """Return the folder that is meant.

    Raises:
        JsonRpcInvalidParams: it is not there, cannot be read, or nobody means to look through it.
    """
    try:
        if not path.exists():
            raise JsonRpcInvalidParams(f"There is no file or folder ‘{path}’.")
        folder = path if path.is_dir() else surveyed(path)[0]
        os.scandir(folder).close()
    except OSError as error:
        raise JsonRpcInvalidParams(f"‘{path}’ cannot be read: {(error.strerror or '').lower()}.") from error
    if what := too_wide(folder):
        raise JsonRpcInvalidParams(f"‘{folder}’ is {what}, which is not looked through. Name the folder of a project.")
    return folder


def _shown(survey: "Survey", folder: Path) -> list[dict[str, object]]:
    from calibrant.report.toolchain_words import words_of

    return [
        {
            "words": msgspec.to_builtins(words_of(one)),
            "uri": to_uri(folder / one.manifest) if one.manifest else None,
        }
        for one in survey.toolchains
    ]
