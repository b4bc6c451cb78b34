"""What follows from a character just typed: what comes before and after the cursor, and where nothing does."""

import random
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.ide.on_type import Edits, closing_braces, next_step
from calibrant.model.text import apply_edits
from calibrant.rules.known import Known
from ide.mangling import mangled
from ide.marked import CURSOR, SPECS, read, unmarked

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def braces(text: str, offset: int, name: str = "x.workflow.yaml") -> Edits:
    workflow = read(text, name)
    return closing_braces(workflow, Known(workflow.language, SPECS), partial(dialects.read, name), offset)


def steps(text: str, offset: int) -> Edits:
    return next_step(read(text), offset)


def typed(text: str, offset: int, edits: Edits) -> str:
    """Return the text after the edits, with the cursor as editors keep it: before what is inserted right at it."""
    cursor = offset + sum(
        len(edit.text) - (edit.span.end - edit.span.start) for edit in edits if edit.span.end < offset
    )
    after = apply_edits(text, edits)
    return after[:cursor] + CURSOR + after[cursor:]


STEP = "steps:\n  - id: a\n    uses: file.read\n    with:\n      "
CLOSED = [
    (STEP + 'path: "{{‸"\n', 'path: "{{‸ }}"\n'),
    (STEP + "path: '{{‸'\n", "path: '{{‸ }}'\n"),
    (STEP + 'path: "a/{{‸.csv"\n', None),
    (STEP + 'path: "a/{{‸/b"\n', 'path: "a/{{‸ }}/b"\n'),
    (STEP + 'path: "{{ a.b }}{{‸ {{ c }}"\n', 'path: "{{ a.b }}{{‸ }} {{ c }}"\n'),
    (STEP + "path: a {{‸\n", "path: a {{‸ }}\n"),
    # what begins with braces has to stand in quotes
    (STEP + "path: {{‸\n", 'path: "{{‸ }}"\n'),
    (STEP + "path: {{‸", 'path: "{{‸ }}"'),
    (STEP + "path: {{‸   # why\n", 'path: "{{‸ }}"   # why\n'),
    ("steps:\n  - id: a\n    if: {{‸\n    run: ls\n", 'if: "{{‸ }}"\n    run: ls\n'),
    ("steps:\n  - id: a\n    for_each: {{‸\n    run: ls\n", 'for_each: "{{‸ }}"\n    run: ls\n'),
    (STEP + "path: [a, {{‸\n", None),
    # in scripts
    ("steps:\n  - id: a\n    run: |\n      echo {{‸\n      ls\n", "echo {{‸ }}\n      ls\n"),
    ("steps:\n  - id: a\n    run: |\n      x: {{‸\n      ls {{ b.c }}\n", "x: {{‸ }}\n      ls {{ b.c }}\n"),
    # what the editor closed already
    (STEP + 'path: "{{‸}}"\n', None),
    (STEP + 'path: "{{‸}"\n', 'path: "{{‸ }}"\n'),
    (STEP + 'path: "{{‸ }}"\n', None),
    (STEP + "path: {{‸}}\n", None),
    (STEP + 'path: "{{‸ a.b }}"\n', None),
    # braces put before something
    (STEP + 'path: "{{‸a.b"\n', None),
    # no place for an expression
    (STEP + 'path: "{{{‸"\n', None),
    (STEP + 'path: "{‸"\n', None),
    (STEP + "path: x # {{‸\n", None),
    ("name: '{{‸'\nsteps: []\n", None),
    ("steps:\n  - id: '{{‸'\n    run: ls\n", None),
    ("steps:\n  - id: a\n    run: echo '{{‸'\n    templating: false\n", None),
    ("steps:\n  - id: a\n    run: ls\n    x-note: '{{‸'\n", None),
    ("{{‸", None),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "expected"), CLOSED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_braces(marked: str, expected: str | None, end: str) -> None:
    text, offset = unmarked(marked.replace("\n", end))
    after = typed(text, offset, braces(text, offset))
    if expected is None:
        assert after == marked.replace("\n", end)
    else:
        assert after.endswith(expected.replace("\n", end))


def test_braces_in_json() -> None:
    text, offset = unmarked('{"steps": [{"id": "a", "run": "😀 {{‸"}]}')
    assert typed(text, offset, braces(text, offset, "x.workflow.json")).endswith('"😀 {{‸ }}"}]}')


