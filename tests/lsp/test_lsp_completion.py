"""Completion over the wire: as each client can take it, from real targets, and from what steps really gave."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lsprotocol import types
from lsprotocol.types import CompletionTriggerKind, InsertTextFormat, MarkupKind

from ide.marked import unmarked
from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, children, editing

HEAD = "steps:\n  - id: fetch\n    uses: mail.read\n    with: {mailbox: in.mbox}\n  - id: b\n"


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as one:
        yield one


class Typist:
    """Types texts with a cursor mark into one document, and asks for completion there."""

    def __init__(self, editor: Editor, ws: Path, name: str = "a.workflow.yaml") -> None:
        self.editor = editor
        self.uri = (ws / name).as_uri()
        self.version = 0
        self.text = ""

    def type(self, marked: str) -> types.Position:
        """Show a text to the server and return where its mark is."""
        self.text, offset = unmarked(marked)
        self.version += 1
        if self.version == 1:
            self.editor.open(self.uri, self.text)
        else:
            self.editor.change(self.uri, self.text, self.version)
        lines = self.text[:offset].split("\n")
        return types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)

    async def ask(self, marked: str, trigger: str = "") -> types.CompletionList | None:
        """Return what is on offer at the mark; `trigger` is the character just typed, where that made the editor ask."""
        position = self.type(marked)
        context = types.CompletionContext(CompletionTriggerKind.TriggerCharacter, trigger) if trigger else None
        params = types.CompletionParams(types.TextDocumentIdentifier(self.uri), position, context)
        answer = await asyncio.wait_for(self.editor.text_document_completion_async(params), 10)
        assert answer is None or isinstance(answer, types.CompletionList)
        return answer

    async def labels(self, marked: str, trigger: str = "") -> list[str]:
        """Return what is on offer by name, once all of it is known."""
        for _ in range(50):
            answer = await self.ask(marked, trigger)
            if answer is None or not answer.is_incomplete:
                break
            await asyncio.sleep(0.1)
        return [item.label for item in answer.items] if answer else []


@pytest.mark.parametrize("client", [VSCODE, NEOVIM])
async def test_both_editors_get_snippets_and_documentation(ws: Path, tmp_path: Path, client: str) -> None:
    able = deepcopy(capabilities_of(client))
    assert able.text_document
    assert able.text_document.completion
    assert able.text_document.completion.completion_item
    able.text_document.completion.completion_item.label_details_support = True  # as both say by now
    async with editing(ws, state=tmp_path / "state", capabilities=able) as editor:
        answer = await Typist(editor, ws).ask(HEAD + "    uses: sheet‸\n")
        assert answer
        (item,) = [item for item in answer.items if item.label == "sheet.read"]
        assert item.insert_text_format == InsertTextFormat.Snippet
        assert edit_of(item).new_text == "sheet.read\nwith:\n  file: $1"
        assert item.detail == "Read the rows of an Excel sheet or a CSV file."
        if takes_label_details(client):
            assert item.label_details == types.CompletionItemLabelDetails(description=item.detail)
        if item.documentation is None:
            item = await editor.completion_item_resolve_async(item)
        assert isinstance(item.documentation, types.MarkupContent)
        assert item.documentation.kind == MarkupKind.Markdown
        assert "file: path  # required" in item.documentation.value
        assert "uses: sheet.read" in item.documentation.value


def takes_label_details(client: str) -> bool:
    """Tell whether an editor shows more beside a label."""
    text = capabilities_of(client).text_document
    item = text.completion.completion_item if text and text.completion else None
    return bool(item and item.label_details_support)


def edit_of(item: types.CompletionItem) -> types.TextEdit | types.InsertReplaceEdit:
    """Return an item's edit."""
    assert item.text_edit is not None
    return item.text_edit


