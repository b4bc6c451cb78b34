"""Semantic tokens over stdio: whole, by difference and of a range, while someone types."""

from pathlib import Path

import pytest
from lsprotocol import types

from calibrant.lsp.text_memory import TYPES
from lsp.editor import VSCODE, Editor, capabilities_of, editing
from lsp.wire import Wire

STEP = '  - id: s{0}\n    uses: file.read\n    with: {{path: "{{{{ inputs.box }}}}"}}\n'
TEXT = "inputs:\n  box: {type: path, default: a}\nsteps:\n" + "".join(STEP.format(number) for number in range(3))


def document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


async def whole(editor: Editor, uri: str) -> types.SemanticTokens:
    got = await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document(uri)))
    assert got is not None
    return got


async def changes(editor: Editor, uri: str, since: str | None) -> types.SemanticTokens | types.SemanticTokensDelta:
    params = types.SemanticTokensDeltaParams(document(uri), since or "")
    got = await editor.text_document_semantic_tokens_full_delta_async(params)
    assert isinstance(got, types.SemanticTokens | types.SemanticTokensDelta)
    return got


def applied(data: list[int], answer: types.SemanticTokens | types.SemanticTokensDelta) -> list[int]:
    if isinstance(answer, types.SemanticTokens):
        return list(answer.data)
    for edit in answer.edits:
        data = [*data[: edit.start], *(edit.data or ()), *data[edit.start + edit.delete_count :]]
    return data


def test_what_is_promised(tmp_path: Path) -> None:
    with Wire(tmp_path / "state") as wire:
        promised = wire.initialized["capabilities"]["semanticTokensProvider"]
    assert (promised["full"], promised["range"]) == ({"delta": True}, True)
    assert set(promised["legend"]["tokenTypes"]) <= {one.value for one in types.SemanticTokenTypes}
    assert set(promised["legend"]["tokenModifiers"]) <= {one.value for one in types.SemanticTokenModifiers}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_words_are_where_they_stand(ws: Path, tmp_path: Path, encoding: str) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    text = 'steps:\n  - id: a\n    run: "😀ö {{ b.c }}"\n'
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities_of(VSCODE, [encoding])) as editor:
        editor.open(uri, text)
        got = await whole(editor, uri)
    kinds = [TYPES[kind] for kind in got.data[3::5]]
    assert kinds == ["function", "macro", "function", "property", "macro"]
    before = {"utf-8": 7, "utf-16": 4, "utf-32": 3}[encoding]
    assert list(got.data[5:10]) == [1, 10 + before, 2, TYPES.index("macro"), 0]


async def test_while_someone_types(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT)
        last = await whole(editor, uri)
        data, name = list(last.data), last.result_id
        texts = [
            TEXT,
            TEXT.replace("id: s1", "id: s"),
            TEXT.replace("  - id: s1", "  # a line more\n  - id: s1"),
            TEXT.replace("id: s0\n", "id: s0\n    if: s1.size >\n"),
            "",
            TEXT + STEP.format(9),
        ]
        for version, text in enumerate(texts, 2):
            editor.change(uri, text, version)
            answer = await changes(editor, uri, name)
            assert isinstance(answer, types.SemanticTokensDelta)
            data, name = applied(data, answer), answer.result_id
            fresh = await whole(editor, uri)
            assert data == list(fresh.data)
            name = fresh.result_id
        same = await changes(editor, uri, name)
        assert isinstance(same, types.SemanticTokensDelta)
        assert not same.edits
        assert isinstance(await changes(editor, uri, "gone"), types.SemanticTokens)
        editor.close(uri)


async def test_one_step_costs_one_edit_of_its_tokens(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    text = "steps:\n" + "".join(STEP.format(number) for number in range(1000))
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, text)
        name = (await whole(editor, uri)).result_id
        editor.change(uri, text.replace("id: s500\n", "id: s500\n    if: s1.size > 1\n"), 2)
        answer = await changes(editor, uri, name)
        assert isinstance(answer, types.SemanticTokensDelta)
        (edit,) = answer.edits
        assert len(edit.data or ()) - edit.delete_count == 4 * 5
        assert edit.delete_count <= 10


async def test_a_range(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT)
        place = types.Range(types.Position(5, 0), types.Position(7, 0))
        got = await editor.text_document_semantic_tokens_range_async(
            types.SemanticTokensRangeParams(document(uri), place)
        )
        every = (await whole(editor, uri)).data
    assert got is not None
    assert got.data[0] == 5
    assert len(got.data) == 6 * 5  # the parameter's line, and the next step's id
    assert set(every[3::5]) >= set(got.data[3::5])


async def test_other_files_have_none(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT)
        assert await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document(uri))) is None
