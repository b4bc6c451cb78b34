"""Changes before and after, character by character.

A case in `tests/data/native/changes/` is a workflow, `<name>.changes.json` with the changes, and either `<name>.after` with the
text that they give or `<name>.refused` with the words in which they are refused.
"""

from pathlib import Path

import msgspec
import pytest

from calibrant.dialects import read, write
from calibrant.model.change import AddKey, CannotChange, Change, SetValue
from calibrant.model.changes import Literal, extract_input, literal_to_secret, rename_step
from calibrant.model.text import apply_edits

FOLDER = Path(__file__).parents[1] / "data" / "native" / "changes"
CASES = sorted(FOLDER.glob("*.workflow.*"))


def edited(name: str, text: str, changes: list[Change]) -> str:
    found = read(name, text)
    assert found is not None
    return apply_edits(text, write(name, found, changes))


@pytest.mark.parametrize("path", CASES, ids=[path.name for path in CASES])
def test_changes(path: Path) -> None:
    name = path.name.split(".")[0]
    changes = msgspec.json.decode((FOLDER / f"{name}.changes.json").read_bytes(), type=list[Change])
    text = path.read_bytes().decode()
    refused = FOLDER / f"{name}.refused"
    if refused.exists():
        with pytest.raises(CannotChange) as caught:
            edited(path.name, text, changes)
        assert str(caught.value) == refused.read_text("utf-8").strip()
    else:
        assert edited(path.name, text, changes) == (FOLDER / f"{name}.after").read_bytes().decode()


def test_every_file_belongs_to_a_case() -> None:
    names = {path.name.split(".")[0] for path in CASES}
    assert len(names) == len(CASES) > 20
    assert {path.name.split(".")[0] for path in FOLDER.iterdir()} == names


def test_a_file_of_no_language_is_refused() -> None:
    found = read("a.workflow.yaml", "steps: []\n")
    assert found is not None
    with pytest.raises(CannotChange, match="No workflow language"):
        write("a.txt", found, [AddKey((), "name", "x")])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), "\ud800", {"a": b"x"}])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(CannotChange):
        edited("a.workflow.json", '{"steps": [{"id": "a", "run": "x"}]}', [SetValue(("steps", 0, "run"), value)])


TEXT = """\
inputs:
  box: {type: path, default: a.mbox}   # the box
secrets: [TOKEN, "OTHER"]
steps:
  - id: fetch
    uses: mail.read
    with: {mailbox: "{{ inputs.box }}"}
  - id: log
    needs: [fetch, other]
    if: fetch.count > 0 and fetch['count'] < 9
    run: |
      echo {{ fetch.emails | length }} {{ inputs["box"] }} fetch
      curl -H "{{ secrets.TOKEN }}" https://x.example/a
  - id: other
    needs: fetch
    run: "echo \\"{{ fetch.count }}\\" {{ secrets['TOKEN'] }} https://x.example/b"
"""


def changed(*changes: Change) -> str:
    return edited("a.workflow.yaml", TEXT, list(changes))


def test_a_step_is_renamed_wherever_it_is_meant() -> None:
    found = read("a.workflow.yaml", TEXT)
    assert found is not None
    text = changed(*rename_step(found, "fetch", "mail"))
    wanted = TEXT.replace("fetch", "mail").replace("}} mail\n", "}} fetch\n")
    assert text == wanted
    again = read("a.workflow.yaml", text)
    assert again is not None
    assert edited("a.workflow.yaml", text, list(rename_step(again, "mail", "fetch"))) == TEXT


def test_a_step_that_keeps_its_name_is_left_as_it_is() -> None:
    found = read("a.workflow.yaml", TEXT)
    assert found is not None
    assert rename_step(found, "log", "log") == ()


def test_a_literal_becomes_an_input_everywhere() -> None:
    found = read("a.workflow.yaml", TEXT)
    assert found is not None
    places = []
    for number in (1, 2):
        parameter = found.steps[number].body.parameter("command")
        value = getattr(parameter.value, "value", "") if parameter else ""
        start = value.index("https://x.example")
        places.append(Literal(("steps", number, "run"), start, start + len("https://x.example")))
    spec = {"type": "string", "default": "https://x.example"}
    text = changed(*extract_input(found, places, "address", spec))
    wanted = TEXT.replace("https://x.example", "{{ inputs.address }}")
    assert text == wanted.replace("# the box\n", "# the box\n  address: {type: string, default: https://x.example}\n")
    assert "inputs.box" in changed(*extract_input(found, [Literal(("steps", 1, "run"))], "box", spec))


def test_a_literal_becomes_a_secret() -> None:
    found = read("a.workflow.yaml", TEXT)
    assert found is not None
    text = changed(*literal_to_secret(found, [Literal(("steps", 0, "uses"))], "KEY"))
    assert 'secrets: [TOKEN, "OTHER", KEY]' in text
    assert 'uses: "{{ secrets.KEY }}"' in text
    bare = read("a.workflow.yaml", "name: x\nsteps:\n- id: a\n  run: x\n")
    assert bare is not None
    edits = write("a.workflow.yaml", bare, literal_to_secret(bare, [Literal(("steps", 0, "run"))], "KEY"))
    assert apply_edits(bare.text, edits) == 'name: x\nsecrets: [KEY]\nsteps:\n- id: a\n  run: "{{ secrets.KEY }}"\n'


def test_a_reference_behind_an_alias_is_not_renamed() -> None:
    text = "steps:\n- id: a\n  run: x\n- id: b\n  run: &r echo {{ a.stdout }}\n- id: c\n  run: *r\n"
    found = read("a.workflow.yaml", text)
    assert found is not None
    with pytest.raises(CannotChange, match="alias"):
        rename_step(found, "a", "z")
