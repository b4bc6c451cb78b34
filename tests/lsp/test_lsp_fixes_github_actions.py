"""Fixes of GitHub Actions files in an editor: tried aside, applied, verified by checking again, and taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.desk import Desk, plain
from lsp.editor import Editor, editing
from lsp.remembered import statuses

TEXT = """\
# 😀 as it was
on: issues
jobs:
  build:
    run-on: ubuntu-latest   # kept
    steps: [{run: make}]
  test:
    needs: [biuld]
    runs-on: ubuntu-latest
    steps:
      - name: "😀 say"
        run: echo "😀 ${{ github.event.issue.title }}"
        env:
          REGION: eu-west-1
"""
MENDED = (
    TEXT.replace("run-on", "runs-on")
    .replace("[biuld]", "[build]")
    .replace("${{ github.event.issue.title }}", "$ISSUE_TITLE")
    .replace("eu-west-1\n", "eu-west-1\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n")
)
NAME = ".github/workflows/ci.yml"


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    (made / NAME).parent.mkdir(parents=True)
    (made / ".git").mkdir()
    (made / NAME).write_bytes(TEXT.encode())
    return made


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state") as one:
        yield one


@pytest.fixture
async def desk(editor: Editor, ws: Path) -> Desk:
    made = Desk(editor, (ws / NAME).as_uri(), TEXT)
    await made.checked()
    return made


async def test_a_fix_that_brings_an_error_comes_last_and_says_it(desk: Desk) -> None:
    wanted = "Remove ‘run-on’ (tried: The job ‘build’ needs the key ‘runs-on’: where it runs.)"
    titles: list[str] = []
    for _ in range(100):  # they are tried aside
        titles = [action.title for action in await desk.actions("run-on")]
        if wanted in titles:
            break
    assert titles == ["Change ‘run-on’ to ‘runs-on’", wanted]


async def test_all_safe_fixes_are_applied_verified_and_undone(
    desk: Desk, editor: Editor, ws: Path, tmp_path: Path
) -> None:
    await desk.fix("run-on", "source.fixAll.calibrant")
    assert desk.text == MENDED
    await statuses(editor, ws, tmp_path, "verified")
    assert not await desk.checked()
    desk.undo()
    assert desk.text == TEXT
    await statuses(editor, ws, tmp_path, "rolled_back")


async def test_a_closed_file_is_mended_by_command_and_taken_back(editor: Editor, ws: Path) -> None:
    uri = (ws / NAME).as_uri()
    await editor.until(lambda: editor.shown(uri), "the file's diagnostics")
    session = plain(await editor.command("applyFixes", uri=uri, fixes="safe"))["session"]
    ended = plain(await editor.session(session, 60))
    assert ended["change"]["status"] == "verified"
    assert (ws / NAME).read_bytes() == MENDED.encode()
    await editor.command("rollback", uri=uri)
    await editor.until(lambda: (ws / NAME).read_bytes() == TEXT.encode(), "the file as it was")


async def test_a_literal_becomes_an_input_of_runs_by_hand(desk: Desk, editor: Editor) -> None:
    (action,) = await desk.actions("eu-west-1", "refactor.extract")
    assert action.title == "Make ‘eu-west-1’ the input ‘region’"
    assert isinstance(action, types.CodeAction)
    after = desk.edited((await editor.code_action_resolve_async(action)).edit)
    assert "          REGION: ${{ inputs.region || 'eu-west-1' }}\n" in after
    assert "  workflow_dispatch:\n    inputs:\n      region:" in after
