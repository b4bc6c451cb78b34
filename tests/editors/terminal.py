"""A terminal for a real editor: a pseudo-terminal that is typed into, and whose output is kept."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_OWN = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Makes the terminal the program's own: some programs open it by its name."""
_ESCAPE = re.compile(r"\x1b(\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[P^_][^\x1b]*\x1b\\|[()][A-Z0-9]|.)")


class Terminal:
    """One program in a terminal of 150 columns and 50 lines."""

    def __init__(self, command: Sequence[str | Path], folder: Path, environ: Mapping[str, str]) -> None:
        self._master, program = pty.openpty()
        fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 150, 0, 0))
        self._shown: list[bytes] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OWN, *command],
            cwd=folder,
            env={**os.environ, "TERM": "xterm-256color", **environ},
            stdin=program,
            stdout=program,
            stderr=program,
            start_new_session=True,
        )
        os.close(program)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def type(self, text: str) -> None:
        """Type a text; a carriage return is Enter, an escape character is Escape."""
        os.write(self._master, text.encode())

    def text(self) -> str:
        """Return all that was ever shown, without what only moves or colours."""
        return _ESCAPE.sub("", b"".join(self._shown).decode(errors="replace"))

    def until(self, done: Callable[[], object], what: str, within: float = 30) -> None:
        """Wait until something is so; what was shown is told where it does not come."""
        end = time.monotonic() + within
        while not done():
            assert self.process.poll() is None, f"the editor has ended before {what}:\n{self.text()[-3000:]}"
            assert time.monotonic() < end, f"{what} did not come within {within} s:\n{self.text()[-3000:]}"
            time.sleep(0.05)

    def close(self) -> None:
        """End the program and all that it has started in this terminal."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self._reader.join(5)
        os.close(self._master)

    def _read(self) -> None:
        with suppress(OSError):  # the terminal's other end is closed: the program has ended
            while part := os.read(self._master, 65536):
                self._shown.append(part)


@contextmanager
def terminal(command: Sequence[str | Path], folder: Path, environ: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a program in a terminal and end it afterwards."""
    shown = Terminal(command, folder, environ)
    try:
        yield shown
    finally:
        shown.close()
