"""What was measured of repairs, in the editor: after a run the quick fixes stand in the order that it gives."""

from contextlib import closing
from pathlib import Path

from calibrant.model.applied import AppliedFix, ChangeSession
from calibrant.store import open_store
from lsp.editor import editing
from lsp.test_lsp_fixes import TEXT, actions, at, uri_of


async def test_a_strategy_that_was_taken_back_again_and_again_comes_last(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    ws.mkdir()
    (ws / "calibrant.toml").write_text("")
    (ws / "a.workflow.yaml").write_text(TEXT)
    with closing(open_store(tmp_path / "state", ws)) as store:
        fixes = tuple(AppliedFix(f"f{number}", "Fix it", "closest-key") for number in range(40))
        store.changes.write(ChangeSession("c", "rolled_back", (), fixes), "undone")
    uri = uri_of(ws)
    async with editing(ws, state=tmp_path / "state", options={"run": "manual", "trials": "off"}) as editor:
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        before = [one.title for one in await actions(editor, uri, at(TEXT, "need:"), ["quickfix"])]
        assert before[0] == "Change ‘need’ to ‘needs’"
        started = await editor.command("calibrate", uri=uri)
        session = await editor.session(started["session"])
        assert (session.status, session.life, session.answers) == ("completed", "completed", "")
        after = [one.title for one in await actions(editor, uri, at(TEXT, "need:"), ["quickfix"])]
        assert after[-1] == "Change ‘need’ to ‘needs’"
        assert sorted(after) == sorted(before)
