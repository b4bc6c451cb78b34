"""What files are like that a call reads."""

import os
from pathlib import Path

import pytest

from calibrant.engine.overlay import Overlay
from calibrant.engine.states import State, States
from calibrant.model.connector import Freshness


@pytest.fixture
def states(tmp_path: Path) -> States:
    overlay = Overlay(tmp_path, tmp_path, live=False, open_paths=(), hidden=())
    return States(overlay, tmp_path / "x.workflow.yaml")


def of(states: States, *files: str, folders: tuple[str, ...] = ()) -> list[State]:
    found = states.of(Freshness(files=files, folders=folders))
    assert found is not None
    return found


def test_a_file_is_what_it_holds(tmp_path: Path, states: States) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("a")
    os.utime(tmp_path / "b.txt", (1, 1))
    a, b, gone = of(states, "a.txt", "b.txt", "none.txt")
    assert a.digest == b.digest != gone.digest
    assert (a.missing, gone.missing) == (False, True)
    assert a.still()
    (tmp_path / "a.txt").write_text("b")
    assert not a.still()
    assert of(states, "a.txt")[0].digest != a.digest


def test_a_listed_folder_is_the_names_in_it_and_a_read_one_all_of_it(tmp_path: Path, states: States) -> None:
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "1").write_text("a")
    (listed,), (read,) = of(states, folders=("box",)), of(states, "box")
    (tmp_path / "box" / "1").write_text("other")
    assert of(states, folders=("box",))[0].digest == listed.digest
    assert of(states, "box")[0].digest != read.digest
    (tmp_path / "box" / "2").write_text("")
    assert of(states, folders=("box",))[0].digest != listed.digest


def test_what_may_not_be_looked_at_is_not(states: States) -> None:
    assert states.of(Freshness(files=("../elsewhere",))) is None


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("data/a.csv", True),
        (".hidden", True),
        (".git/HEAD", True),
        (".git/refs/heads/main", True),
        (".venv/lib/python3.11/site-packages/added", True),
        ("x.workflow.yaml", False),
        (".git/objects/ab", False),
        (".git/FETCH_HEAD", False),
        ("__pycache__/a.pyc", False),
        (".x.workflow.yaml.swp", False),
        ("data/a.csv~", False),
    ],
)
def test_which_files_count_for_commands(tmp_path: Path, states: States, name: str, counts: bool) -> None:
    place = tmp_path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    before = states.everything()
    place.write_text("new")
    after = states.everything()
    assert before
    assert after
    assert (before.digest != after.digest) is counts
    if counts and not name.startswith((".git/", ".venv/")):
        assert after.since(0) == name