async def test_a_client_that_can_do_little_gets_plain_text(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", capabilities=types.ClientCapabilities()) as editor:
        typist = Typist(editor, ws)
        answer = await typist.ask(HEAD + "    uses: sheet.‸ad\n")
        assert answer
        (item,) = [item for item in answer.items if item.label == "sheet.read"]
        assert item.insert_text_format in (None, InsertTextFormat.PlainText)
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.new_text == "sheet.read"
        assert item.label_details is None
        start, end = item.text_edit.range.start, item.text_edit.range.end
        assert typist.text.split("\n")[start.line][start.character : end.character] == "sheet.ad"
        assert isinstance(item.documentation, str)
        assert "file: path  # required" in item.documentation
        assert "```" not in item.documentation
        answer = await typist.ask(HEAD + "    run: echo {{ fetch.count | ‸ }}\n")
        assert answer
        (word,) = [item for item in answer.items if item.label == "default"]
        assert edit_of(word).new_text == "default"
        assert isinstance(word.documentation, str)


async def test_a_client_that_inserts_or_replaces_is_given_both(ws: Path, tmp_path: Path) -> None:
    can = types.ClientCompletionItemOptions(insert_replace_support=True)
    text = types.TextDocumentClientCapabilities(completion=types.CompletionClientCapabilities(completion_item=can))
    capabilities = types.ClientCapabilities(text_document=text)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        answer = await Typist(editor, ws).ask(HEAD + "    run: 😀 {{ fetch.co‸unt }}\n")
    assert answer
    edit = next(item.text_edit for item in answer.items if item.label == "count")
    assert isinstance(edit, types.InsertReplaceEdit)
    column = len("    run: 😀 {{ fetch.".encode("utf-16-le")) // 2
    assert (edit.insert.start.character, edit.insert.end.character) == (column, column + 2)
    assert (edit.replace.start.character, edit.replace.end.character) == (column, column + 5)


@pytest.mark.parametrize(
    ("name", "marked", "label", "expected"),
    [
        ("a.workflow.json", '{"steps": [{"u‸"}]}', "uses", '{"steps": [{"uses": "$1"$0}]}'),
        ("a.workflow.json", '{"steps": [{"uses": "data.m‸"}]}', "data.map", '{"steps": [{"uses": "data.map"}]}'),
        ("a.workflow.yaml", "steps:\n  - uses: 'data.m‸'\n", "data.map", "steps:\n  - uses: 'data.map'\n"),
    ],
)
async def test_a_quote_that_the_editor_has_closed_is_not_doubled(
    ws: Path, tmp_path: Path, name: str, marked: str, label: str, expected: str
) -> None:
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities_of(VSCODE)) as editor:
        typist = Typist(editor, ws, name)
        answer = await typist.ask(marked)
    assert answer
    edit = next(edit_of(item) for item in answer.items if item.label == label)
    place = (
        edit.range if isinstance(edit, types.TextEdit) else edit.insert
    )  # VS Code inserts, unless it is told otherwise
    lines = typist.text.split("\n")
    line = lines[place.start.line]
    lines[place.start.line] = line[: place.start.character] + edit.new_text + line[place.end.character :]
    assert "\n".join(lines).split("\n  with:")[0].rstrip("\n") == expected.rstrip("\n")


WELCOME = [
    ("    run: echo {{ fetch.‸", ".", True),
    ("    run: echo {{‸", "{", True),
    ("    run: echo {{ ‸", " ", True),
    ("    run: echo {{ fetch.count |‸", "|", True),
    ("    run: echo {{ fetch.emails[‸", "[", True),
    ("    uses: ‸", " ", True),
    ("    uses: sheet.‸", ".", True),
    ("    needs: ‸", " ", True),
    ("    needs: [‸", "[", True),
    ("    uses: file.read\n    with: {‸", "{", True),
    ("    run: echo ‸", " ", False),
    ("    run: echo a.‸", ".", False),
    ("    run: echo {{ fetch.count ‸", " ", False),
    ("    run: echo {{ fetch.count > ‸", " ", False),
    ("    run: echo {‸", "{", False),
    ("    run: cat x |‸", "|", False),
    ("    name: ‸", " ", False),
    ("    name: Read it. ‸", " ", False),
    ("    ‸", " ", False),
    ("    # see {{ fetch.‸", ".", False),
    ("    timeout: 1.‸", ".", False),
    # an editor may ask at every letter
    ("    u‸", "u", True),
    ("    run: echo {{ fe‸", "e", True),
    ("    run: echo u‸", "u", False),
]


async def test_a_list_comes_up_by_itself_only_where_it_is_welcome(editor: Editor, ws: Path) -> None:
    typist = Typist(editor, ws)
    for text, trigger, welcome in WELCOME:
        answer = await typist.ask(HEAD + text + "\n", trigger)
        assert bool(answer and answer.items) is welcome, text


async def test_names_of_targets_go_on_behind_what_makes_editors_ask(editor: Editor, ws: Path) -> None:
    for name in ("in data.csv", "in.csv"):
        (ws / name).write_text("a,b\n", encoding="utf-8")
    typist = Typist(editor, ws)
    step = HEAD + "    uses: file.read\n    with:\n      path: "
    files = ["calibrant.toml", "in data.csv", "in.csv"]
    assert await typist.labels(step + "in.‸\n", ".") == files
    assert await typist.labels(step + "in ‸\n", " ") == files
    assert await typist.labels(step + "‸\n", " ") == [], "a path is not one of a few names"
    query = HEAD + "    uses: sql.query\n    with:\n      database: sqlite:///shop.db\n      query: "
    with closing(sqlite3.connect(ws / "shop.db")) as database:
        database.execute("CREATE TABLE orders(id, state)")
        database.commit()
    assert await typist.labels(query + "SELECT ‸\n", " ") == []
    assert await typist.labels(query + "SELECT id FROM ‸\n", " ") == ["orders", "id", "state"]
    assert await typist.labels(query + "SELECT orders.‸\n", ".") == ["orders", "id", "state"]


