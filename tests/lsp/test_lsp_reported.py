"""What a step's tools complain of, over stdio: the related information of each diagnostic leads to the line of the source."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from calibrant.lsp.convert import to_path
from cli.command import calibrant
from lsp.desk import plain
from lsp.editor import Editor, editing

TEXT = """\
name: checks
steps:
  - id: tests
    run: |
      cd app
      python3 -m unittest tests.test_sums tests.test_lost
  - id: crash
    run: python3 app/crash.py
  - id: says
    run: echo '::warning file=app/tests/test_sums.py,line=2,col=3,endColumn=8::mind this'
"""
FILES = {
    "app/tests/__init__.py": "",
    "app/tests/test_sums.py": (
        "import unittest\n\n\nclass TestSums(unittest.TestCase):\n"
        "    def test_sum(self):\n        self.assertEqual(1 + 1, 3)\n"
    ),
    "app/tests/test_lost.py": "import os\n\nimport no_such_module_at_all\n",
    "app/crash.py": "def main():\n    return {}['price']\n\n\nmain()\n",
}
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    folder = tmp_path / "my project"
    for name, text in {
        **FILES,
        "flows/a.workflow.yaml": TEXT.replace("cd app", "cd ../app").replace("app/crash", "../app/crash"),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "calibrant.toml").write_text('trials = "off"\n', encoding="utf-8")
    return folder


async def ran(editor: Editor, path: Path) -> None:
    editor.open(path.as_uri(), path.read_text(encoding="utf-8"))
    await editor.checked(path.as_uri(), 1)
    await editor.command("trust", uri=path.as_uri())
    await editor.session((await editor.command("calibrate", uri=path.as_uri()))["session"])


def line_of(place: types.Location) -> str:
    path = to_path(place.uri)
    assert path
    return path.read_text(encoding="utf-8").split("\n")[place.range.start.line].strip()


def leads_to(diagnostics: Any) -> dict[str, list[str]]:
    return {
        f"{one.code}": [line_of(there.location) for there in one.related_information or ()]
        for one in diagnostics
        if str(one.code) != "hardcoded-value"
    }


async def test_related_information_leads_to_the_lines_of_the_source(ws: Path, tmp_path: Path) -> None:
    path = ws / "flows" / "a.workflow.yaml"
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await ran(editor, path)
        found = await editor.until(
            lambda: len(leads_to(editor.shown(path.as_uri()))) >= 4 and editor.shown(path.as_uri()), "all"
        )
        assert leads_to(found) == {
            "test-failed": ["self.assertEqual(1 + 1, 3)"],
            "python-missing-dep": ["import no_such_module_at_all"],
            "script-error": ["return {}['price']"],
            "reported-problems": [""],
        }
        shown = {str(one.code): one for one in found}
        assert shown["test-failed"].range.start.line == 5
        assert shown["reported-problems"].severity == types.DiagnosticSeverity.Warning
        warned = (shown["reported-problems"].related_information or [])[0]
        assert (warned.location.range.start.line, warned.location.range.start.character) == (1, 2)
        assert warned.location.range.end.character == 7
        result = plain(await editor.command("result", uri=path.as_uri()))
        issues = [one for group in ("critical", "warnings", "auto_repairs") for one in result["issues"][group]]
        related = {one["code"]: one["related"] for one in issues}
        assert related["test-failed"][0]["path"] == str(ws / "app/tests/test_sums.py")
        assert related["test-failed"][0]["range"]["start"] == {"line": 5, "character": 0}
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:  # as recorded, after a restart
        again = plain(await editor.command("result", uri=path.as_uri()))
        there = [one for group in ("critical", "warnings", "auto_repairs") for one in again["issues"][group]]
        assert {one["code"]: one["related"] for one in there} == related


async def test_the_places_stay_when_the_text_above_the_step_changes(ws: Path, tmp_path: Path) -> None:
    path = ws / "flows" / "a.workflow.yaml"
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await ran(editor, path)
        await editor.until(lambda: "test-failed" in editor.codes(path.as_uri()), "the failure")
        editor.change(path.as_uri(), "# a line above\n" + path.read_text(encoding="utf-8"), 2)
        moved = {str(one.code): one for one in await editor.checked(path.as_uri(), 2)}
        assert moved["test-failed"].range.start.line == 6
        assert [line_of(there.location) for there in moved["test-failed"].related_information or ()] == [
            "self.assertEqual(1 + 1, 3)"
        ]


def test_the_command_line_names_files_as_seen_from_where_it_is_called(ws: Path) -> None:
    for folder, given, expected in (
        (ws, "flows", "app/tests/test_sums.py"),
        (ws / "flows", "a.workflow.yaml", "../app/tests/test_sums.py"),
        (ws.parent, "my project", "my project/app/tests/test_sums.py"),
    ):
        done = calibrant("calibrate", given, "--trust", "--format", "json", folder=folder, calm=False)
        issues = [one for group in done.json[0]["issues"].values() for one in group]
        (failed,) = [one for one in issues if one["code"] == "test-failed"]
        assert failed["message"] == "The test ‘TestSums.test_sum’ in app/tests/test_sums.py failed, line 6: 2 != 3"
        assert failed["related"][0]["path"] == expected
        assert failed["detection"]["by"] == "unittest"
    told = calibrant("calibrate", "flows", "--trust", folder=ws).out
    assert "also: app/tests/test_sums.py:6" in told
