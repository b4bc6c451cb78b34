"""Whether the user trusts this workspace. It lies in the user's own state, where no repository can ship it."""

import time

from calibrant.store.db import Database


def is_trusted(database: Database) -> bool:
    """Tell whether the user has said that this workspace is trusted."""
    return any(trusted for (trusted,) in database.read("SELECT trusted FROM trust WHERE id = 1"))


def set_trust(database: Database, *, on: bool) -> None:
    """Remember the user's word; it is on the disk on return, since a trust taken back must not come back.

    Raises:
        StoreError: it could not be written.
    """
    with database.write(durable=True) as connection:
        connection.execute("INSERT OR REPLACE INTO trust (id, trusted, since) VALUES (1, ?, ?)", (on, time.time()))
