"""What editors are told of `.github/workflows/ci.yml` over stdio: one session for each feature."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.model.text import TextEdit, apply_edits
from ide.actions import COMPOSITE, TEXT, at
from lsp.editor import VSCODE, Editor, capabilities_of, editing
from lsp.places import Text


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a workflow, and an action that it may call."""
    made = tmp_path / "ws"
    (made / ".git").mkdir(parents=True)
    (made / ".github/workflows").mkdir(parents=True)
    (made / "actions/greet").mkdir(parents=True)
    (made / ".github/workflows/ci.yml").write_text(TEXT)
    (made / "actions/greet/action.yml").write_text(COMPOSITE)
    return made


@pytest.fixture
async def editor(repository: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(repository, state=tmp_path / "state", capabilities=capabilities_of(VSCODE)) as one:
        yield one


class Open:
    """The workflow as it is open in the editor, and what is asked of it."""

    def __init__(self, editor: Editor, repository: Path) -> None:
        self.editor = editor
        self.uri = (repository / ".github/workflows/ci.yml").as_uri()
        self.document = types.TextDocumentIdentifier(self.uri)
        self.version = 0

    async def shows(self, text: str) -> Text:
        """Make it this text, with the cursor where the mark is."""
        read = Text(text)
        self.version += 1
        if self.version == 1:
            self.editor.open(self.uri, read.text, language="github-actions-workflow")
        else:
            self.editor.change(self.uri, read.text, self.version)
        await self.editor.checked(self.uri, self.version)
        return read


@pytest.fixture
def document(editor: Editor, repository: Path) -> Open:
    return Open(editor, repository)


async def test_completion(editor: Editor, document: Open) -> None:
    async def offered(text: str, character: str | None = None) -> dict[str, types.CompletionItem]:
        read = await document.shows(text)
        kind = types.CompletionTriggerKind.TriggerCharacter if character else types.CompletionTriggerKind.Invoked
        context = types.CompletionContext(kind, character)
        params = types.CompletionParams(document.document, read.cursor, context=context)
        found = await editor.text_document_completion_async(params)
        assert found is None or isinstance(found, types.CompletionList)
        return {item.label: item for item in found.items} if found else {}

    keys = await offered(at("      - id: ver\n", "      - id: ver\n        ‸\n"))
    assert {"shell", "if"} <= set(keys)
    assert isinstance(keys["shell"].documentation, types.MarkupContent)
    assert keys["shell"].documentation.value.startswith("The shell that runs the script")
    assert set(await offered(at("contents: read", "contents: ‸"), " ")) == {"read", "write", "none"}
    assert "ref" in await offered(at("github.ref }}", "github.‸ }}"), ".")
    assert "matrix" in await offered(at("${{ matrix.os }}", "${{‸"), "{")
    assert list(await offered(at("steps.ver.outcome", "steps.‸"))) == ["ver"]
    assert "./actions/greet" in await offered(at("actions/checkout@v4", "./‸"), "/")
    assert await offered(at("name: Version", "name: ‸"), " ") == {}
    greet = "./actions/greet\n        with:\n          ‸"
    assert list(await offered(at("actions/checkout@v4\n        with:\n          fetch-depth: 0", greet))) == ["who"]


async def test_hover(editor: Editor, document: Open) -> None:
    read = await document.shows(at("github.ref }}", "github.r‸ef }}"))
    found = await editor.text_document_hover_async(types.HoverParams(document.document, read.cursor))
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert found.contents.value.startswith("**github.ref** · string")
    assert found.range is not None
    assert read.part(found.range) == "ref"


async def test_definition(editor: Editor, document: Open, repository: Path) -> None:
    read = await document.shows(at("steps.ver.outcome", "steps.v‸er.outcome"))
    found = await editor.text_document_definition_async(types.DefinitionParams(document.document, read.cursor))
    (link,) = _links(found)
    assert read.line(link.target_selection_range) == "- id: ‹ver›"
    read = await document.shows(at("actions/checkout@v4", "./actions/gr‸eet"))
    found = await editor.text_document_definition_async(types.DefinitionParams(document.document, read.cursor))
    (link,) = _links(found)
    assert link.target_uri == (repository / "actions/greet/action.yml").as_uri()
    assert link.origin_selection_range is not None
    assert read.part(link.origin_selection_range) == "./actions/greet"


async def test_definition_of_an_input_that_is_given(editor: Editor, document: Open, repository: Path) -> None:
    text = at(
        "actions/checkout@v4\n        with:\n          fetch-depth: 0",
        "./actions/greet\n        with:\n          w‸ho: x",
    )
    read = await document.shows(text)
    action = (repository / "actions/greet/action.yml").as_uri()
    params = types.DefinitionParams(document.document, read.cursor)
    async with asyncio.timeout(15):  # the files of the workspace are read one after the other
        while not (found := await editor.text_document_definition_async(params)):
            await asyncio.sleep(0.05)
    (link,) = _links(found)
    assert link.target_uri == action
    assert Text(COMPOSITE).part(link.target_selection_range) == "who"


def _links(found: Any) -> list[types.LocationLink]:
    assert isinstance(found, list)
    assert all(isinstance(one, types.LocationLink) for one in found)
    return found


async def test_references_and_highlights(editor: Editor, document: Open) -> None:
    read = await document.shows(at("  build:\n", "  bu‸ild:\n"))
    context = types.ReferenceContext(include_declaration=False)
    found = await editor.text_document_references_async(types.ReferenceParams(context, document.document, read.cursor))
    assert [read.line(one.range) for one in found or ()] == [
        "needs: [‹build›]",
        "- run: echo ${{ needs.‹build›.outputs.version }} ${{ github.ref }}",
    ]
    lit = await editor.text_document_document_highlight_async(
        types.DocumentHighlightParams(document.document, read.cursor)
    )
    assert [one.kind for one in lit or ()] == [
        types.DocumentHighlightKind.Write,
        *[types.DocumentHighlightKind.Read] * 2,
    ]


async def test_rename(editor: Editor, document: Open) -> None:
    read = await document.shows(at("needs: [build]", "needs: [bui‸ld]"))
    able = await editor.text_document_prepare_rename_async(types.PrepareRenameParams(document.document, read.cursor))
    assert isinstance(able, types.PrepareRenamePlaceholder)
    assert able.placeholder == "build"
    edit = await editor.text_document_rename_async(types.RenameParams(document.document, read.cursor, "make"))
    assert edit is not None
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    edits = [TextEdit(read.span(one.range), one.new_text) for one in change.edits if isinstance(one, types.TextEdit)]
    expected = TEXT.replace("  build:", "  make:").replace("[build]", "[make]").replace("needs.build.", "needs.make.")
    assert apply_edits(read.text, edits) == expected
    read = await document.shows(at("inputs.level", "inputs.le‸vel"))
    assert await editor.text_document_rename_async(types.RenameParams(document.document, read.cursor, "noise"))
    assert "call it ‘noise’ now" in editor.messages[-1].message
    read = await document.shows(at("needs: [build]", "needs: [bui‸ld]"))
    with pytest.raises(JsonRpcException, match="there already"):
        await editor.text_document_rename_async(types.RenameParams(document.document, read.cursor, "Test"))


async def test_jobs_as_calls(editor: Editor, document: Open) -> None:
    read = await document.shows(at("  test:\n", "  te‸st:\n"))
    params = types.CallHierarchyPrepareParams(document.document, read.cursor)
    (item,) = await editor.text_document_prepare_call_hierarchy_async(params) or ()
    assert (item.name, read.part(item.selection_range)) == ("test", "test")
    callers = await editor.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item))
    assert [one.from_.name for one in callers or ()] == ["deploy"]
    called = await editor.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(item))
    assert [(one.to.name, len(one.from_ranges)) for one in called or ()] == [("build", 2)]


