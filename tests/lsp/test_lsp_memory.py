"""A long day of opening, mending and closing files: what was closed is let go."""

from pathlib import Path

import pytest
from lsprotocol import types

from lsp.desk import Desk
from lsp.editor import NEOVIM, Editor, capabilities_of, editing

LINE = "# " + "x" * 118 + "\n"
TEXT = "name: a\nsteps:\n  - {id: one, uses: file.list, with: {path: .}, need: []}\n" + LINE * 4000
FEW, MANY = 20, 120


def memory(editor: Editor) -> int:
    """Return the megabytes that the server takes."""
    assert editor._server
    status = Path(f"/proc/{editor._server.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) >> 10


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")
@pytest.mark.parametrize("inside", [True, False], ids=["in a folder", "outside"])
async def test_closed_files_take_no_memory(tmp_path: Path, inside: bool) -> None:
    ws = tmp_path / "ws"
    ws.mkdir()
    (ws / "calibrant.toml").write_text("")
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    capabilities.text_document.code_action.resolve_support = None  # so that every edit is handed out at once
    folders = [ws] if inside else []
    options = {"run": "manual"}
    async with editing(*folders, state=tmp_path / "state", capabilities=capabilities, options=options) as editor:
        taken = 0
        for number in range(MANY):
            path = ws / f"w{number}.workflow.yaml"
            path.write_text("steps: []\n")
            desk = Desk(editor, path.as_uri(), TEXT)
            desk.type(TEXT + "#\n")
            await desk.checked()
            (action, *_) = await desk.actions("need")
            desk.type(desk.edited(action.edit))
            await desk.checked()
            editor.close(desk.uri)
            editor.published.clear()
            if number == FEW:
                taken = memory(editor)
        lens = types.CodeLensParams(types.TextDocumentIdentifier(desk.uri))
        await editor.text_document_code_lens_async(lens)
        grown = memory(editor) - taken
        assert grown < 25, f"{MANY - FEW} closed files take {grown} MB"  # each text alone takes half a megabyte