async def test_nothing_is_left_behind_where_the_editor_ends_while_a_target_is_looked_at(
    ws: Path, tmp_path: Path
) -> None:
    openpyxl.Workbook().save(ws / "book.xlsx")
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        assert editor._server is not None
        server = editor._server.pid
        step = HEAD + "    uses: sheet.read\n    with: {file: book.xlsx, range: ‸\n"
        asking = asyncio.create_task(Typist(editor, ws).ask(step))
        looking = await editor.until(lambda: children(server), "a worker process")
        await asking
    assert not any(Path(f"/proc/{process}").exists() for process in looking)
    assert not (tmp_path / "state").exists(), "nothing is written for it"


async def test_the_newest_text_counts_right_behind_a_burst(editor: Editor, ws: Path) -> None:
    typist = Typist(editor, ws)
    for number in range(10):
        typist.type(HEAD.replace("fetch", f"fetch{number}") + "    needs: ‸\n")
    assert await typist.labels(HEAD.replace("fetch", "newest") + "    needs: ‸\n") == ["newest"]


async def test_files_sheets_and_columns_come_from_the_real_target(editor: Editor, ws: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    sheet.append(["id", "state"])
    book.save(ws / "book.xlsx")
    (ws / "data").mkdir()
    (ws / "data" / "in.csv").write_text("a,b\n", encoding="utf-8")
    typist = Typist(editor, ws)
    step = HEAD + "    uses: sheet.append\n    with: "
    assert await typist.labels(step + "{file: ‸\n") == ["book.xlsx", "data/", "calibrant.toml"]
    assert await typist.labels(step + "{file: data/‸\n", "/") == ["data/in.csv"]
    assert await typist.labels(step + "{file: ../‸\n", "/") == []
    assert await typist.labels(step + "{file: book.xlsx, range: ‸\n") == ["Orders"]
    assert await typist.labels(step + "{file: book.xlsx, range: Orders, rows: [{id: 1, ‸}]}\n") == ["state"]
    book.create_sheet("Later")
    book.save(ws / "book.xlsx")
    found: list[str] = []
    for _ in range(50):  # a file is looked at again after a moment, on a busy machine a longer one
        found = await typist.labels(step + "{file: book.xlsx, range: ‸\n")
        if "Later" in found:
            break
        await asyncio.sleep(0.2)
    assert found == ["Orders", "Later"], "the file has changed"


async def test_fields_come_from_what_a_run_gave(ws: Path, tmp_path: Path) -> None:
    data = {"rows": [{"id": 1, "first name": "a"}, {"id": 2}], "token": "hidden-value"}
    (ws / "in.json").write_text(json.dumps(data), encoding="utf-8")
    text = "steps:\n  - id: read\n    uses: file.read\n    with: {path: in.json}\n"
    (ws / "a.workflow.yaml").write_text(text, encoding="utf-8")
    more = text + "  - id: show\n    run: echo {{ read.content.‸\n"
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        typist = Typist(editor, ws)
        typist.type(text + "‸")
        started = await editor.command("calibrate", uri=typist.uri)
        await editor.session(started["session"])
        assert await typist.labels(more) == ["rows", "token"]
        answer = await typist.ask(more.replace("content.‸", "content.rows[0].‸"))
        assert answer
        assert [(item.label, item.detail) for item in answer.items] == [
            ("id", "integer"),
            ("first name", "string, not always there"),
        ]
        assert edit_of(answer.items[1]).new_text == '["first name"]$0 }}'
        answer = await typist.ask(more.replace("content.‸", "content.rows.‸"))
        assert answer
        assert "hidden-value" not in str(answer)


async def test_what_is_no_workflow_or_is_odd_is_survived(editor: Editor, ws: Path) -> None:
    other = Typist(editor, ws, "note.md")
    assert await other.ask("‸") is None
    typist = Typist(editor, ws)
    for odd in ("‸", "\ufeff‸", "a\r‸\r\n", "steps: [‸", "{‸", "\t‸", "- ‸", "steps:\n  - id: 😀‸", "---\n‸"):
        await typist.ask(odd)
    params: Any = types.CompletionParams(types.TextDocumentIdentifier(typist.uri), types.Position(999, 999))
    await editor.text_document_completion_async(params)
