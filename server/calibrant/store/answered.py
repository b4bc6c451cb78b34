"""Which run a change of a file answers, and which change a run is the first to see: the links in a session's life."""

import os
import sqlite3
from collections.abc import Mapping
from typing import get_args

from calibrant.model.applied import STANDING, ChangeSession, ChangeStatus
from calibrant.model.session import Answer
from calibrant.store.db import Database, storable_text

_KNOWN = frozenset(get_args(ChangeStatus))
_STANDING = ", ".join(f"'{status}'" for status in sorted(STANDING))

_NOTE = (
    "INSERT INTO answered (session, run, status, started, ended) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (session) DO UPDATE SET status = excluded.status, ended = excluded.ended"
)
_ANSWERS = """SELECT a.run, a.session, a.status, a.started, a.ended FROM answered a JOIN sessions s ON s.id = a.run
    WHERE ?1 IS NULL OR s.workflow = ?1 ORDER BY a.started, a.session"""
_UNSEEN = f"""SELECT c.id FROM changes c JOIN change_files f ON f.session = c.id
    WHERE f.path = ? AND c.status IN ({_STANDING}) AND c.started >=
        coalesce((SELECT started FROM sessions WHERE workflow = ? ORDER BY position DESC LIMIT 1), 0)
    ORDER BY c.position DESC LIMIT 1"""  # noqa: S608 - fixed names


def note(connection: sqlite3.Connection, session: ChangeSession) -> None:
    """Remember, in the caller's transaction, how a change that answers a run stands now."""
    if session.answers:
        row = (session.id, storable_text(session.answers), session.status, session.started, session.ended)
        connection.execute(_NOTE, row)


def answers(database: Database, workflow: str | None) -> Mapping[str, tuple[Answer, ...]]:
    """Return the changes that answer the runs of a workflow (None: of all), by run, the oldest first."""
    found: dict[str, tuple[Answer, ...]] = {}
    for run, session, status, started, ended in database.read(_ANSWERS, (workflow,)):
        if status in _KNOWN:
            found[run] = (*found.get(run, ()), Answer(session, status, started, ended))
    return found


def unseen_change(database: Database, workflow: str, path: str) -> str:
    """Return the newest standing change of a file that no run of its workflow has seen; empty where there is none."""
    rows = database.read(_UNSEEN, (os.fsencode(path), storable_text(workflow)))
    return str(rows[0][0]) if rows else ""
