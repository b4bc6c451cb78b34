"""Files named by a workflow: found or refused in plain words, and read with a bound."""

import errno
from collections.abc import Callable
from pathlib import Path

from calibrant.connectors import neighbours, opening
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Context
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

READ_LIMIT = 256 << 20
"""Bytes that a file may have to be read whole."""


def existing(
    context: Context, name: str, parameter: str, *, suffixes: tuple[str, ...] = (), wrap: Callable[[str], str] = str
) -> Path:
    """Return where to read the file called `name` in the workflow.

    `suffixes` are the file name endings that would do, for choosing what to suggest; `wrap` turns a file's name into a
    value of the parameter.

    Raises:
        StepError: no such file (code `file-not-found`, with the names near it), a folder, or outside the workspace.
    """
    return present(context, context.read_path(name, parameter), name, parameter, suffixes=suffixes, wrap=wrap)


def present(
    context: Context,
    path: Path,
    name: str,
    parameter: str,
    *,
    suffixes: tuple[str, ...] = (),
    wrap: Callable[[str], str] = str,
) -> Path:
    """Return `path` where it is a file, for one already resolved (see `existing`)."""
    try:
        if path.is_file():
            return path
        if path.is_dir():
            raise refuse("not-a-file", parameter, f"‘{name}’ is a folder; a file is needed here.", value=name)
        if path.exists():
            raise refuse("not-a-file", parameter, f"‘{name}’ is a device or a pipe; a file is needed here.", value=name)
    except OSError as error:
        raise unusable(error, name, parameter) from error
    raise neighbours.missing(context, name, parameter, suffixes=suffixes, wrap=wrap)


def read_bytes(path: Path, name: str, parameter: str) -> bytes:
    """Return a file's whole content.

    Raises:
        StepError: it cannot be read (code `unreadable-file`) or is larger than `READ_LIMIT` (code `too-large`).
    """
    try:
        with open(path, "rb", opener=opening.without_links) as file:
            data = file.read(READ_LIMIT + 1)
    except OSError as error:
        raise unusable(error, name, parameter) from error
    if len(data) > READ_LIMIT:
        raise too_large(f"‘{name}’ is larger than {READ_LIMIT >> 20} MB", parameter, name)
    return data


def too_large(what: str, parameter: str, value: str = "") -> StepError:
    """Return the error of something that passes a bound; `what` is the sentence's beginning."""
    return refuse("too-large", parameter, f"{what}, which is more than a step takes in.", value=value)


def decode(data: bytes, name: str, parameter: str) -> tuple[str, str]:
    """Return a file's text and its encoding: UTF-8, or UTF-16 where a byte order mark says so.

    Raises:
        StepError: it is no text in these encodings (code `wrong-encoding`); says where.
    """
    encoding = "utf-8"
    if data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise _undecodable(data, error, name, parameter) from error


def _undecodable(data: bytes, error: UnicodeDecodeError, name: str, parameter: str) -> StepError:
    if b"\0" in data[:4096] and error.encoding != "utf-16":
        message, hint = f"‘{name}’ is not text.", ""
    else:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"‘{name}’ is not saved as UTF-8: line {line} has a character in another encoding."
        hint = "Save the file as UTF-8, or read it as ‘bytes’."
    return refuse("wrong-encoding", parameter, message, value=name, hint=hint, details=str(error))


def unusable(error: OSError, name: str, parameter: str) -> StepError:
    """Return the error of a file that the system will not let us use, in words without its absolute path."""
    reason = (error.strerror or type(error).__name__).lower()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return refuse("disk-full", parameter, f"‘{name}’ cannot be written: the disk is full.", kind=Kind.INFRA)
    if isinstance(error, PermissionError):
        reason = "permission denied"
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        return refuse("not-a-file", parameter, f"‘{name}’ runs through a file as if it were a folder.", value=name)
    message = f"‘{name}’ cannot be used: {reason}."
    return refuse("unreadable-file", parameter, message, value=name, details=type(error).__name__)
