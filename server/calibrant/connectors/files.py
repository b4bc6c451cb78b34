"""Files named by a workflow: found or refused in plain words, read with a bound, replaced atomically."""

import errno
import os
import posixpath
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import closest, ranked
from calibrant.model.connector import Context
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

READ_LIMIT = 256 << 20
"""Bytes that a file may have to be read whole."""
_LOOKED_AT = 2000


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
    raise missing(context, name, parameter, suffixes=suffixes, wrap=wrap)


def missing(
    context: Context, name: str, parameter: str, *, suffixes: tuple[str, ...] = (), wrap: Callable[[str], str] = str
) -> StepError:
    """Return the error of a file that is not there, with what stands near it, the closest name first."""
    folder, names = _neighbours(context, name, parameter)
    fitting = [other for other in names if not suffixes or other.lower().endswith(suffixes)]
    ordered = ranked(name, fitting)
    namesakes = [other for other in ordered if posixpath.basename(other) == posixpath.basename(name)]
    close = list(dict.fromkeys([*closest(name, fitting), *namesakes]))
    message = f"There is no file ‘{name}’."
    if close:
        message += f" Near it: {listing(close)}."
    elif fitting:
        message += f" {_folder_words(folder)} has: {listing(sorted(fitting))}."
    candidates = tuple(wrap(other) for other in (close or list(ordered))[:8])
    return refuse("file-not-found", parameter, message, value=wrap(name), candidates=candidates)


def _folder_words(folder: str) -> str:
    return "The folder" if folder in ("", ".") else f"The folder ‘{folder}’"


def _neighbours(context: Context, name: str, parameter: str) -> tuple[str, list[str]]:
    """Return the nearest folder there is, and its files: those right in it, or where there are none, those below."""
    folder = posixpath.dirname(name)
    while folder and folder != "/":
        try:
            found = context.list_files(folder, parameter)
        except StepError:
            folder = posixpath.dirname(folder)
            continue
        if found:
            return folder, found[:_LOOKED_AT]
        break
    if folder == "/":
        return "", []
    try:
        found = context.list_files(".", parameter)
    except StepError:
        return "", []
    here = [other for other in found if "/" not in other]
    return ".", (here or found)[:_LOOKED_AT] if "/" not in name else found[:_LOOKED_AT]


def read_bytes(path: Path, name: str, parameter: str) -> bytes:
    """Return a file's whole content.

    Raises:
        StepError: it cannot be read (code `unreadable-file`) or is larger than `READ_LIMIT` (code `too-large`).
    """
    try:
        with path.open("rb") as file:
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
        message = f"‘{name}’ is not UTF-8 text: line {line} has a byte (0x{data[error.start]:02x}) that does not fit."
        hint = "Save the file as UTF-8."
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


@contextmanager
def alone(path: Path, name: str, parameter: str) -> Iterator[None]:
    """Keep other steps and runs from changing files of that folder meanwhile; the folder is made where there is none.

    Without it, two steps that add to one file at the same time would lose what one of them added. The lock is the
    folder's, as the file itself is replaced by another; it ends with the process, and leaves nothing behind.

    Raises:
        StepError: the folder cannot be made.
    """
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        folder = _locked(path.resolve().parent)
    except OSError as error:
        raise unusable(error, name, parameter) from error
    try:
        yield
    finally:
        if folder is not None:
            os.close(folder)


def _locked(folder: Path) -> int | None:
    """Return a descriptor that holds the lock on a folder; None where the system or its file system has no such locks."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def replace(path: Path, data: bytes, name: str, parameter: str) -> None:
    """Write a file whole or not at all; its mode is kept where there is one.

    Raises:
        StepError: it cannot be written (codes `unreadable-file`, `not-a-file`, `disk-full`).
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise unusable(error, name, parameter) from error


def _replace(path: Path, data: bytes) -> None:
    target = path.resolve()  # a link stays a link
    temporary = target.with_name(f".calibrant-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def missing_folder(context: Context, name: str, parameter: str) -> StepError:
    """Return the error of a folder that is not there, with the folders near it, the closest name first."""
    try:
        found = context.list_files(".", parameter)[: _LOOKED_AT * 10]
    except StepError:
        found = []
    folders = {posixpath.dirname(other) for other in found}
    folders |= {posixpath.dirname(folder) for folder in folders}
    ordered = ranked(name.rstrip("/"), sorted(folders - {"", "."}))
    close = list(closest(name.rstrip("/"), ordered))
    message = f"There is no folder ‘{name}’."
    if close:
        message += f" Near it: {listing(close)}."
    return refuse("missing-folder", parameter, message, value=name, candidates=(close or list(ordered))[:8])
