"""Runs shellcheck on scripts, where it is installed: in a process of its own, on copies in a folder of its own."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from calibrant.engine.child import run_child
from calibrant.engine.scrub import absolute_folders

_Comment = TypeVar("_Comment")
_SECONDS = 20.0
_OUTPUT = 4 << 20
_NAME = "{}.sh"


def find_shellcheck(environ: Mapping[str, str], workspace: Path) -> str | None:
    """Return the path of the shellcheck on the search path, None where there is none; one of the workspace does not count."""
    folders = os.pathsep.join(absolute_folders(environ.get("PATH", os.defpath)))
    found = shutil.which("shellcheck", path=folders)
    inside = found is not None and Path(found).resolve().is_relative_to(workspace.resolve())
    return None if inside else found


async def run_shellcheck(
    program: str, dialect: str, scripts: Sequence[str], comment: type[_Comment], environ: Mapping[str, str]
) -> list[list[_Comment]] | None:
    """Return what shellcheck says of each script, as values of the type `comment`; None where it says nothing that can be read.

    `dialect` is what its option `-s` takes. It reads no settings but those in the scripts, takes at most 20 seconds, and is
    ended when the task is cancelled.
    """
    names = [_NAME.format(at) for at in range(len(scripts))]
    with tempfile.TemporaryDirectory(prefix="calibrant-scripts-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        await asyncio.to_thread(_write, folder, names, scripts)
        try:
            ended = await run_child(
                [program, "--norc", f"--shell={dialect}", "--format=json1", "--severity=info", "--", *names],
                cwd=folder,
                environment={"PATH": environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(folder)},
                limit=_OUTPUT,
                timeout=_SECONDS,
                mark="",
            )
        except OSError:
            return None  # it is gone, or is no program
    if ended.timed_out or ended.truncated or ended.exit_code not in {0, 1}:
        return None
    return _told(ended.stdout, names, comment)


def _write(folder: Path, names: Sequence[str], scripts: Sequence[str]) -> None:
    for name, script in zip(names, scripts, strict=True):
        (folder / name).write_bytes(script.encode("utf-8", "replace"))


def _told(output: str, names: Sequence[str], comment: type[_Comment]) -> list[list[_Comment]] | None:
    places = {name: at for at, name in enumerate(names)}
    told: list[list[_Comment]] = [[] for _ in names]
    try:
        for one in msgspec.json.decode(output, type=dict[str, list[dict[str, object]]]).get("comments", []):
            at = places.get(str(one.get("file")))
            if at is not None:
                told[at].append(msgspec.convert(one, comment))
    except msgspec.DecodeError:
        return None
    return told
