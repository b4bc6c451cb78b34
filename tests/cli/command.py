"""Runs the real command line in a child process, as a user would."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec


class Done(msgspec.Struct, frozen=True):
    """What a command did: exit status and both outputs."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)

    def must_be_calm(self) -> None:
        """Fail where a user would see a stack trace."""
        assert "Traceback" not in self.out + self.err, self.err


def calibrant(
    *words: str | Path,
    folder: Path,
    state: Path | None = None,
    env: dict[str, str] | None = None,
    before: Sequence[str] = (),
    seconds: float = 60,
    calm: bool = True,
) -> Done:
    """Run `calibrant` with these words in a folder; its state is kept in `state`, else beside the folder.

    Without `calm`, stack traces are expected: those of the tools that steps call, in the details of issues.
    """
    kept = state or folder.parent / f"{folder.name}-state"
    environment = {
        **os.environ,
        "CALIBRANT_STATE": str(kept),
        "CALIBRANT_CONFIG": str(kept / "none.toml"),
        **(env or {}),
    }
    done = subprocess.run(
        [*before, sys.executable, "-m", "calibrant", *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=seconds,
        stdin=subprocess.DEVNULL,
    )
    found = Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    if calm:
        found.must_be_calm()
    return found


def workflow(folder: Path, text: str, name: str = "a.workflow.yaml") -> Path:
    """Write a workflow file into a folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
