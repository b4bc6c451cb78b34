"""The command that tells with which tools a workspace is built, and what follows when its files change."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.desk import Desk, plain
from lsp.editor import VSCODE, Editor, capabilities_of, editing
from lsp.remembered import statuses

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["requests"]\n'
TEXT = "name: a\nsteps:\n  - id: one\n    run: python -m pytest -q\n"


def project(folder: Path) -> Path:
    """Make a Python project with a workflow in it."""
    folder.mkdir(parents=True)
    (folder / "calibrant.toml").touch()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "a.workflow.yaml").write_text(TEXT)
    return folder


def printed(folder: Path) -> Any:
    """Return what the command line prints of a folder."""
    command = [sys.executable, "-m", "calibrant", "toolchains", str(folder), "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


async def asked(editor: Editor, folder: Path, **more: Any) -> list[dict[str, Any]]:
    return list(plain(await editor.command("toolchains", uri=folder.as_uri(), **more)))


async def until(editor: Editor, folder: Path, manager: str) -> None:
    """Wait until the toolchain of a folder has a manager, without asking for more than what is known."""
    end = asyncio.get_running_loop().time() + 15
    while [one["manager"] for one in await asked(editor, folder)] != [manager]:
        assert asyncio.get_running_loop().time() < end, f"{manager} was not found"
        await asyncio.sleep(0.1)


async def test_the_command_tells_what_the_command_line_prints(tmp_path: Path) -> None:
    ws = project(tmp_path / "ws")
    (ws / "uv.lock").write_text("version = 1\n")
    (ws / "flows").mkdir()
    async with editing(ws, state=tmp_path / "state") as editor:
        told = await asked(editor, ws)
        assert told == printed(ws)
        assert [(one["ecosystem"], one["manager"], one["root"]) for one in told] == [("python", "uv", ".")]
        assert await asked(editor, ws / "a.workflow.yaml") == told
        assert await asked(editor, ws / "pyproject.toml") == told
        assert await asked(editor, ws / "flows") == []


async def test_with_words_each_says_what_to_show_and_which_file_declares_it(tmp_path: Path) -> None:
    ws = project(tmp_path / "ws")
    async with editing(ws, state=tmp_path / "state") as editor:
        (one,) = await asked(editor, ws, words=True)
        assert one["uri"] == (ws / "pyproject.toml").as_uri()
        assert one["words"]["title"].startswith("Python")
        assert "python >=3.11 asked for" in one["words"]["detail"]
        assert any("pyproject.toml" in line for line in one["words"]["lines"])
        assert {name: value for name, value in one.items() if name not in ("words", "uri")} == printed(ws)[0]


async def test_a_folder_without_any_has_an_empty_list_and_the_user_is_told_where_words_are_wanted(
    tmp_path: Path,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    async with editing(empty, state=tmp_path / "state") as editor:
        assert await asked(editor, empty) == []
        assert not editor.messages
        assert await asked(editor, empty, words=True) == []
        await editor.until(lambda: editor.messages, "a message")
        assert "No toolchain was found" in editor.messages[0].message


@pytest.mark.parametrize("where", ["missing", "/", "untitled:a"])
async def test_what_cannot_be_looked_through_is_said(tmp_path: Path, where: str) -> None:
    uri = where if ":" in where else (tmp_path / where).as_uri() if where != "/" else "file:///"
    async with editing(tmp_path, state=tmp_path / "state") as editor:
        with pytest.raises(JsonRpcException) as failed:
            await editor.command("toolchains", uri=uri)
        assert failed.value.code == -32602
        assert "Traceback" not in failed.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_folder_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    closed = project(tmp_path / "closed")
    closed.chmod(0)
    try:
        async with editing(tmp_path, state=tmp_path / "state") as editor:
            with pytest.raises(JsonRpcException, match="cannot be read"):
                await editor.command("toolchains", uri=closed.as_uri())
    finally:
        closed.chmod(0o755)


@pytest.mark.parametrize("told", [True, False])
async def test_files_that_come_and_change_are_followed(tmp_path: Path, told: bool) -> None:
    """Where the client watches, it says so; else the server does. A workflow with a command is open all the while."""
    ws = project(tmp_path / "ws")
    capabilities = capabilities_of(VSCODE)
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(told)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        if told:
            await editor.until(lambda: "calibrant-evidence" in [one.id for one in editor.registered], "registration")
        else:
            await asyncio.sleep(0.7)  # watchfiles tells nothing of when it has begun
            assert "calibrant-evidence" not in [one.id for one in editor.registered]

        def tell(changed: Path, kind: types.FileChangeType) -> None:
            if told:
                event = types.FileEvent(changed.as_uri(), kind)
                editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

        (ws / "poetry.lock").write_text("")
        tell(ws / "poetry.lock", types.FileChangeType.Created)
        await until(editor, ws, "poetry")
        (ws / "poetry.lock").unlink()
        tell(ws / "poetry.lock", types.FileChangeType.Deleted)
        (ws / "uv.lock").write_text("version = 1\n")
        tell(ws / "uv.lock", types.FileChangeType.Created)
        await until(editor, ws, "uv")
        (ws / "pyproject.toml").write_text(PYPROJECT.replace(">=3.11", ">=3.12"))
        tell(ws / "pyproject.toml", types.FileChangeType.Changed)
        end = asyncio.get_running_loop().time() + 15
        while (await asked(editor, ws))[0]["versions"]["asked"] != ">=3.12":
            assert asyncio.get_running_loop().time() < end
            await asyncio.sleep(0.1)


async def test_two_folders_have_their_own(tmp_path: Path) -> None:
    one, two = project(tmp_path / "one"), project(tmp_path / "two")
    (one / "uv.lock").write_text("version = 1\n")
    (two / "poetry.lock").write_text("")
    async with editing(one, two, state=tmp_path / "state") as editor:
        assert [each["manager"] for each in await asked(editor, one)] == ["uv"]
        assert [each["manager"] for each in await asked(editor, two)] == ["poetry"]


async def test_a_subproject_does_not_hide_the_root_from_a_github_workflow(tmp_path: Path) -> None:
    ws = project(tmp_path / "ws")
    (ws / ".git").mkdir()
    web = project(ws / "web")
    (ws / ".github" / "workflows").mkdir(parents=True)
    workflow = ws / ".github" / "workflows" / "ci.yml"
    workflow.write_text("on: push\n")
    action = web / "action.yml"
    action.write_text("name: a\n")
    async with editing(ws, state=tmp_path / "state") as editor:
        assert [one["root"] for one in await asked(editor, workflow)] == [".", "web"]
        assert [one["root"] for one in await asked(editor, action)] == [".", "web"]
        assert [one["root"] for one in await asked(editor, web / "a.workflow.yaml")] == ["."]


async def hovered(editor: Editor, uri: str, line: int, character: int) -> str:
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
    found = await editor.text_document_hover_async(params)
    return found.contents.value if found and isinstance(found.contents, types.MarkupContent) else ""


async def test_hover_names_the_tools_of_a_command_and_follows_the_files(tmp_path: Path) -> None:
    ws = project(tmp_path / "ws")
    (ws / "uv.lock").write_text("version = 1\n")
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)

        async def told(words: str, character: int) -> None:
            end = asyncio.get_running_loop().time() + 15
            while words not in await hovered(editor, uri, 3, character):
                assert asyncio.get_running_loop().time() < end, f"{words} was not told"
                await asyncio.sleep(0.05)

        await told("Python with uv: python >=3.11 asked for", 5)
        await told("- uv.lock: lock file of uv", 14)
        (ws / "uv.lock").unlink()
        (ws / "poetry.lock").write_text("")
        changes = [
            types.FileEvent((ws / "uv.lock").as_uri(), types.FileChangeType.Deleted),
            types.FileEvent((ws / "poetry.lock").as_uri(), types.FileChangeType.Created),
        ]
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
        await told("Python with poetry", 14)
        assert len(editor.publications(uri)) == 1


NODE = {
    "package.json": '{"name": "web", "scripts": {"test": "node test.js"}}\n',
    "package-lock.json": '{"name": "web", "lockfileVersion": 3, "packages": {"": {"name": "web"}}}\n',
}
CI = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - run: npm run test
"""


