"""Rolling back in the editor: previews, conflicts, several documents, and what is told of all that in the history."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from lsprotocol import types

from calibrant.change import FileEdits, Site, apply
from calibrant.model.applied import AppliedFix, Verdict
from calibrant.model.text import Span, TextEdit
from calibrant.store import open_store
from lsp.desk import Desk, plain
from lsp.editor import NEOVIM, Editor, capabilities_of, editing
from lsp.remembered import remembered, statuses

HEAD = "name: a # 😀 as it was\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: '.'} # here\n"
TEXT = HEAD + LIST + "  - id: two\n    uses: file.read\n    with: {path: '{{ alll.files[0] }}'}\n"
FIXED = TEXT.replace("alll", "all")
NAMES = ("a.workflow.yaml", "b.workflow.yaml", "c.workflow.yaml")


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    for name in NAMES:
        (made / name).write_text(TEXT)
    return made


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as one:
        yield one


async def fixed(editor: Editor, ws: Path, tmp_path: Path) -> Desk:
    desk = Desk(editor, (ws / NAMES[0]).as_uri(), TEXT)
    await desk.checked()
    await desk.fix("alll")
    await statuses(editor, ws, tmp_path, "unverified")
    return desk


def changed(ws: Path, tmp_path: Path) -> str:
    """Change all three files in one session."""

    async def verify(_session: str) -> Verdict:
        return Verdict(True)

    start = TEXT.index("alll")
    edits = [FileEdits(ws / name, TEXT.encode(), (TextEdit(Span(start, start + 4), "all"),)) for name in NAMES]
    with closing(open_store(tmp_path / "state", ws)) as store:
        fixes = [AppliedFix("f1", "Change ‘alll’ to ‘all’", "closest-name", "i1")]
        return asyncio.run(apply(Site(ws, store.changes), edits, fixes, verify)).session


async def test_a_preview_shows_both_texts_and_changes_nothing(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await fixed(editor, ws, tmp_path)
    desk.type("# mine 😀\n" + FIXED)
    await desk.checked()
    (session,) = remembered(ws, tmp_path)
    answer = plain(await editor.command("rollback", uri=desk.uri, preview=True))
    assert answer == {
        "session": session.id,
        "files": [
            {
                "uri": desk.uri,
                "path": NAMES[0],
                "open": True,
                "before": "# mine 😀\n" + FIXED,
                "after": "# mine 😀\n" + TEXT,
            }
        ],
    }
    (ws / NAMES[0]).write_text(FIXED)
    editor.close(desk.uri)
    (file,) = plain(await editor.command("rollback", uri=desk.uri, preview=True))["files"]
    assert (file["open"], file["before"], file["after"]) == (False, FIXED, TEXT)
    assert ((ws / NAMES[0]).read_text(), desk.made) == (FIXED, [])
    assert [one.status for one in remembered(ws, tmp_path)] == ["unverified"]
    nothing = plain(await editor.command("rollback", uri=(ws / NAMES[1]).as_uri(), preview=True))
    assert (nothing["files"], "nothing to roll back" in nothing["reason"]) == ([], True)


@pytest.mark.parametrize("choice", ["Roll back the whole file", "Leave it", ""])
async def test_where_only_the_whole_file_can_be_rolled_back_the_user_is_asked(
    editor: Editor, ws: Path, tmp_path: Path, choice: str
) -> None:
    editor.choose = lambda _: choice
    desk = await fixed(editor, ws, tmp_path)
    other = FIXED.replace("all.files", "everything.files")
    desk.type(other)
    answer = plain(await editor.command("rollback", uri=desk.uri))
    assert [one["path"] for one in answer["conflicts"]] == [NAMES[0]]
    assert "edited since" in answer["reason"]
    await editor.until(lambda: editor.asked, "the question")
    whole = choice.startswith("Roll back")
    await statuses(editor, ws, tmp_path, "rolled_back" if whole else "unverified")
    assert desk.text == (TEXT if whole else other)
    assert not [one for one in editor.messages if "edited since" in one.message]


async def test_a_caller_that_asks_by_itself_is_left_to_it(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await fixed(editor, ws, tmp_path)
    desk.type(FIXED.replace("all.files", "everything.files"))
    preview = plain(await editor.command("rollback", uri=desk.uri, preview=True))
    assert preview["conflicts"]
    whole = plain(await editor.command("rollback", uri=desk.uri, preview=True, whole=True))
    assert whole["files"][0]["after"] == TEXT
    assert plain(await editor.command("rollback", uri=desk.uri, tell=False))["conflicts"]
    (session,) = remembered(ws, tmp_path)
    assert plain(await editor.command("rollback", uri=desk.uri, whole=True)) == {"session": session.id}
    assert desk.text == TEXT
    await statuses(editor, ws, tmp_path, "rolled_back")
    assert (editor.asked, [one for one in editor.messages if "edited" in one.message]) == ([], [])


class Desks:
    """Several open documents of one editor, whose edits come together."""

    def __init__(self, editor: Editor, ws: Path, names: tuple[str, ...]) -> None:
        self.all = [Desk(editor, (ws / name).as_uri(), FIXED) for name in names]
        self.edits: list[types.WorkspaceEdit] = []
        editor.edit = self.take

    def take(self, edit: types.WorkspaceEdit) -> bool:
        self.edits.append(edit)
        return all(desk.take(edit) for desk in self.all)


@pytest.mark.parametrize("name", ["visual-studio-code", NEOVIM])
async def test_several_open_documents_are_rolled_back_by_one_edit(ws: Path, tmp_path: Path, name: str) -> None:
    session = await asyncio.to_thread(changed, ws, tmp_path)
    async with editing(
        ws, state=tmp_path / "state", options={"run": "manual"}, capabilities=capabilities_of(name)
    ) as editor:
        desks = Desks(editor, ws, NAMES[:2])
        for desk in desks.all:
            await desk.checked()
        preview = plain(await editor.command("rollback", uri=desks.all[0].uri, preview=True))
        assert [(one["open"], one["after"]) for one in preview["files"]] == [(True, TEXT), (True, TEXT), (False, TEXT)]
        assert plain(await editor.command("rollback", uri=desks.all[0].uri)) == {"session": session}
        assert len(desks.edits) == 1
        assert [desk.text for desk in desks.all] == [TEXT, TEXT]
        assert [(ws / one).read_text() for one in NAMES] == [FIXED, FIXED, TEXT]
        assert [one.status for one in remembered(ws, tmp_path)] == ["rolled_back"]


async def test_where_the_closed_part_is_refused_what_stands_is_said(editor: Editor, ws: Path, tmp_path: Path) -> None:
    session = await asyncio.to_thread(changed, ws, tmp_path)
    desks = Desks(editor, ws, NAMES[:1])
    await desks.all[0].checked()
    (ws / NAMES[2]).chmod(0o444)
    answer = plain(await editor.command("rollback", uri=desks.all[0].uri))
    assert answer["session"] == session
    assert all(name in answer["reason"] for name in NAMES)
    assert "read-only" in answer["reason"]
    assert desks.all[0].text == TEXT
    assert [(ws / one).read_text() for one in NAMES] == [FIXED, FIXED, FIXED]
    (ws / NAMES[2]).chmod(0o644)
    assert plain(await editor.command("rollback", uri=desks.all[0].uri)) == {"session": session}
    assert [(ws / one).read_text() for one in NAMES] == [FIXED, TEXT, TEXT]
    assert len(desks.edits) == 1


async def test_a_conflict_in_one_file_leaves_all(editor: Editor, ws: Path, tmp_path: Path) -> None:
    await asyncio.to_thread(changed, ws, tmp_path)
    (ws / NAMES[2]).write_text(FIXED.replace("all.files", "every.files"))
    desks = Desks(editor, ws, NAMES[:1])
    await desks.all[0].checked()
    answer = plain(await editor.command("rollback", uri=desks.all[0].uri))
    assert [one["path"] for one in answer["conflicts"]] == [NAMES[2]]
    assert (desks.edits, [(ws / one).read_text() for one in NAMES[:2]]) == ([], [FIXED, FIXED])


async def test_the_history_lists_runs_and_changes_newest_first(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await fixed(editor, ws, tmp_path)
    ran = plain(await editor.command("calibrate", uri=desk.uri))["session"]
    await editor.session(ran)
    (session,) = await statuses(editor, ws, tmp_path, "verified")
    run, change = plain(await editor.command("history", uri=desk.uri))
    assert (run["session"], "change" in run, run["path"]) == (ran, False, str(ws / NAMES[0]))
    assert (change["session"], change["path"], change["status"]) == (session.id, str(ws / NAMES[0]), "completed")
    assert set(run) <= set(change)
    assert (change["change"]["status"], change["change"]["standing"]) == ("verified", True)
    assert [one["title"] for one in change["change"]["fixes"]] == ["Change ‘alll’ to ‘all’"]
    assert 0 < change["started"] <= run["started"]
    assert plain(await editor.command("history", uri=(ws / NAMES[1]).as_uri())) == []


async def test_an_open_document_that_leads_outside_the_workspace_is_in_no_ones_way(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    ws.mkdir()
    (ws / "calibrant.toml").write_text("")
    text = "name: a\nsteps:\n  - {id: two, uses: file.list, need: [], with: {path: .}}\n"
    (ws / "a.workflow.yaml").write_text(text)
    outside = tmp_path / "b.workflow.yaml"
    outside.write_text("name: b\nsteps: []\n")
    link = ws / "b.workflow.yaml"
    link.symlink_to(outside)
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(link.as_uri(), outside.read_text())
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), text)
        await desk.checked()
        session = plain(await editor.command("applyFixes", uri=desk.uri, fixes="safe"))["session"]
        await editor.session(session, 30)
        assert "needs" in desk.text
        shown = plain(await editor.command("rollback", uri=desk.uri, preview=True))
        assert [one["after"] for one in shown["files"]] == [text]
        assert plain(await editor.command("rollback", uri=desk.uri)) == {"session": session}
        assert desk.text == text
