"""What targets are asked for a place that is being written, and what is asked beforehand."""

import pytest

from calibrant.ide.place import Place, place_at
from calibrant.model.event import Choosing
from ide.marked import SPECS, read, unmarked

HEAD = "inputs:\n  box: {type: path, default: in.mbox}\nsteps:\n  - id: a\n"


def place(step: str) -> Place:
    """Return the place of the mark in a step."""
    text, offset = unmarked(HEAD + step)
    found = place_at(read(text), SPECS, "x.workflow.yaml", offset)
    assert found is not None
    return found


ASKED = [
    ("    uses: file.read\n    with: {path: ‸}\n", Choosing(0, (), "")),
    ("    uses: file.read\n    with: {path: da‸ta/x.csv}\n", Choosing(0, (), "")),
    ("    uses: file.read\n    with: {path: data/s‸}\n", Choosing(0, (), "data/")),
    ("    uses: file.read\n    with: {path: data/.h‸}\n", Choosing(0, (), "data/.")),
    ("    run: ls\n    cwd: ‸\n", Choosing(0, (), "")),
    ("    uses: sheet.read\n    with: {file: a.xlsx, range: O‸}\n", Choosing(0, ("range",))),
    ("    uses: sheet.read\n    with: {file: a.xlsx, range: ‸", Choosing(0, ("range",))),
    ("    uses: sheet.append\n    with: {file: a.xlsx, rows: [{id: 1, ‸}]}\n", Choosing(0, ("rows", 0, ""))),
    ("    uses: sql.query\n    with: {query: SELECT ‸}\n", Choosing(0, ("query",))),
    ('    uses: file.read\n    with: {path: "data/{{ inputs.box }}/‸"}\n', None),
    ('    uses: file.read\n    with: {path: "{{ ‸ }}"}\n', None),
    ("    uses: file.read\n    with: {as: ‸}\n", None),
    ("    uses: http.request\n    with: {url: ‸}\n", None),
    ("    needs: ‸\n", None),
    ("    uses: ‸\n", None),
]


@pytest.mark.parametrize(("step", "expected"), ASKED, ids=[step for step, _ in ASKED])
def test_what_is_asked(step: str, expected: Choosing | None) -> None:
    question = place(step).question
    assert (question.choosing if question else None) == expected


SOON = [
    ("    uses: ‸\n", [()]),
    ("    uses: sheet.read\n    with: {‸}\n", [()]),
    ("    uses: sheet.read\n    with: {file: a.xlsx, ‸}\n", [("range",)]),
    ("    uses: sql.query\n    with:\n      database: sqlite:///a.db\n      ‸\n", [("query",)]),
    ("    uses: sql.query\n    with:\n      ‸\n", []),
    ("    uses: data.sort\n    with: {‸}\n", []),
    ("    ‸\n", []),
]


@pytest.mark.parametrize(("step", "expected"), SOON, ids=[step for step, _ in SOON])
def test_what_is_asked_beforehand(step: str, expected: list[tuple[str, ...]]) -> None:
    assert [question.choosing.place for question in place(step).soon] == expected


def test_the_same_is_asked_once_and_another_thing_again() -> None:
    def key(step: str) -> tuple[str, ...]:
        question = place(step).question
        assert question is not None
        return question.key

    step = "    uses: sheet.read\n    with: {file: a.xlsx, range: ‸}\n"
    assert key(step) == key(step.replace("‸", "Or‸")) == key("    name: x\n" + step)
    assert key(step) != key(step.replace("a.xlsx", "b.xlsx"))
    assert key(step) != key(step.replace("sheet.read", "sheet.update"))
    default = step.replace("a.xlsx", '"{{ inputs.box }}"')
    text, offset = unmarked(HEAD.replace("in.mbox", "other.mbox") + default)
    other = place_at(read(text), SPECS, "x.workflow.yaml", offset)
    assert other is not None
    assert other.question is not None
    assert key(default) != other.question.key, "the input has another default"
    assert place("    uses: sheet.read\n    with: {file: a.xlsx, ‸}\n").soon[0].key == key(step)
