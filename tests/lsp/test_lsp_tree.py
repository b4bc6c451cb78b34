"""Workflow files that are not open: checked at the start, watched, and cleared; workspace folders come and go."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import NEOVIM, Editor, capabilities_of, editing

GOOD = "steps:\n  - id: one\n    uses: file.list\n    with: {path: .}\n"
BAD = "steps:\n  - id: one\n    uses: file.lisst\n    with: {path: .}\n"
CODE = ["unknown-connector"]


def folder(tmp_path: Path, name: str = "ws", **files: str) -> Path:
    made = tmp_path / name
    made.mkdir()
    for stem, text in files.items():
        (made / f"{stem}.workflow.yaml").write_text(text)
    return made


def watching(capabilities: types.ClientCapabilities, *, dynamic: bool) -> types.ClientCapabilities:
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(dynamic)
    return capabilities


async def shown(editor: Editor, path: Path, codes: list[str]) -> None:
    await editor.until(lambda: editor.codes(path.as_uri()) == codes, f"{codes} for {path.name}")


async def test_files_that_are_not_open_are_checked(tmp_path: Path) -> None:
    ws = folder(tmp_path, bad=BAD, good=GOOD)
    (ws / "node_modules" / "x").mkdir(parents=True)
    (ws / "node_modules" / "x" / "no.workflow.yaml").write_text(BAD)
    (ws / "binary.workflow.yaml").write_bytes(b"\xff\x00\xfe")
    async with editing(ws, state=tmp_path / "state") as editor:
        await shown(editor, ws / "bad.workflow.yaml", CODE)
        await shown(editor, ws / "binary.workflow.yaml", ["not-text"])
        assert {one.uri for one in editor.published} == {
            (ws / f"{name}.workflow.yaml").as_uri() for name in ("bad", "binary")
        }
        assert {one.version for one in editor.published} == {None}


@pytest.mark.parametrize("dynamic", [True, False])
async def test_files_are_watched(tmp_path: Path, dynamic: bool) -> None:
    ws = folder(tmp_path, one=GOOD)
    path, new = ws / "one.workflow.yaml", ws / "new.workflow.yaml"
    capabilities = watching(capabilities_of(NEOVIM), dynamic=dynamic)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        if dynamic:
            await editor.until(lambda: editor.registered, "registration")
        else:
            await asyncio.sleep(0.7)  # watchfiles tells nothing of when it has begun
            assert "calibrant-files" not in [one.id for one in editor.registered]

        def tell(changed: Path, kind: types.FileChangeType) -> None:
            if dynamic:
                event = types.FileEvent(changed.as_uri(), kind)
                editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

        path.write_text(BAD)
        tell(path, types.FileChangeType.Changed)
        await shown(editor, path, CODE)
        new.write_text(BAD)
        tell(new, types.FileChangeType.Created)
        await shown(editor, new, CODE)
        path.unlink()
        tell(path, types.FileChangeType.Deleted)
        await shown(editor, path, [])
        new.write_text(GOOD)
        tell(new, types.FileChangeType.Changed)
        await shown(editor, new, [])


async def test_an_open_document_is_the_truth_until_it_is_closed(tmp_path: Path) -> None:
    ws = folder(tmp_path, one=BAD)
    path = ws / "one.workflow.yaml"
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        await shown(editor, path, CODE)
        editor.open(path.as_uri(), GOOD)
        await editor.checked(path.as_uri(), 1)
        assert editor.codes(path.as_uri()) == []
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await asyncio.sleep(0.2)
        assert editor.codes(path.as_uri()) == []
        editor.close(path.as_uri())
        await shown(editor, path, CODE)
        assert editor.publications(path.as_uri())[-1].version is None


async def test_another_way_of_writing_the_uri_is_the_same_document(tmp_path: Path) -> None:
    ws = folder(tmp_path, **{"a@b": BAD})
    path = ws / "a@b.workflow.yaml"
    other = path.as_uri().replace("%40", "@").replace("file:///", "file://localhost/")
    async with editing(ws, state=tmp_path / "state") as editor:
        await shown(editor, path, CODE)
        editor.open(other, BAD)
        await editor.checked(other, 1)
        assert editor.codes(other) == CODE
        assert editor.codes(path.as_uri()) == []


async def test_a_file_outside_the_folders_is_cleared_on_close(tmp_path: Path) -> None:
    ws, out = folder(tmp_path), folder(tmp_path, "out", one=BAD)
    uri = (out / "one.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, BAD)
        await editor.checked(uri, 1)
        assert editor.codes(uri) == CODE
        editor.close(uri)
        await shown(editor, out / "one.workflow.yaml", [])


async def test_folders_come_and_go(tmp_path: Path) -> None:
    first, second = folder(tmp_path, "first", one=BAD), folder(tmp_path, "second", two=BAD, three=BAD)
    async with editing(first, state=tmp_path / "state", options={"run": "manual"}) as editor:
        await shown(editor, first / "one.workflow.yaml", CODE)

        def change(added: list[Path], removed: list[Path]) -> None:
            event = types.WorkspaceFoldersChangeEvent(
                [types.WorkspaceFolder(one.as_uri(), one.name) for one in added],
                [types.WorkspaceFolder(one.as_uri(), one.name) for one in removed],
            )
            editor.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))

        change([second], [first])
        await shown(editor, second / "two.workflow.yaml", CODE)
        await shown(editor, first / "one.workflow.yaml", [])
        editor.open((second / "three.workflow.yaml").as_uri(), BAD)
        await editor.checked((second / "three.workflow.yaml").as_uri(), 1)
        change([], [second])
        await shown(editor, second / "two.workflow.yaml", [])
        assert editor.codes((second / "three.workflow.yaml").as_uri()) == CODE


async def test_a_big_folder_does_not_keep_the_first_request_waiting(tmp_path: Path) -> None:
    ws = folder(tmp_path, **{f"w{number:03}": BAD * 1 + "#" * 2000 + "\n" for number in range(300)})
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        uri = (ws / "mine.workflow.yaml").as_uri()
        editor.open(uri, BAD)
        await editor.checked(uri, 1)
        before = len(editor.diagnostics)
        await editor.until(lambda: len(editor.diagnostics) == 301, "all files")
        assert before < 301


async def test_a_folder_that_is_moved_takes_its_files_along(tmp_path: Path) -> None:
    ws = folder(tmp_path, top=BAD)
    inner = folder(ws, "inner", one=BAD)
    away = folder(ws, "away", two=BAD)
    capabilities = watching(capabilities_of(NEOVIM), dynamic=False)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        await shown(editor, inner / "one.workflow.yaml", CODE)
        await asyncio.sleep(0.7)  # watchfiles tells nothing of when it has begun
        inner.rename(ws / "moved")
        await shown(editor, ws / "moved" / "one.workflow.yaml", CODE)
        await shown(editor, inner / "one.workflow.yaml", [])
        away.rename(tmp_path / "away")
        await shown(editor, away / "two.workflow.yaml", [])
        (tmp_path / "away").rename(ws / "node_modules")
        (ws / "moved").rename(tmp_path / "moved")
        await shown(editor, ws / "moved" / "one.workflow.yaml", [])
        assert editor.codes((ws / "node_modules" / "two.workflow.yaml").as_uri()) == []
        assert editor.codes((ws / "top.workflow.yaml").as_uri()) == CODE


async def test_a_folder_that_the_editor_moves_or_deletes(tmp_path: Path) -> None:
    ws = folder(tmp_path)
    inner, moved = folder(ws, "inner", one=BAD), ws / "moved"
    capabilities = watching(capabilities_of(NEOVIM), dynamic=True)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        await shown(editor, inner / "one.workflow.yaml", CODE)
        inner.rename(moved)
        renamed = types.RenameFilesParams([types.FileRename(inner.as_uri(), moved.as_uri())])
        editor.workspace_did_rename_files(renamed)
        await shown(editor, moved / "one.workflow.yaml", CODE)
        await shown(editor, inner / "one.workflow.yaml", [])
        moved.rename(tmp_path / "bin")
        editor.workspace_did_delete_files(types.DeleteFilesParams([types.FileDelete(moved.as_uri())]))
        await shown(editor, moved / "one.workflow.yaml", [])
