"""The store of one workspace, as the other rooms see it."""

from pathlib import Path
from typing import Protocol, Self

from calibrant.model.ports import OutputStore, SessionStore
from calibrant.store.places import DATABASE, folder_of, prepare


class Store(SessionStore, Protocol):
    """All that is remembered of one workspace. As a context manager it closes itself."""

    @property
    def outputs(self) -> OutputStore:
        """The outputs of steps."""

    def close(self) -> None:
        """Write what is waiting and let go of the database.

        Raises:
            StoreError: something could not be written.
        """

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


KEPT_BACKUPS = (200, 60)
"""How many changes of a workspace are kept with their backups, and for how many days, where nothing else is said."""


def open_store(
    state: Path,
    workspace: Path,
    *,
    create: bool = True,
    limit: int = 1 << 30,
    backups: tuple[int, int] = KEPT_BACKUPS,
) -> Store:
    """Return the store of a workspace, in its own folder of the state directory.

    `limit`: bytes above which the oldest outputs are dropped when a run is finished. `backups`: how many changes are kept
    with their backups, and for how many days; those that may still be needed stay. Without `create` nothing is ever
    written: the store can be read where there is one, and is empty where there is none.

    Raises:
        StoreError: the state directory cannot be written, or the database is damaged, newer than this program or not ours.
    """
    # sqlite3 is loaded only where there is something to open: a check of one file never needs it.
    if create:
        from calibrant.store.sqlite import SqliteStore

        return SqliteStore(prepare(state, workspace), limit=limit, backups=backups)
    path = folder_of(state, workspace) / DATABASE
    if not path.is_file() or not path.stat().st_size:
        from calibrant.store.empty import EmptyStore

        return EmptyStore()
    from calibrant.store.sqlite import open_read_only

    return open_read_only(path)
