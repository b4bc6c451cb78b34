"""A private file by which a command gets what is too large for arguments, and gives back what must not mix with its output."""

import asyncio
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind

ANSWER_LIMIT = 256 << 20
"""Bytes that a command may give back."""


class Exchange:
    """The file, as the standard input of one command; without a file, nothing to read and nothing given back."""

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file = file

    @property
    def stdin(self) -> int:
        """The descriptor for the command's standard input."""
        return subprocess.DEVNULL if self._file is None else self._file.fileno()

    def answer(self) -> bytes:
        """Return what is in the file now.

        Raises:
            StepError: more than `ANSWER_LIMIT` (code `too-large`).
        """
        if self._file is None:
            return b""
        self._file.seek(0)
        data = self._file.read(ANSWER_LIMIT + 1)
        if len(data) > ANSWER_LIMIT:
            message = f"It gives back more than {ANSWER_LIMIT >> 20} MB, which is more than a step takes in."
            hint = "Write the data to a file, and give back the file's name."
            raise StepError(Failure("too-large", message, Kind.PARAMETER, hint=hint, subject="result"))
        return data


@asynccontextmanager
async def exchanged(content: bytes | None, folder: Path) -> AsyncIterator[Exchange]:
    """Yield an exchange that holds `content`, its file being in `folder` without a name; with None, an empty-handed one."""
    if content is None:
        yield Exchange(None)
        return
    with await asyncio.to_thread(_filled, content, folder) as file:
        yield Exchange(file)


def _filled(content: bytes, folder: Path) -> IO[bytes]:
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by who asked for it
    try:
        file.write(content)
        file.seek(0)  # also writes out what is in the buffer: the command reads from the beginning
    except OSError:
        file.close()
        raise
    return file
