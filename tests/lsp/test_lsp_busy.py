"""A store that another program keeps busy: whoever needs it waits, and the editor is answered all the same."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from lsprotocol import types

from calibrant.store import open_store
from calibrant.store.places import DATABASE, folder_of
from lsp.editor import Editor, editing

TEXT = "steps:\n  - id: all\n    uses: file.list\n    with: {path: .}\n"
BROKEN = "steps:\n  - id: all\n    uses: file.list\n    with: {path: .}\n    need: []\n"
MANUAL = {"run": "manual"}


@pytest.fixture
def ws(ws: Path, tmp_path: Path) -> Path:
    (ws / "b.workflow.yaml").write_text(BROKEN)
    open_store(tmp_path / "state", ws).close()
    return ws


@contextmanager
def busy(state: Path, ws: Path) -> Iterator[None]:
    """Keep others from writing the store while in the context."""
    with closing(sqlite3.connect(folder_of(state, ws) / DATABASE, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def answers(editor: Editor, uri: str) -> bool:
    """Ask for something that needs no store."""
    symbols = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    return bool(await asyncio.wait_for(editor.text_document_document_symbol_async(symbols), 5))


async def test_a_run_a_fix_and_trust_wait_for_the_store_and_nothing_else_does(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        with busy(tmp_path / "state", ws):
            trusting = asyncio.create_task(editor.command("trust", uri=uri))
            run = await editor.command("calibrate", uri=uri)
            fixing = await editor.command("applyFixes", uri=(ws / "b.workflow.yaml").as_uri(), fixes="safe")
            for _ in range(20):
                assert await answers(editor, uri)
                await asyncio.sleep(0.02)
            assert not trusting.done()
            assert editor.sessions == []
        assert Path((await trusting)["workspace"]) == ws
        assert (await editor.session(run["session"])).status == "completed"
        assert (await editor.session(fixing["session"])).change.status == "verified"
        assert "needs: []" in (ws / "b.workflow.yaml").read_text()


async def test_a_run_is_cancelled_while_it_waits_for_the_store(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        editor.open(uri, TEXT)
        with busy(tmp_path / "state", ws):
            first = await editor.command("calibrate", uri=uri)
            await asyncio.sleep(0.1)
            assert (await editor.command("cancel", session=first["session"]))["cancelled"]
            second = await editor.command("calibrate", uri=uri)
            assert await answers(editor, uri)
        assert (await editor.session(second["session"])).status == "completed"
        assert [(one.session, one.status) for one in editor.sessions] == [
            (first["session"], "cancelled"),
            (second["session"], "completed"),
        ]
        with closing(open_store(tmp_path / "state", ws, create=False)) as store:
            assert [one.status for one in store.history("a.workflow.yaml") if one.session == second["session"]] == [
                "completed"
            ]
            assert store.under_way() == []
