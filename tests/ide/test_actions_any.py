"""Whatever stands in a GitHub Actions file, and wherever one points: nothing raises, and places are in the text."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.completion import complete
from calibrant.ide.hover import World, hover
from calibrant.ide.outline import Entry, declared, outline
from calibrant.ide.place import place_at
from calibrant.ide.triggers import CHARACTERS, is_welcome
from ide.actions import ACTION, COMPOSITE, PATH, TEXT
from ide.mangling import mangled_once
from ide.marked import SPECS
from ide.viewing import view

WORLD = World(lambda _session: "", lambda _name: False)
WORDS = (
    "on:",
    "push",
    "jobs:\n",
    "  a:\n",
    "    steps:\n",
    "      - ",
    "id: x",
    "run: |\n",
    "uses: a/b@c",
    "with:",
    "needs: [a]",
)
MARKS = (
    "${{ ",
    " }}",
    "steps.",
    "x",
    "['",
    "']",
    ".",
    "*",
    "(",
    ")",
    "&&",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "|",
    ">-",
    "#",
)
ODD = (
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    "\r\n",
    ": ",
    ",",
    "&a ",
    "*a",
    "<<: ",
    "---\n",
    "? ",
    "😀",
    "\ufeff",
    "\0",
    "cursorword",
    "runs:\n",
)
ANY = st.lists(st.sampled_from([*WORDS, *MARKS, *ODD]), max_size=40).map("".join) | st.text(max_size=60)
PATHS = st.sampled_from([PATH, ACTION])


def look(text: str, offset: int, path: str) -> None:
    """Ask for everything at a place."""
    known = view(text, path=path)
    workflow = known.workflow
    for one in (*outline(workflow), *declared(workflow)):
        _within(one, len(text))
    said = hover(known, offset, WORLD)
    assert said is None or 0 <= said.span.start <= offset <= said.span.end <= len(text)
    place = place_at(workflow, SPECS, path, offset)
    if place is None:
        return
    for character in CHARACTERS:
        is_welcome(place, character)
    _ = place.question, place.soon
    for item in complete(place, known, None).items:
        assert 0 <= item.span.start <= offset <= item.span.end <= len(text)
        assert "\n" not in text[item.span.start : item.span.end]
        assert item.label


def _within(entry: Entry, length: int) -> None:
    assert 0 <= entry.whole.start <= entry.head.start <= entry.head.end <= entry.whole.end <= length, entry
    for one in entry.below:
        _within(one, length)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY, at=st.floats(0, 1), path=PATHS)
def test_any_text_at_any_place(text: str, at: float, path: str) -> None:
    look(text, int(at * len(text)), path)


@pytest.mark.parametrize("seed", range(60))
def test_files_with_mistakes(seed: int) -> None:
    chance = random.Random(seed)
    path, text = chance.choice([(PATH, TEXT), (ACTION, COMPOSITE)])
    for _ in range(chance.randrange(1, 5)):
        text = mangled_once(text, chance)
    for _ in range(8):
        look(text, chance.randrange(len(text) + 1), path)


@pytest.mark.parametrize(("text", "path"), [(TEXT, PATH), (COMPOSITE, ACTION)])
def test_every_place_of_a_file(text: str, path: str) -> None:
    for offset in range(0, len(text) + 1, 3):
        look(text[:offset], offset, path)
        look(text, offset, path)
