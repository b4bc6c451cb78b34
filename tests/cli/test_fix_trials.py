"""`calibrant fix` tells what trials said of each fix, and `--safe` heeds it."""

import json
import re
from pathlib import Path

import pytest

from cli.command import calibrant, workflow

TEXT = """steps:
  - {id: roster, uses: file.read, with: {path: roster.json}}
  - {id: phones, uses: data.map, with: {items: "{{ roster.content }}", to: "{{ item.phone }}"}}
  - {id: note, uses: file.read, with: {path: nte.csv}}
  - {id: kept, uses: file.write, with: {path: out.json, contents: "{{ note.content }}"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    made.mkdir()
    (made / "roster.json").write_text(json.dumps({"people": [{"phone": "1"}], "week": 4}), encoding="utf-8")
    (made / "note.csv").write_text("name\nana\n", encoding="utf-8")
    workflow(made, TEXT)
    return made


def test_what_trials_said_stands_beside_each_fix(folder: Path) -> None:
    done = calibrant("fix", "a.workflow.yaml", folder=folder)
    assert done.status == 1
    assert re.search(r"safe    Use ‘roster.content.people’  \[verified\]\n", done.out)
    failed = "Make a list of ‘roster.content’  [tried: ‘item’ has no field called ‘phone’. It has: people, week.]"
    assert failed in done.out
    assert done.out.index("[verified]") < done.out.index(failed)
    assert "Change ‘contents’ to ‘content’  [verified, together with: Change ‘nte.csv’ to ‘note.csv’]" in done.out
    assert "a.workflow.yaml: trying fixes" in done.err
    assert (folder / "a.workflow.yaml").read_text(encoding="utf-8") == TEXT


def test_without_trials_nothing_is_said_of_them(folder: Path) -> None:
    (folder / "calibrant.toml").write_text('trials = "off"\n')
    done = calibrant("fix", "a.workflow.yaml", folder=folder)
    assert "Use ‘roster.content.people’\n" in done.out
    assert "[verified" not in done.out + done.err
    assert "trying" not in done.err


def test_calibrating_tries_nothing(folder: Path) -> None:
    done = calibrant("calibrate", "a.workflow.yaml", "--format", "json", folder=folder)
    issues = [issue for group in done.json[0]["issues"].values() for issue in group]
    assert {fix["verified"] for issue in issues for fix in issue["fixes"]} == {False}


def test_safe_applies_what_works(folder: Path) -> None:
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    assert "Applied, verified: Use ‘roster.content.people’ (shape-mismatch)" in done.out
    assert "Left out" not in done.out
    assert "roster.content.people" in (folder / "a.workflow.yaml").read_text(encoding="utf-8")
