"""Completion in any text at any place: it never raises, and what it offers replaces a piece of the cursor's line."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.completion import complete
from calibrant.ide.cursor import cursor_at
from calibrant.ide.place import place_at
from calibrant.ide.triggers import CHARACTERS, is_welcome
from ide.marked import SPECS, read
from ide.viewing import view
from repairs.test_any_repairs import FILES, TEXTS

PIECES = st.sampled_from(
    [
        *(
            "- ",
            "id: a",
            "uses: ",
            "with:",
            "{",
            "}",
            "[",
            "]",
            "{{ ",
            " }}",
            "fetch",
            ".",
            "[0]",
            "| ",
            "is ",
            '"',
            "'",
        ),
        *(
            "\n",
            "\n  ",
            "\n    ",
            "\n      ",
            "\t",
            "\r\n",
            "#",
            ": ",
            ",",
            "steps:\n",
            "run: |\n",
            "😀",
            "inputs:",
            "needs: ",
        ),
        *("\ufeff", "\0", "\x0c", "\u2028", "&a ", "*a", "<<: ", "---\n", "? ", "!!x ", "cursorword"),
    ]
)
ANY = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)


def check(text: str, offset: int, path: str) -> None:
    """Complete at a place, and look at what is offered."""
    known = view(text, path=path)
    place = place_at(known.workflow, SPECS, path, offset)
    if place is None:
        return
    for character in CHARACTERS:
        is_welcome(place, character)
    _ = place.question, place.soon
    for item in complete(place, known, None).items:
        assert 0 <= item.span.start <= offset <= item.span.end <= len(text)
        replaced = text[item.span.start : item.span.end]
        assert "\n" not in replaced
        assert "\r" not in replaced
        assert item.label


@settings(max_examples=400, deadline=None)
@given(text=ANY, at=st.floats(0, 1), path=st.sampled_from(["a.workflow.yaml", "a.workflow.json"]))
def test_any_text_at_any_place(text: str, at: float, path: str) -> None:
    check(text, int(at * len(text)), path)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_left_of_a_file_when_something_is_missing(seed: int) -> None:
    chance = random.Random(seed)
    file = chance.choice(FILES)
    text = TEXTS[file]
    for _ in range(4):
        at = chance.randrange(len(text) + 1)
        until = chance.choice([len(text), min(len(text), at + chance.randrange(30))])
        check(text[:at] + text[until:], at, f"a.workflow{file.suffix}")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANY, offset=st.integers(-5, 200))
def test_a_cursor_in_any_text(text: str, offset: int) -> None:
    cursor_at(read(text), "x.workflow.yaml", offset)