async def test_symbols(editor: Editor, document: Open) -> None:
    await document.shows(f"{TEXT}‸")
    found = await editor.text_document_document_symbol_async(types.DocumentSymbolParams(document.document))
    names = {one.name: one for one in found or () if isinstance(one, types.DocumentSymbol)}
    assert list(names) == ["on", "permissions", "env", "jobs"]
    assert [one.name for one in names["jobs"].children or ()] == ["build", "test", "deploy"]
    inside = await editor.workspace_symbol_async(types.WorkspaceSymbolParams("version"))
    assert [(one.name, one.container_name) for one in inside or ()] == [("Version", "CI")]


async def test_tokens_folds_and_selections(editor: Editor, document: Open) -> None:
    read = await document.shows(at("matrix.os", "matrix.o‸s"))
    tokens = await editor.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document.document))
    assert tokens is not None
    assert len(tokens.data) > 5 * 60
    folds = await editor.text_document_folding_range_async(types.FoldingRangeParams(document.document))
    lines = read.text.split("\n")
    assert {lines[one.start_line].strip() for one in folds or ()} >= {"on:", "jobs:", "build:", "steps:", "- id: ver"}
    params = types.SelectionRangeParams(document.document, [read.cursor])
    (selection,) = await editor.text_document_selection_range_async(params) or ()
    assert read.part(selection.range) == "os"
    assert selection.parent is not None
    assert read.part(selection.parent.range) == "matrix.os"


async def test_links(editor: Editor, document: Open, repository: Path) -> None:
    text = TEXT.replace("      - if: steps", "      - uses: ./actions/greet\n      - if: steps")
    read = await document.shows(f"{text}‸")
    found = await editor.text_document_document_link_async(types.DocumentLinkParams(document.document)) or ()
    links = {read.part(one.range): one for one in found}
    assert links["actions/checkout@v4"].target == "https://github.com/actions/checkout/tree/v4"
    local = await editor.document_link_resolve_async(links["./actions/greet"])
    assert local.target == (repository / "actions/greet/action.yml").as_uri()
    gone = await editor.document_link_resolve_async(links["./.github/workflows/deploy.yml"])
    assert gone.target is None


async def test_braces_are_closed(editor: Editor, document: Open) -> None:
    read = await document.shows(at("COLOR: blue", "COLOR: ${{‸"))
    params = types.DocumentOnTypeFormattingParams(document.document, read.cursor, "{", types.FormattingOptions(2, True))
    edits = await editor.text_document_on_type_formatting_async(params)
    assert [one.new_text for one in edits or ()] == [" }}"]


async def test_nothing_of_runs_is_shown(editor: Editor, document: Open) -> None:
    await document.shows(f"{TEXT}‸")
    whole = types.Range(types.Position(0, 0), types.Position(60, 0))
    assert not await editor.text_document_code_lens_async(types.CodeLensParams(document.document))
    assert not await editor.text_document_inlay_hint_async(types.InlayHintParams(document.document, whole))
