"""What a workflow names and what is not there: found beside the typing, without a run."""

from pathlib import Path

from lsp.editor import editing
from lsp.test_lsp_typing import part, uri_of

TEXT = "steps:\n  - id: one\n    uses: file.read\n    with: {path: nope.txt}\n"


async def test_a_missing_file_is_shown_without_a_run(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    uri = uri_of(tmp_path)
    async with editing(folder, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(uri, TEXT)
        assert list(await editor.checked(uri, 1)) == []
        await editor.until(lambda: editor.codes(uri) == ["file-not-found"], "what is not there")
        assert part(TEXT, editor.shown(uri)[0].range) == "nope.txt"
        moved = f"name: x\n{TEXT}"
        editor.change(uri, moved, 2)
        (still,) = await editor.checked(uri, 2)
        assert part(moved, still.range) == "nope.txt", "it follows its step while the next look is under way"
        (folder / "nope.txt").write_text("here", encoding="utf-8")
        editor.save(uri)
        await editor.until(lambda: editor.codes(uri) == [], "nothing missing")
    assert not (tmp_path / "state").exists(), "a look writes nothing"


async def test_a_look_and_a_run_show_one_issue(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    uri = uri_of(tmp_path)
    (folder / "a.workflow.yaml").write_text(TEXT, encoding="utf-8")
    async with editing(folder, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(uri, TEXT)
        await editor.until(lambda: editor.codes(uri) == ["file-not-found"], "what is not there")
        looked = editor.shown(uri)[0].data
        started = await editor.command("calibrate", uri=uri)
        await editor.session(started["session"])
        await editor.until(lambda: editor.publications(uri)[-1].diagnostics != [], "what the run found")
        assert editor.codes(uri) == ["file-not-found"]
        assert editor.shown(uri)[0].data == looked, "the cause has one identity"