A = "steps:\n  - id: a\n    run: ls\n"
B = "  - id: b\n    uses: file.read\n    with:\n      path: x\n"
GO_ON = [
    (A + "\n    ‸", A + "\n  - id: ‸"),
    (A + "\n    ‸\n", A + "\n  - id: ‸\n"),
    (A + "    \n    ‸\n", A + "    \n  - id: ‸\n"),
    (A + "\n" + B + "\n      ‸\n", A + "\n" + B + "\n  - id: ‸\n"),
    (A + B + "\n      ‸\n", A + B + "  - id: ‸\n"),
    (A + "\n    ‸\n" + B, A + "  - id: ‸\n" + B),
    (A + "\n    ‸\n\n" + B, A + "\n  - id: ‸\n\n" + B),
    ("steps:\n - id: a\n   run: ls\n\n   ‸\n", "steps:\n - id: a\n   run: ls\n\n - id: ‸\n"),
    (A + "\n    ‸\nsecrets: []\n", A + "\n  - id: ‸\nsecrets: []\n"),
    ("steps:\n  # one\n  - id: a\n    run: ls\n\n    ‸\n", "steps:\n  # one\n  - id: a\n    run: ls\n\n  - id: ‸\n"),
    ("steps:\n- id: a\n  run: ls # why\n\n  ‸\n", None),
    # another key of the step; more empty lines; a line that is no more of the step
    (A + "    ‸\n", None),
    (A + "\n\n    ‸\n", None),
    (A + "\n‸\n", None),
    (A + "\n  ‸\n", None),
    (A + "\n    ‸ x\n", None),
    (A + "\n\t‸\n", None),
    (A + "    # note\n\n    ‸\n", None),
    # a step that is not done yet
    ("steps:\n  - id: a\n\n    ‸\n", None),
    ("steps:\n  - id: a\n    uses: file.read\n    with:\n\n      ‸\n", None),
    ("steps:\n  - id: a\n    run: ls\n    needs:\n\n      ‸\n", None),
    ("steps:\n  - id: a\n    run: 'ls\n\n    ‸\n", None),
    # in a text
    ("steps:\n  - id: a\n    run: |\n      ls\n\n      ‸\n", None),
    ("steps:\n  - id: a\n    run: >-\n      ls\n\n      ‸\n", None),
    ("steps:\n  - id: a\n    run: 'ls\n\n      ‸\n      more'\n", None),
    # within a step, or outside of the list
    ("steps:\n  - id: a\n    run: ls\n\n    ‸\n    needs: []\n", None),
    ("name: a\n\n  ‸\n" + A, None),
    (A + "secrets:\n  - A\n\n  ‸\n", None),
    ("  ‸", None),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "expected"), GO_ON)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_steps(marked: str, expected: str | None, end: str) -> None:
    text, offset = unmarked(marked.replace("\n", end))
    expected = marked if expected is None else expected
    assert typed(text, offset, steps(text, offset)) == expected.replace("\n", end)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (A + "\n  - id: \n    ‸\n", A + "\n\n    ‸\n"),
        (A + "\n  - id:\n    ‸\n", A + "\n\n    ‸\n"),  # some editors take blanks away at the end of a line
        (A + "  - id: \n    ‸\n" + B, A + "\n    ‸\n" + B),
        (A + "\n  - id: c\n    ‸\n", None),
        (A + "\n  - id: \n    ‸x\n", None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_step_of_which_nothing_was_said_is_taken_back(marked: str, expected: str | None, end: str) -> None:
    text, offset = unmarked(marked.replace("\n", end))
    begun = text.index("  - id:", text.index("- id: a") + 1)
    edits = next_step(read(text), offset, begun)
    assert typed(text, offset, edits) == (expected or marked).replace("\n", end)
    assert next_step(read(text), offset, begun - 1) == ()
    assert next_step(read(text), offset) == ()


def test_a_list_in_brackets_does_not_go_on() -> None:
    text, offset = unmarked('{"steps": [\n  {"id": "a", "run": "ls"}\n\n  ‸\n]}')
    assert next_step(read(text, "x.workflow.json"), offset) == ()
    text, offset = unmarked("steps: [\n  {id: a, run: ls}\n\n  ‸\n]\n")
    assert steps(text, offset) == ()


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text(chance: random.Random) -> None:
    name, text = mangled(chance)
    offset = chance.randrange(len(text) + 1)
    doubled = text[:offset] + "{{" + text[offset:]
    for edits in (braces(doubled, offset + 2, name), braces(text, offset, name)):
        assert [edit.text for edit in edits] in ([], [" }}"], [" }"], ['"', ' }}"'])
    ended = text[:offset] + "\n\n    " + text[offset:]
    for one, at in ((text, offset), (ended, offset + 6)):
        for edit in next_step(read(one, name), at):
            assert edit.span.end < at
            assert one[edit.span.start : edit.span.end].strip() in ("", "- id:")
