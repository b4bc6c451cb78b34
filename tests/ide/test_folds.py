"""What can be folded: lines and kinds for texts of every sort, and that any text gives some that are inside of it."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.folds import Fold, in_document, in_step
from calibrant.lsp.folding import one_for_each_line, outermost
from calibrant.model.text import LineIndex
from ide.mangling import mangled
from ide.marked import read

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def folds(text: str, name: str) -> list[Fold]:
    workflow = read(text, name)
    return in_document(workflow, [in_step(step.body) for step in workflow.steps])


def drawn(text: str, name: str = "x.workflow.yaml") -> list[str]:
    """Return the folds as "first-last kind", lines counted from 0."""
    return [
        f"{first}-{last} {fold.kind}".strip()
        for first, last, fold in one_for_each_line(LineIndex(text), folds(text, name))
    ]


def lines(*given: str) -> str:
    return "\n".join(given) + "\n"


STEP = ("  - id: a", "    uses: file.read", "    with:", "      path: x", "      as: text", "")
CASES = [
    (lines("steps:", *STEP, "  - id: b", "    run: ls"), ["0-8", "1-5", "3-5", "7-8"]),
    (lines("steps:", *STEP, *STEP), ["0-11", "1-5", "3-5", "7-11", "9-11"]),
    (lines("name: a", "inputs:", "  a: {type: string}", "  b:", "    type: path", "", "steps: []"), ["1-4", "3-4"]),
    (lines("steps:", "  - {id: a, run: ls}", "  - id: b"), ["0-2"]),
    (lines("steps:", "  - id: a", "    run: |", "      # one", "      # two", "", "  - id: b"), ["0-6", "1-4", "2-4"]),
    (lines("steps:", "  - id: a", "    env: {", "      A: b,", "    }"), ["0-4", "1-4", "2-3"]),
    (lines("steps:", "- id: a", "  needs:", "  - b", "  - c", "secrets:", "- A"), ["0-4", "1-4", "2-4", "5-6"]),
    (lines("steps:", "  - id: a", "    with:", "      - x: 1", "        y: 2", "      - z"), ["0-5", "1-5", "2-5", "3-4"]),
    # comments: blocks, regions, those of a step and those behind it
    (lines("# a", "# b", "", "# c", "steps: []"), ["0-1 comment"]),
    (lines("steps:", "  # a", "  # b", "  - id: a", "    run: ls"), ["0-4", "1-2 comment", "3-4"]),
    (lines("steps:", "  - id: a", "    run: ls", "    # a", "    # b"), ["0-4", "1-4", "3-4 comment"]),
    (lines("steps:", "  - id: a", "    run: ls", "", "  # a", "  # b", ""), ["0-5", "1-2", "4-5 comment"]),
    (
        lines("# region all", "steps:", "  # a", "  # region b", "  - id: a", "  # endregion", "# endregion"),
        ["0-6 region", "1-5", "3-5 region"],
    ),
    (lines("steps:", "  - run: |", "      # region no", "      x", "      # endregion"), ["0-4", "1-4"]),
    (lines("# endregion", "# region open", "steps: []"), []),
    # half-typed, or not to be read
    (lines("steps:", "  - id: a", "    run: [", "      b", "  - id: b", "    run: ls"), ["0-5", "1-3", "2-3", "4-5"]),
    (lines("steps:", "  - id", "    run: ls", "    more", "  - id: b", "    with:", "      path:"), ["0-6", "1-3", "4-6", "5-6"]),
    (lines("steps:", "  -", "  - id: b", "    with:"), ["0-3", "2-3"]),
    (lines("- a", "- b:", "    c", "    d"), ["1-3"]),
    (lines("a", "  b", "  c", "", "d"), ["0-2"]),
    (lines("", "   "), []),
    ("", []),
    # behind an alias there is nothing to fold
    (lines("x-a: &a", "  path: x", "  as: text", "steps:", "  - with: *a", "    id: b"), ["0-2", "3-5", "4-5"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_lines(text: str, expected: list[str]) -> None:
    assert drawn(text) == expected


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_line_ends_make_no_difference(text: str, expected: list[str]) -> None:
    assert drawn(text.replace("\n", "\r\n")) == expected


JSON = """{
  "inputs": {
    "a": {}
  },
  "steps": [
    {"id": "a",
     "with": {"x": [
       1
     ]}},
    {"id": "b"}
  ]
}
"""


def test_brackets_that_close_stay_in_view() -> None:
    assert drawn(JSON, "x.workflow.json") == ["0-10", "1-2", "4-9", "5-7", "6-7"]


def test_half_typed_json() -> None:
    assert drawn(JSON.rstrip()[:-1], "x.workflow.json")[1:] == ["1-2", "4-9", "5-7", "6-7"]


def test_an_editor_that_takes_few_gets_the_outermost() -> None:
    text = lines("inputs:", "  a:", "    type: path", "steps:", *STEP)
    found = one_for_each_line(LineIndex(text), folds(text, "x.workflow.yaml"))
    assert [(first, last) for first, last, _ in found] == [(0, 2), (1, 2), (3, 8), (4, 8), (6, 8)]
    assert [first for first, _, _ in outermost(found, 3)] == [0, 1, 3]
    assert outermost(found, 0) == []
    assert outermost(found, 5) == outermost(found, None) == found


@MANY
@given(st.randoms(use_true_random=False), st.integers(0, 20))
def test_any_text(chance: random.Random, limit: int) -> None:
    name, text = mangled(chance)
    found = folds(text, name)
    for fold in found:
        assert 0 <= fold.start < fold.end <= len(text)
        assert text[fold.end - 1].strip()
    by_line = one_for_each_line(LineIndex(text), found)
    assert len({first for first, _, _ in by_line}) == len(by_line)
    assert all(first < last for first, last, _ in by_line)
    assert len(outermost(by_line, limit)) == min(limit, len(by_line))
