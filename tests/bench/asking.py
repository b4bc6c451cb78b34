"""What editors ask of a language server, for every feature that one may offer."""

from collections.abc import Iterator
from typing import Any

import msgspec

Given = dict[str, Any]


class Request(msgspec.Struct, frozen=True):
    """One request: what to call it, the capability under which a server offers it, its method and parameters."""

    name: str
    capability: str
    method: str
    params: Given


def requests(uri: str, text: str) -> Iterator[Request]:
    """Yield what an editor asks about a `client.workflow` whose cursor is in a step in the middle of the text."""
    document = {"textDocument": {"uri": uri}}
    step = text.index("    uses: data.filter", len(text) // 2)
    inside = text.index("{{ s", step) + len("{{ s")
    reference = _at(text, inside)
    field = _at(text, text.index(".items", inside) + len(".i"))
    key = _at(text, text.index("where:", step) + 2)
    action = _at(text, text.index("data.filter", step) + len("data."))
    line = reference["line"]
    seen = {"start": {"line": max(line - 30, 0), "character": 0}, "end": {"line": line + 30, "character": 0}}
    place = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 60}}
    fault = _at(text, text.index("extra: 1")) if "extra: 1" in text else reference
    at_fault = {"start": fault, "end": fault}

    def there(position: Given, **more: Any) -> Given:
        return {**document, "position": position, **more}

    completion = "textDocument/completion"
    yield Request("completion of a field", "completionProvider", completion, there(field))
    yield Request("completion of a step's id", "completionProvider", completion, there(reference))
    yield Request("completion of a key", "completionProvider", completion, there(key))
    yield Request("completion of a connector", "completionProvider", completion, there(action))
    yield Request("hover on a reference", "hoverProvider", "textDocument/hover", there(field))
    yield Request("hover on a connector", "hoverProvider", "textDocument/hover", there(action))
    context: Given = {"diagnostics": []}
    actions = "textDocument/codeAction"
    yield Request("code actions", "codeActionProvider", actions, {**document, "range": place, "context": context})
    yield Request("… at a fault", "codeActionProvider", actions, {**document, "range": at_fault, "context": context})
    yield Request("code lenses", "codeLensProvider", "textDocument/codeLens", document)
    yield Request("inlay hints of a screen", "inlayHintProvider", "textDocument/inlayHint", {**document, "range": seen})
    tokens = "textDocument/semanticTokens"
    yield Request("semantic tokens", "semanticTokensProvider", f"{tokens}/full", document)
    yield Request("… of a screen", "semanticTokensProvider", f"{tokens}/range", {**document, "range": seen})
    yield Request("outline", "documentSymbolProvider", "textDocument/documentSymbol", document)
    yield Request("symbols of the workspace", "workspaceSymbolProvider", "workspace/symbol", {"query": "s5"})
    yield Request("definition", "definitionProvider", "textDocument/definition", there(reference))
    every = {"context": {"includeDeclaration": True}}
    yield Request("references", "referencesProvider", "textDocument/references", there(reference, **every))
    yield Request("highlights", "documentHighlightProvider", "textDocument/documentHighlight", there(reference))
    yield Request("prepare rename", "renameProvider", "textDocument/prepareRename", there(reference))
    yield Request("rename", "renameProvider", "textDocument/rename", there(reference, newName="other"))
    yield Request("call hierarchy", "callHierarchyProvider", "textDocument/prepareCallHierarchy", there(reference))
    yield Request("folding", "foldingRangeProvider", "textDocument/foldingRange", document)
    positions = {**document, "positions": [reference]}
    yield Request("selection", "selectionRangeProvider", "textDocument/selectionRange", positions)
    yield Request("links", "documentLinkProvider", "textDocument/documentLink", document)


def _at(text: str, offset: int) -> dict[str, int]:
    """Return the position of an offset in a text of plain characters."""
    return {"line": text.count("\n", 0, offset), "character": offset - text.rfind("\n", 0, offset) - 1}
