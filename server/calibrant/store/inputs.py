"""What workflows were given for their inputs, so that later runs are given the same."""

import json
import time
from collections.abc import Mapping

from calibrant.store.db import Database, storable_text

_SELECT = "SELECT name, value FROM inputs WHERE workflow = ? ORDER BY name"
_REMEMBER = "INSERT OR REPLACE INTO inputs (workflow, name, value, given) VALUES (?, ?, ?, ?)"
_FORGET = "DELETE FROM inputs WHERE workflow = ? AND name = ?"


def inputs_of(database: Database, workflow: str) -> Mapping[str, object]:
    """Return what is remembered for a workflow, by the name of the input; what cannot be read is left out."""
    found: dict[str, object] = {}
    for name, value in database.read(_SELECT, (storable_text(workflow),)):
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):  # another version recorded it in its own way
            continue
    return found


def remember_inputs(database: Database, workflow: str, values: Mapping[str, object]) -> None:
    """Remember values by the names of their inputs; None forgets one.

    Raises:
        StoreError: it could not be written.
    """
    name = storable_text(workflow)
    with database.write() as connection:
        for given, value in values.items():
            if value is None:
                connection.execute(_FORGET, (name, storable_text(given)))
            else:
                row = (name, storable_text(given), json.dumps(value).encode("ascii"), time.time())
                connection.execute(_REMEMBER, row)
