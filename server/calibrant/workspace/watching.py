"""Watches folders where the editor offers no watching of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol


class Concerns(Protocol):
    """Tells which changes are wanted."""

    def __call__(self, path: str, *, came_or_went: bool) -> bool:
        """Tell whether the change of a file or folder is wanted; `came_or_went`: it was made or deleted, else changed."""


async def watch(folders: Sequence[Path], wanted: Concerns, stop: asyncio.Event) -> AsyncIterator[frozenset[Path]]:
    """Yield what was made, changed or deleted below the folders and is wanted, joined over short times.

    A folder that is moved comes alone, without what is in it. Ends when `stop` is set. Folders that are missing are left
    out.
    """
    from watchfiles import Change, awatch

    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        return
    async for changes in awatch(
        *there,
        watch_filter=lambda change, path: wanted(path, came_or_went=change is not Change.modified),
        stop_event=stop,
        debounce=400,
        step=50,
        ignore_permission_denied=True,
    ):
        yield frozenset(Path(path) for _, path in changes)
