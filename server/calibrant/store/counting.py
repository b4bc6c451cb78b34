"""How often the fixes of each strategy came to what: each fix once, by the last word on it."""

import sqlite3
from collections.abc import Iterable, Mapping

from calibrant.model.applied import AppliedFix, Outcome
from calibrant.store.db import Database, storable_text

_LAST = "SELECT strategy, outcome FROM counted WHERE fix = ?"
_LESS = "UPDATE outcomes SET count = count - 1 WHERE strategy = ? AND outcome = ? AND count > 0"
_MORE = (
    "INSERT INTO outcomes (strategy, outcome, count) VALUES (?, ?, 1) "
    "ON CONFLICT (strategy, outcome) DO UPDATE SET count = count + 1"
)
_WORD = (
    "INSERT INTO counted (fix, strategy, outcome) VALUES (?, ?, ?) "
    "ON CONFLICT (fix) DO UPDATE SET strategy = excluded.strategy, outcome = excluded.outcome"
)
_COUNTS = "SELECT strategy, outcome, count FROM outcomes WHERE count > 0 ORDER BY 1, 2"


def count(connection: sqlite3.Connection, fixes: Iterable[AppliedFix], outcome: Outcome) -> None:
    """Count what became of fixes, in the caller's transaction, in the place of what was said of them before.

    A fix that a run verified and the user took back later was taken back; one that is put in again and holds, holds.
    """
    for fix in {fix.id: fix for fix in fixes}.values():
        name, strategy = storable_text(fix.id), storable_text(fix.strategy)
        for last in connection.execute(_LAST, (name,)).fetchall():
            connection.execute(_LESS, last)
        connection.execute(_WORD, (name, strategy, outcome))
        connection.execute(_MORE, (strategy, outcome))


def counts(database: Database) -> Mapping[str, Mapping[Outcome, int]]:
    """Return how many fixes of each strategy came to each outcome."""
    found: dict[str, dict[Outcome, int]] = {}
    for strategy, outcome, number in database.read(_COUNTS):
        found.setdefault(strategy, {})[outcome] = number
    return found
