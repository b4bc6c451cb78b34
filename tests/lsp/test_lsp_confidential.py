"""A credential in a workflow is in no diagnostic, no related place and no session that an editor is told."""

import random
import string
from pathlib import Path

from lsprotocol import types
from pygls.protocol import default_converter

from lsp.editor import editing

TOKEN = "gl" + "pat-" + "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=20))
TEXT = f"""steps:
  - id: ask
    uses: http.request
    with: {{url: "http://127.0.0.1:9/?key={TOKEN}", method: {TOKEN}}}
  - id: read
    uses: file.read
    with: {{path: "{TOKEN}.txt"}}
"""


async def test_an_editor_is_told_where_it_is_but_not_what(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    path = folder / "a.workflow.yaml"
    path.write_text(TEXT)
    async with editing(folder, state=tmp_path / "state") as editor:
        editor.open(path.as_uri(), TEXT)
        shown = await editor.checked(path.as_uri(), 1)
        found = [one for one in shown if one.code == "credential-in-text"]
        column = TEXT.splitlines()[3].index(TOKEN)
        assert types.Range(types.Position(3, column), types.Position(3, column + len(TOKEN))) in [
            one.range for one in found
        ]
        answer = await editor.command("calibrate", uri=path.as_uri())
        session = answer["session"] if isinstance(answer, dict) else answer.session
        ended = await editor.session(session)
        converter = default_converter()  # type: ignore[no-untyped-call]
        assert "credential-in-text" in str(ended)
        for told in (ended, *editor.published, *editor.messages):
            assert TOKEN not in str(told) + str(converter.unstructure(told))
