"""What the door needs to work: the workspace and its store; and what it answers."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from calibrant.change import words
from calibrant.change.words import Refused
from calibrant.model.applied import ChangeStatus
from calibrant.model.ports import AlreadyRunningError, ChangeStore


def _on(_step: str) -> None:
    """Go on."""


class Site(msgspec.Struct, frozen=True):
    """A workspace and what is remembered of its changes. `at` is told each step as it is reached."""

    workspace: Path
    store: ChangeStore
    at: Callable[[str], None] = _on


Became = Literal["changed", "restored", "merged", "unchanged", "conflict"]
"""`restored`: exactly the bytes from before; `merged`: only the fix was taken out, later edits stay."""


class FileOutcome(msgspec.Struct, frozen=True):
    """What became of one file; `path` leads from the workspace's folder. `note` is for the user."""

    path: str
    became: Became
    note: str = ""


class Done(msgspec.Struct, frozen=True):
    """What became of a request. With status `refused` nothing was changed and `reason` says why and what to do.

    `conflicts`: files edited where the fix stands; rolling back with `whole` gives their whole backup. `session` is empty
    where none was recorded.
    """

    status: ChangeStatus
    reason: str = ""
    session: str = ""
    files: tuple[FileOutcome, ...] = ()
    conflicts: tuple[FileOutcome, ...] = ()


def key_of(site: Site, path: Path) -> str:
    """Return what a file is called in the store: its path from the workspace, links resolved, with slashes.

    Raises:
        Refused: it lies outside the workspace.
    """
    root = site.workspace.resolve()
    try:
        target = Path(os.path.realpath(root / path))
    except OSError as error:
        raise words.refused(error, path.name) from error
    if not target.is_relative_to(root):
        raise Refused(words.OUTSIDE.format(name=path.name, workspace=site.workspace))
    return target.relative_to(root).as_posix()


def target_of(site: Site, key: str) -> Path:
    """Return the file of a key.

    Raises:
        Refused: a link has been put on its way since, which leads elsewhere.
    """
    target = site.workspace.resolve() / key
    if key_of(site, target) != key:
        raise Refused(words.OUTSIDE.format(name=key, workspace=site.workspace))
    return target


@contextmanager
def locked(site: Site, keys: Sequence[str], session: str) -> Iterator[None]:
    """Keep other processes from changing these files while in the context.

    Raises:
        Refused: one of them is being changed by another.
        StoreError: the state directory cannot be used.
    """
    with ExitStack() as held:
        for key in sorted(set(keys)):  # always in the same order, so that two never wait for each other
            try:
                held.enter_context(site.store.lease(key, session))
            except AlreadyRunningError as error:
                raise Refused(words.BUSY.format(name=key, session=error.session)) from error
        yield
