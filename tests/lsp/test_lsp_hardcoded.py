"""A literal in several places: each place has its mark, and all of them are one issue."""

from pathlib import Path

from lsprotocol import types

from cli.command import calibrant, workflow
from lsp.editor import editing

TEXT = "steps:\n" + "".join(f"  - {{id: s{at}, uses: file.read, with: {{path: data/in.csv}}}}\n" for at in range(3))


async def test_every_place_is_marked_and_the_command_line_shows_one_issue(tmp_path: Path) -> None:
    path = workflow(tmp_path, TEXT)
    async with editing(tmp_path, state=tmp_path.parent / "state") as editor:
        editor.open(path.as_uri(), TEXT)
        shown = await editor.checked(path.as_uri(), 1)
        assert [(one.code, one.range.start.line, one.severity) for one in shown] == [
            ("hardcoded-value", line, types.DiagnosticSeverity.Hint) for line in (1, 2, 3)
        ]
        assert len({str(one.data) for one in shown}) == 1
        assert all(len(one.related_information or ()) == 2 for one in shown)
    done = calibrant("check", ".", folder=tmp_path)
    assert done.status == 0
    assert "1 hint in 1 file." in done.out
    assert "also: a.workflow.yaml:3:44 in ‘s1’" in done.out
