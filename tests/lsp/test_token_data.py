"""Rows of numbers: what is joined from steps, told by difference and cut to a range is what the tokens say."""

import random
from array import array
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.tokens import head_tokens, step_tokens
from calibrant.lsp.semantic_tokens import all_tokens
from calibrant.lsp.text_memory import MODIFIERS, TYPES
from calibrant.lsp.token_data import difference, encoded, within
from calibrant.model.text import Encoding, LineIndex, width
from calibrant.model.token import Token
from calibrant.rules.known import Known
from ide.mangling import mangled, mangled_once
from ide.marked import SPECS, read

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")

Place = tuple[int, int, int, str, tuple[str, ...]]


def decoded(data: "array[int]") -> list[Place]:
    """Return each token's line, character, length, type and modifiers, as an editor reads the numbers."""
    found: list[Place] = []
    line = character = 0
    for at in range(0, len(data), 5):
        ahead, after, length, kind, flags = data[at : at + 5]
        line, character = line + ahead, after if ahead else character + after
        modifiers = tuple(name for bit, name in enumerate(MODIFIERS) if flags & 1 << bit)
        found.append((line, character, length, TYPES[kind], modifiers))
    return found


def changed(data: "array[int]", then: "array[int]") -> "array[int]":
    """Return the numbers after the difference to `then`, as an editor makes them."""
    edit = difference(data, then)
    return data if edit is None else data[: edit.start] + edit.data + data[edit.start + edit.deleted :]


def tokens_of(name: str, text: str, encoding: Encoding) -> "array[int]":
    workflow = read(text, name)
    return all_tokens(workflow, Known(workflow.language, SPECS), encoding)


@MANY
@given(st.randoms(use_true_random=False), st.sampled_from(ENCODINGS))
def test_joined_from_steps_is_as_of_the_whole(chance: random.Random, encoding: Encoding) -> None:
    name, text = mangled(chance)
    workflow = read(text, name)
    known = Known(workflow.language, SPECS)
    whole = list(head_tokens(workflow))
    for step in workflow.steps:
        moved = (step.origin + one.start for one in step_tokens(step.body, known))
        ends = (step.origin + one.end for one in step_tokens(step.body, known))
        whole += [
            one._replace(start=start, end=end)
            for one, start, end in zip(step_tokens(step.body, known), moved, ends, strict=True)
        ]
    found = decoded(all_tokens(workflow, known, encoding))
    assert found == decoded(encoded(sorted(whole), text, encoding).data)
    index = LineIndex(text)
    for line, character, length, _, _ in found:
        span = index.line_span(line)
        assert length > 0
        assert character + length <= width(text[span.start : span.end], encoding)
    for one, other in pairwise(found):
        assert (one[0], one[1] + one[2]) <= (other[0], other[1]) or one[0] < other[0]


@MANY
@given(st.randoms(use_true_random=False), st.sampled_from(ENCODINGS))
def test_the_difference_makes_the_new_of_the_old(chance: random.Random, encoding: Encoding) -> None:
    name, text = mangled(chance)
    before = tokens_of(name, text, encoding)
    then = tokens_of(name, mangled_once(text, chance), encoding)
    assert changed(before, then) == then
    assert difference(then, then) is None


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_the_difference_of_any_rows(one: list[int], other: list[int]) -> None:
    before, then = (array("I", [number for number in row for _ in range(5)]) for row in (one, other))
    assert changed(before, then) == then
    edit = difference(before, then)
    assert edit is None or (edit.start % 5, edit.deleted % 5) == (0, 0)


@MANY
@given(st.randoms(use_true_random=False))
def test_a_range_has_the_tokens_in_it(chance: random.Random) -> None:
    name, text = mangled(chance)
    every = tokens_of(name, text, "utf-16")
    lines = text.count("\n") + 1
    first, last = sorted((chance.randrange(lines), chance.randrange(30)) for _ in range(2))
    inside = [one for one in decoded(every) if (one[0], one[1] + one[2]) > first and (one[0], one[1]) < last]
    assert decoded(within(every, first, last)) == inside


@pytest.mark.parametrize(("encoding", "start", "length"), [("utf-8", 6, 8), ("utf-16", 4, 5), ("utf-32", 3, 4)])
def test_characters_are_counted_as_agreed(encoding: Encoding, start: int, length: int) -> None:
    text = "a😀 'ö😀'"
    assert decoded(encoded([Token(3, 7, "string")], text, encoding).data) == [(0, start, length, "string", ())]


def test_what_goes_over_lines_is_cut_at_their_ends() -> None:
    text = "x: 'one\r\n\r\n   two' y"
    places = [
        (line, start, length)
        for line, start, length, _, _ in decoded(encoded([Token(3, len(text) - 2, "string")], text, "utf-16").data)
    ]
    assert places == [(0, 3, 4), (2, 3, 4)]
    assert decoded(encoded([Token(3, 9, "string")], text, "utf-16").data) == [(0, 3, 4, "string", ())]
