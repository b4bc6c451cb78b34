"""What is selected around a cursor, from the word outwards."""

import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.selection import around
from calibrant.model.text import Span
from calibrant.rules.known import Known
from ide.mangling import mangled
from ide.marked import SPECS, read, unmarked

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def selected(text: str, offset: int, name: str = "x.workflow.yaml") -> list[Span]:
    workflow = read(text, name)
    return list(around(workflow, Known(workflow.language, SPECS), offset))


def inner(marked: str, name: str = "x.workflow.yaml") -> list[str]:
    """Return what is selected by and by, from the word outwards."""
    text, offset = unmarked(marked)
    return [text[span.start : span.end] for span in reversed(selected(text, offset, name))]


STEP = "steps:\n  - id: a\n    "
CASES = [
    (
        STEP + "run: ls {{ fetch.ema‸ils[0].subject | lower }} -l # hi\n",
        [
            "emails",
            "fetch.emails",
            "fetch.emails[0]",
            "fetch.emails[0].subject",
            "fetch.emails[0].subject | lower",
            "{{ fetch.emails[0].subject | lower }}",
            "ls {{ fetch.emails[0].subject | lower }} -l",
            "run: ls {{ fetch.emails[0].subject | lower }} -l",
        ],
    ),
    (STEP + "if: a.b > 0 and (c.d ‸or e)\n", ["or", "c.d or e", "(c.d or e)", "a.b > 0 and (c.d or e)"]),
    (STEP + "if: x | join(', '‸)\n", ["', '", "(', ')", "x | join(', ')", "if: x | join(', ')"]),
    (STEP + "if: a.b.strip().c‸\n", ["c", "a.b.strip().c", "if: a.b.strip().c"]),
    (
        STEP + "run: '{{ a[b‸.c].d }}'\n",
        ["b", "b.c", "[b.c]", "a[b.c]", "a[b.c].d", "{{ a[b.c].d }}", "'{{ a[b.c].d }}'"],
    ),
    (STEP + "run: {{ fetch.em‸\n", ["em"]),
    (STEP + "run: 'x {{ fetch.em‸'\n", ["em", "fetch.em", "{{ fetch.em", "x {{ fetch.em", "'x {{ fetch.em'"]),
    (STEP + "run: ‸ls -l\n", ["ls", "ls -l", "run: ls -l"]),
    (STEP + "ru‸n: ls -l\n", ["run", "run: ls -l", "id: a\n    run: ls -l", "- id: a\n    run: ls -l"]),
    (STEP + "needs:\n      - b\n      - c‸c\n", ["cc", "- cc", "- b\n      - cc", "needs:\n      - b\n      - cc"]),
    (STEP + "run: |\n      a b\n        c d‸\n      e\n", ["d", "c d", "a b\n        c d\n      e"]),
    (STEP + "run: ls # one t‸wo\n", ["two", "one two", "# one two"]),
    (STEP + "run: 'a # b‸'\n", ["b", "a # b", "'a # b'", "run: 'a # b'"]),
    ("inputs:\n  box: {type: pa‸th}\n", ["path", "type: path", "{type: path}", "box: {type: path}"]),
    ("x-a: &a {b: c}\nsteps:\n  - with: *‸a\n", ["a", "*a", "with: *a"]),
]


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_from_the_word_outwards(marked: str, expected: list[str]) -> None:
    assert inner(marked)[: len(expected)] == expected


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_line_ends_make_no_difference(marked: str, expected: list[str]) -> None:
    found = inner(marked.replace("\n", "\r\n"))
    assert [one.replace("\r", "") for one in found[: len(expected)]] == expected


def test_json() -> None:
    assert inner('{"steps": [{"id": "a", "run": "x {{ a[\\"b‸\\"] + 1 }}"}]}', "x.workflow.json")[:8] == [
        "b",
        '\\"b\\"',
        '[\\"b\\"]',
        'a[\\"b\\"]',
        'a[\\"b\\"] + 1',
        '{{ a[\\"b\\"] + 1 }}',
        'x {{ a[\\"b\\"] + 1 }}',
        '"x {{ a[\\"b\\"] + 1 }}"',
    ]


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text(chance: random.Random) -> None:
    name, text = mangled(chance)
    for offset in (0, len(text), *(chance.randrange(len(text) + 1) for _ in range(10))):
        found = selected(text, offset, name)
        assert found[0] == Span(0, len(text))
        for outer, one in pairwise(found):
            assert outer.start <= one.start <= offset <= one.end <= outer.end
            assert outer != one
