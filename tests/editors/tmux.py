"""A program in a real terminal: typed into by tmux, and seen as it is drawn."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 40.0


class Screen:
    """One program in a terminal of its own tmux server."""

    def __init__(
        self,
        socket: Path,
        command: Sequence[str | Path],
        cwd: Path,
        environ: Mapping[str, str],
        size: tuple[int, int] = (120, 36),
    ) -> None:
        self._socket = socket
        width, height = size
        start = ["-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "-c", str(cwd)]
        self._tmux(*start, "env", "TERM=tmux-256color", "COLORTERM=truecolor", *map(str, command), environ=environ)

    def type(self, *keys: str) -> None:
        """Press keys by their names, as tmux has them: `Enter`, `Escape`, `C-w`."""
        self._tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        """Type a text as it is, then Enter."""
        self._tmux("send-keys", "-l", text)
        self._tmux("send-keys", "Enter")

    def text(self) -> str:
        """Return what is on the screen, without colours."""
        return self._tmux("capture-pane", "-p")

    def drawn(self) -> str:
        """Return what is on the screen, with the escape sequences of its colours."""
        return self._tmux("capture-pane", "-p", "-e", "-N")

    def until(self, *words: str) -> str:
        """Wait until all these words are on the screen; returns it."""
        end = time.monotonic() + PATIENCE
        while not all(word in (shown := self.text()) for word in words):
            assert time.monotonic() < end, f"{words} did not come:\n{shown}"
            time.sleep(0.1)
        return shown

    def settled(self, word: str, seconds: float = 2) -> str:
        """Wait until a word has stayed on the screen for so long; returns it."""
        end = time.monotonic() + PATIENCE
        since = time.monotonic()
        while time.monotonic() - since < seconds:
            shown = self.text()
            if word not in shown:
                since = time.monotonic()
            assert time.monotonic() < end, f"‘{word}’ does not stay:\n{shown}"
            time.sleep(0.1)
        return shown

    def gone(self, word: str) -> str:
        """Wait until a word is not on the screen any longer; returns it."""
        end = time.monotonic() + PATIENCE
        while word in (shown := self.text()):
            assert time.monotonic() < end, f"‘{word}’ stays:\n{shown}"
            time.sleep(0.1)
        return shown

    def close(self) -> None:
        """End the program and its terminal."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True)

    def _tmux(self, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
        try:
            done = subprocess.run(
                ["tmux", "-S", self._socket, *arguments], env=environ, capture_output=True, text=True, timeout=PATIENCE
            )
        except FileNotFoundError:
            pytest.skip("tmux is not installed: apt install tmux")
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def terminal(
    socket: Path,
    command: Sequence[str | Path],
    cwd: Path,
    environ: Mapping[str, str],
    size: tuple[int, int] = (120, 36),
) -> Iterator[Screen]:
    """Run a program in a terminal, and end it afterwards."""
    screen = Screen(socket, command, cwd, environ, size)
    try:
        yield screen
    finally:
        screen.close()
