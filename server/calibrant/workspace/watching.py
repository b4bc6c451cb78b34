"""Watches folders where the editor offers no watching of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path


async def watch(
    folders: Sequence[Path], wanted: Callable[[str], bool], stop: asyncio.Event
) -> AsyncIterator[frozenset[Path]]:
    """Yield the wanted files below the folders that were made, changed or deleted, joined over short times.

    `wanted` is asked with each file's path. Ends when `stop` is set. Folders that are missing are left out.
    """
    from watchfiles import awatch

    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        return
    async for changes in awatch(
        *there,
        watch_filter=lambda _change, path: wanted(path),
        stop_event=stop,
        debounce=400,
        step=50,
        ignore_permission_denied=True,
    ):
        yield frozenset(Path(path) for _, path in changes)
