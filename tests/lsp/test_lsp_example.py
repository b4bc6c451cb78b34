"""The README's example in an editor: every planted fault is shown on its characters after one save."""

import shutil
from pathlib import Path

import pytest
from lsprotocol import types

from cli.command import calibrant
from example.test_example import PLANTED
from example.test_example_fixes import BY_HAND, FIRST
from house.source import ROOT
from lsp.editor import NEOVIM, VSCODE, capabilities_of, editing
from lsp.test_lsp_fixes import actions, edited


@pytest.mark.parametrize("client", [VSCODE, NEOVIM])
async def test_one_save_shows_every_planted_fault(tmp_path: Path, client: str) -> None:
    folder = tmp_path / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", folder)
    path = folder / "urgent-mail.workflow.yaml"
    text = path.read_text(encoding="utf-8")
    uri = path.as_uri()
    environ = {"CALIBRANT_EXECUTE": "unsandboxed"}
    async with editing(
        folder, state=tmp_path / "state", capabilities=capabilities_of(client), environ=environ
    ) as editor:
        editor.open(uri, text)
        await editor.checked(uri, 1)
        static = set(editor.codes(uri))
        assert static <= {code for _, code, *_ in PLANTED} | {"missing-parameter"}
        await editor.command("trust", uri=uri)
        editor.save(uri)
        await editor.until(lambda: editor.sessions, "the session", 60)
        lines = text.split("\n")

        def under(place: types.Range) -> str:
            return lines[place.start.line][place.start.character : place.end.character].strip("\"'")

        shown = [(one.code, under(one.range), one.message) for one in editor.shown(uri)]
        for _, code, characters, word, provisional in PLANTED:
            found = [message for shown_code, at, message in shown if (shown_code, at) == (code, characters)]
            assert len(found) == 1, (code, characters, shown)
            assert word in found[0]
            assert ("Provisional" in found[0]) is provisional
        refused = [one for one in editor.shown(uri) if one.code == "connection-refused"]
        assert len(refused) > 1, "one cause, shown at each of its places"
        assert len({str(one.data) for one in refused}) == 1
        assert [one.message for one in editor.messages if one.type != types.MessageType.Info] == []


async def test_every_fault_that_can_be_mended_is_mended_by_its_first_quick_fix(tmp_path: Path) -> None:
    folder = tmp_path / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", folder)
    path = folder / "urgent-mail.workflow.yaml"
    before = text = path.read_text(encoding="utf-8")
    uri = path.as_uri()
    environ = {"CALIBRANT_EXECUTE": "unsandboxed", "CALIBRANT_TRIALS": "off"}
    async with editing(folder, state=tmp_path / "state", environ=environ) as editor:
        editor.open(uri, text)
        await editor.checked(uri, 1)
        await editor.command("trust", uri=uri)
        editor.save(uri)
        await editor.until(lambda: editor.sessions, "the session", 60)
        titles: set[str] = set()
        for version in range(2, len(FIRST) + 2):
            shown = [one for one in editor.shown(uri) if one.code not in {code for _, code in BY_HAND}]
            first, *_ = await actions(editor, uri, shown[0].range, ["quickfix"])
            titles.add(first.title)
            text = edited(text, (await editor.code_action_resolve_async(first)).edit, uri, version - 1)
            editor.change(uri, text, version)
            await editor.checked(uri, version)
        assert titles == {mended.title for mended in FIRST.values()}
        path.write_text(text, encoding="utf-8")
        editor.save(uri)
        await editor.until(lambda: len(editor.sessions) > 1, "the second session", 60)
        await editor.until(lambda: set(editor.codes(uri)) <= {code for _, code in BY_HAND}, "what is left", 30)
    assert [mended.written for mended in FIRST.values() if mended.written.strip() not in text] == []
    for _ in FIRST:
        done = calibrant("rollback", path.name, folder=folder, state=tmp_path / "state")
        assert done.status == 0, done.out + done.err
    assert path.read_text(encoding="utf-8") == before