def web(folder: Path) -> Path:
    """Make a Node project that npm locks; returns its workflow of GitHub Actions, which fits."""
    (folder / ".git").mkdir(parents=True)
    (folder / ".github" / "workflows").mkdir(parents=True)
    for name, text in NODE.items():
        (folder / name).write_text(text)
    workflow = folder / ".github" / "workflows" / "ci.yml"
    workflow.write_text(CI)
    return workflow


def told(editor: Editor, *changes: tuple[Path, types.FileChangeType]) -> None:
    events = [types.FileEvent(path.as_uri(), kind) for path, kind in changes]
    editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))


async def shown(editor: Editor, path: Path, *codes: str) -> None:
    await editor.until(lambda: editor.codes(path.as_uri()) == sorted(codes), f"{codes} for {path.name}")


async def test_files_beside_a_workflow_change_what_is_wrong_with_it_open_or_not(tmp_path: Path) -> None:
    workflow = web(ws := tmp_path / "ws")
    closed = workflow.with_name("closed.yml")
    closed.write_text(CI)
    changed, created, deleted = (getattr(types.FileChangeType, one) for one in ("Changed", "Created", "Deleted"))
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(workflow.as_uri(), CI)
        await editor.checked(workflow.as_uri(), 1)
        await until_known(editor, ws)
        assert editor.codes(workflow.as_uri()) == []
        lock, manifest = ws / "package-lock.json", ws / "package.json"
        lock.rename(ws / "pnpm-lock.yaml")
        (ws / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n")
        told(editor, (lock, deleted), (ws / "pnpm-lock.yaml", created))
        await shown(editor, workflow, "wrong-package-manager")
        await shown(editor, closed, "wrong-package-manager")
        manifest.write_text(NODE["package.json"].replace("test", "check"))
        told(editor, (manifest, changed))
        await shown(editor, workflow, "unknown-task", "wrong-package-manager")
        await shown(editor, closed, "unknown-task", "wrong-package-manager")
        (ws / "pnpm-lock.yaml").unlink()
        for name, text in NODE.items():
            (ws / name).write_text(text)
        told(editor, (ws / "pnpm-lock.yaml", deleted), (lock, created), (manifest, changed))
        await shown(editor, workflow)
        await shown(editor, closed)
        assert {one.version for one in editor.publications(workflow.as_uri())} == {1}


async def until_known(editor: Editor, ws: Path) -> None:
    """Wait until the workspace was surveyed for the documents."""
    line = next(number for number, text in enumerate(CI.split("\n")) if "npm ci" in text)
    end = asyncio.get_running_loop().time() + 15
    while "Node with" not in await hovered(editor, (ws / ".github" / "workflows" / "ci.yml").as_uri(), line, 10):
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.05)


