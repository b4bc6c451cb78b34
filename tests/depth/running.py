"""Runs a workflow whole, with the real reader, connectors and store, and gives what every step gave."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from calibrant.store import open_store
from words.doing import Done, do


class Place:
    """A workspace, its state, and what came out of its runs."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "w"
        self.state = root / "state"
        self.folder.mkdir()

    def run(self, steps: Sequence[Mapping[str, Any]] | str, **case: Any) -> Done:
        """Run steps given as objects, or a whole text; `case` as `words.doing.do` takes it."""
        text = steps if isinstance(steps, str) else json.dumps({"steps": steps}, ensure_ascii=False)
        given = {"path": "a.workflow.yaml" if isinstance(steps, str) else "a.workflow.json"} | case
        return do(self.folder, self.state, {"workflow": text, **given}, {})

    def outputs(self, name: str = "a.workflow.json") -> "Outputs":
        return Outputs(self, name)


class Outputs:
    """What is on record of a workflow's steps."""

    def __init__(self, place: Place, name: str) -> None:
        self._place, self._name = place, name

    def __getitem__(self, step: str) -> Any:
        with closing(open_store(self._place.state, self._place.folder)) as store:
            found, output = store.outputs.last_good(self._name, step)
        assert found, f"nothing is on record of {step}"
        return output


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def give(id_: str, value: object, **more: Any) -> dict[str, Any]:
    """Return a step whose output is one item: the value."""
    return {"id": id_, "uses": "data.map", "with": {"items": [0], "to": value}, **more}
