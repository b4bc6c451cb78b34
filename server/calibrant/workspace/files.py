"""Workflow files as they lie on disk, read with care: encodings, sizes, and what cannot be read."""

import errno
import stat
from pathlib import Path

import msgspec

from calibrant.model.encoding import called, decode
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span

MAX_BYTES = 10 << 20
"""The size above which a file is not read: no one edits such a workflow by hand, and an editor would not stay fluent."""


class Loaded(msgspec.Struct, frozen=True):
    """A file's text without its byte order mark; `problem` says why there is none where it cannot be read as text."""

    text: str
    problem: Finding | None = None


def load(path: Path) -> Loaded:
    """Read a workflow file.

    Raises:
        OSError: the file is missing, may not be read, or is no ordinary file.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
        raise OSError(errno.EINVAL, "it is not an ordinary file")
    size = status.st_size
    if size > MAX_BYTES:
        return Loaded(
            "", _problem("file-too-large", f"This file is {size >> 20} MB; workflows of up to 10 MB are read.")
        )
    try:
        text = decode(path.read_bytes()).text
    except UnicodeDecodeError as error:
        return Loaded("", _problem("not-text", f"This file is not {called(error.encoding)} text (byte {error.start})."))
    if "\0" in text:
        return Loaded("", _problem("not-text", "This file holds binary data, not a workflow."))
    return Loaded(text)


def unread(path: Path) -> str:
    """Say why a file cannot be read, and what would help."""
    try:
        load(path)
    except FileNotFoundError:
        return "There is no such file."
    except PermissionError:
        return "You may not read it. Give yourself the right to (chmod u+r)."
    except OSError as error:
        return f"It cannot be read ({(error.strerror or type(error).__name__).lower()})."
    return "It could not be read a moment ago, but can be now. Try again."


def workflow_name(path: Path, workspace: Path) -> str:
    """Return a workflow's name in the store and in issue identities: its path from the workspace, with slashes."""
    return path.relative_to(workspace).as_posix() if path.is_relative_to(workspace) else path.name


def _problem(code: str, message: str) -> Finding:
    hint = "Save it as UTF-8 text." if code == "not-text" else "Split it into several workflows."
    return Finding(code, Kind.SYNTAX, Span(0, 0), message, hint)