async def test_each_folder_is_judged_by_its_own_files(tmp_path: Path) -> None:
    one, two = web(tmp_path / "one"), web(tmp_path / "two")
    (tmp_path / "two" / "package-lock.json").rename(tmp_path / "two" / "yarn.lock")
    (tmp_path / "two" / "yarn.lock").write_text("# yarn lockfile v1\n")
    async with editing(tmp_path / "one", tmp_path / "two", state=tmp_path / "state") as editor:
        await shown(editor, two, "wrong-package-manager")
        assert editor.publications(one.as_uri()) == []
        told(editor)
        (tmp_path / "one" / "package-lock.json").unlink()
        (tmp_path / "one" / "yarn.lock").write_text("# yarn lockfile v1\n")
        told(
            editor,
            (tmp_path / "one" / "package-lock.json", types.FileChangeType.Deleted),
            (tmp_path / "one" / "yarn.lock", types.FileChangeType.Created),
        )
        await shown(editor, one, "wrong-package-manager")


async def test_a_run_finds_what_is_shown_while_typing(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    web(ws)
    text = "name: a\nsteps:\n  - id: one\n    run: npm run tets\n"
    path = ws / "a.workflow.yaml"
    path.write_text(text)
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(path.as_uri(), text)
        await shown(editor, path, "unknown-task")
        (ident,) = {plain(one.data)["id"] for one in editor.shown(path.as_uri())}
        session = plain(await editor.command("calibrate", uri=path.as_uri()))["session"]
        ended = await editor.session(session)
        found = [*ended.issues.critical, *ended.issues.auto_repairs, *ended.issues.warnings]
        assert ident in {one.id for one in found if one.code == "unknown-task"}


async def test_tasks_are_offered_behind_their_runner(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    web(ws)
    text = "name: a\nsteps:\n  - id: one\n    run: npm run \n"
    path = ws / "a.workflow.yaml"
    path.write_text(text)
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(path.as_uri(), text)
        await editor.checked(path.as_uri(), 1)
        context = types.CompletionContext(types.CompletionTriggerKind.TriggerCharacter, " ")
        params = types.CompletionParams(types.TextDocumentIdentifier(path.as_uri()), types.Position(3, 17), context)
        end, items = asyncio.get_running_loop().time() + 15, list[types.CompletionItem]()
        while not items:
            assert asyncio.get_running_loop().time() < end, "nothing was offered"
            found = await editor.text_document_completion_async(params)
            items = list(found.items if isinstance(found, types.CompletionList) else found or ())
            await asyncio.sleep(0.05)
        assert [one.label for one in items] == ["test"]


async def test_a_fix_of_what_the_workspace_contradicts_is_verified_by_checking_again(tmp_path: Path) -> None:
    workflow = web(ws := tmp_path / "ws")
    text = CI.replace("npm run test", "npm run tets")
    workflow.write_text(text)
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, workflow.as_uri(), text)
        await desk.checked()
        await shown(editor, workflow, "unknown-task")
        await desk.fix("tets")
        assert desk.text == CI
        desk.save()
        await statuses(editor, ws, tmp_path, "verified")
        await shown(editor, workflow)
