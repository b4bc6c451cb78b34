"""A new workflow file: written whole or not at all, and never over one that is there."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from calibrant.change import words
from calibrant.change.words import Refused


def create(workspace: Path, path: Path, text: str) -> None:
    """Write a new file at `path` in the workspace, with the folders above it, as UTF-8.

    Raises:
        Refused: it is there already, leads out of the workspace, or cannot be written; the message says why and what to do.
    """
    root = workspace.resolve()
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(root):
        raise Refused(words.OUTSIDE.format(name=path.name, workspace=workspace))
    beside = target.with_name(f".calibrant-{secrets.token_hex(6)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
        _put(beside, target)
    except FileExistsError as error:
        raise Refused(words.THERE_ALREADY.format(name=path.as_posix())) from error
    except NotADirectoryError as error:
        raise Refused(words.NO_FOLDER.format(name=path.as_posix())) from error
    except OSError as error:
        raise words.refused(error, path.as_posix()) from error
    finally:
        with suppress(OSError):  # it has become the file, or was never made
            beside.unlink()


def _put(beside: Path, target: Path) -> None:
    """Give a written file its name, at one moment, unless something has that name."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists() or target.is_symlink():
            raise FileExistsError(str(target)) from None
        beside.rename(target)
