"""Saving an answer's body in a file, piece by piece: whole or not at all."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from calibrant.connectors import atomic, files, httpunpack, httpwords
from calibrant.connectors.httpanswer import Answer, Take
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Context

if TYPE_CHECKING:
    import httpx

SAVE_LIMIT = 1 << 30
"""Bytes that a saved body may have."""


def saving(name: str, context: Context) -> Take[Answer]:
    """Return what writes an answer's body into the file of that name; its `body` is None.

    Raises (when it is called):
        StepError: the file cannot be written, or the body is larger than `SAVE_LIMIT`.
    """

    async def take(response: "httpx.Response", target: httpwords.Target) -> Answer:
        path = await in_thread(_place, name, context)
        temporary = path.with_name(f".calibrant-{secrets.token_hex(8)}")
        try:
            size = await _written(temporary, response, target)
            await in_thread(atomic.settle, temporary, path)
        except OSError as error:
            raise files.unusable(error, name, "save_to") from error
        finally:
            temporary.unlink(missing_ok=True)
        return Answer(response.status_code, dict(response.headers), None, str(response.url), size, "")

    return take


def check(name: str, context: Context) -> None:
    """Look whether a folder stands where the file should go.

    Raises:
        StepError: one does, or it is outside the workspace.
    """
    _refuse_folder(context.read_path(name, "save_to"), name)


def _refuse_folder(path: Path, name: str) -> None:
    if path.is_dir():
        raise refuse("not-a-file", "save_to", f"‘{name}’ is a folder; a file is needed here.", value=name)


def _place(name: str, context: Context) -> Path:
    path = context.write_path(name, "save_to").resolve()  # a link stays a link
    _refuse_folder(path, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.unusable(error, name, "save_to") from error
    return path


async def _written(path: Path, response: "httpx.Response", target: httpwords.Target) -> int:
    size = 0
    with path.open("xb") as file:
        async for piece in httpunpack.pieces(response, SAVE_LIMIT, target):
            size += len(piece)
            await _write(file, piece)
    return size


async def _write(file: BinaryIO, piece: bytes) -> None:
    if len(piece) < 1 << 16:
        file.write(piece)
    else:
        await in_thread(file.write, piece)
