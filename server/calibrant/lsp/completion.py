"""Completion: what may be typed at a cursor, with its documentation when it is looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from lsprotocol import types
from lsprotocol.types import CompletionItemKind, InsertTextFormat, InsertTextMode

from calibrant.ide.completion import about_page, complete, documentation
from calibrant.ide.item import Item, Kind, Offered
from calibrant.ide.page import Page, markdown, plain_text
from calibrant.ide.place import place_at
from calibrant.ide.triggers import is_welcome
from calibrant.lsp.asked import asked_about
from calibrant.lsp.convert import Positions
from calibrant.model.connector import Choice, Specs
from calibrant.model.text import Span
from calibrant.workspace.choices import Wanted

if TYPE_CHECKING:
    from calibrant.ide.place import Place, Question
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot

_KINDS: Final[Mapping[Kind, CompletionItemKind]] = {
    "key": CompletionItemKind.Property,
    "parameter": CompletionItemKind.Property,
    "connector": CompletionItemKind.Module,
    "value": CompletionItemKind.EnumMember,
    "constant": CompletionItemKind.Constant,
    "file": CompletionItemKind.File,
    "folder": CompletionItemKind.Folder,
    "sheet": CompletionItemKind.Struct,
    "table": CompletionItemKind.Struct,
    "column": CompletionItemKind.Field,
    "step": CompletionItemKind.Reference,
    "job": CompletionItemKind.Class,
    "input": CompletionItemKind.Variable,
    "secret": CompletionItemKind.Variable,
    "variable": CompletionItemKind.Variable,
    "field": CompletionItemKind.Field,
    "element": CompletionItemKind.Value,
    "filter": CompletionItemKind.Function,
    "test": CompletionItemKind.Function,
    "function": CompletionItemKind.Function,
    "operator": CompletionItemKind.Operator,
}

_ABOUT = "about"


async def completion(ls: "CalibrantServer", params: types.CompletionParams) -> types.CompletionList | None:
    """Handle `textDocument/completion`."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    snapshot, positions = asked.snapshot, ls.positions(asked.snapshot)
    place = place_at(asked.workflow, asked.known.specs, snapshot.name, positions.offset(params.position))
    if place is None or not _is_asked(place, params.context):
        return None
    if place.lacks and snapshot.path is not None:
        spec = await ls.neighbours.takes(snapshot.path, place.lacks)
        place = place.knowing(spec) if spec is not None else place
    choices = await _choices(ls, snapshot, place)
    view = await ls.knowledge.view(snapshot)
    if view is None or not ls.documents.is_newest(snapshot):
        return None
    shown = _Shown(ls.client_capabilities, positions, place, snapshot.text, view.specs)
    return shown.list(complete(place, view, choices))


async def _choices(ls: "CalibrantServer", snapshot: "Snapshot", place: "Place") -> "tuple[Choice, ...] | None":
    """Return what the target has for the place; None where that is not known yet, and nothing where none can tell."""
    if snapshot.path is None:
        return ()
    if place.calls:
        return tuple(Choice(name) for name in await ls.neighbours.near(snapshot.path))
    for soon in place.soon:
        ls.choices.prepare(_wanted(snapshot.path, soon))
    return await ls.choices.get(_wanted(snapshot.path, place.question)) if place.question else ()


def _wanted(path: Path, question: "Question") -> Wanted:
    return Wanted(path, question.text, question.choosing, (str(path), *question.key))


async def resolve(ls: "CalibrantServer", item: types.CompletionItem) -> types.CompletionItem:
    """Handle `completionItem/resolve`: an item with its documentation."""
    about = _about(item.data)
    if about and item.documentation is None:
        item.documentation = _documentation(about_page(about, ls.services.specs()), _Client(ls.client_capabilities))
    return item


def _is_asked(place: "Place", context: types.CompletionContext | None) -> bool:
    """Tell whether a list is wanted: a character that makes editors ask may have been typed for another reason."""
    if context is None or context.trigger_kind != types.CompletionTriggerKind.TriggerCharacter:
        return True
    return is_welcome(place, context.trigger_character or "")


def _about(data: Any) -> tuple[str, ...]:
    given = data.get(_ABOUT) if isinstance(data, Mapping) else getattr(data, _ABOUT, None)
    try:
        return msgspec.convert(given, tuple[str, ...]) if given is not None else ()
    except msgspec.ValidationError:
        return ()


def _documentation(page: Page, client: "_Client") -> types.MarkupContent | str | None:
    if not page:
        return None
    if types.MarkupKind.Markdown in client.formats:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown(page))
    text = plain_text(page)
    return types.MarkupContent(types.MarkupKind.PlainText, text) if client.formats else text


class _Client:
    """What a client makes of completion items."""

    def __init__(self, capabilities: types.ClientCapabilities) -> None:
        text = capabilities.text_document
        there = text.completion if text else None
        item = there.completion_item if there else None
        self.snippets = bool(item and item.snippet_support)
        self.insert_replace = bool(item and item.insert_replace_support)
        self.label_details = bool(item and item.label_details_support)
        self.formats = frozenset((item.documentation_format if item else None) or ())
        resolves = (item.resolve_support.properties if item and item.resolve_support else None) or ()
        self.resolves = "documentation" in resolves
        modes = (item.insert_text_mode_support.value_set if item and item.insert_text_mode_support else None) or ()
        self.adjusts = InsertTextMode.AdjustIndentation in modes
        listed = there.completion_list if there else None
        self.defaults = frozenset((listed.item_defaults if listed else None) or ())


class _Shown:
    """Makes the list for one client and one place."""

    def __init__(
        self, capabilities: types.ClientCapabilities, positions: Positions, place: "Place", text: str, specs: Specs
    ) -> None:
        self._client = _Client(capabilities)
        self._positions = positions
        self._offset = place.cursor.offset
        self._text = text
        self._specs = specs
        self._ranges: dict[Span, types.Range] = {}

    def list(self, offered: Offered) -> types.CompletionList:
        return types.CompletionList(
            is_incomplete=offered.incomplete,
            items=[self._item(item, number) for number, item in enumerate(offered.items)],
        )

    def _item(self, item: Item, number: int) -> types.CompletionItem:
        client = self._client
        snippet = item.snippet if client.snippets else ""
        later = bool(item.about) and client.resolves
        made = types.CompletionItem(
            label=item.label,
            kind=_KINDS[item.kind],
            detail=item.detail or None,
            label_details=self._beside(item.detail),
            documentation=None if later else _documentation(documentation(item, self._specs), client),
            sort_text=f"{number:04d}",
            filter_text=item.filter if item.filter and item.filter != item.label else None,
            text_edit=self._edit(item.span, snippet or item.insert),
        )
        if snippet:
            made.insert_text_format = InsertTextFormat.Snippet
            if "\n" in snippet and client.adjusts:
                made.insert_text_mode = InsertTextMode.AdjustIndentation
        if later:
            made.data = {_ABOUT: list(item.about)}
        return made

    def _beside(self, detail: str) -> types.CompletionItemLabelDetails | None:
        """Return the detail once more, for an editor that else shows it of the chosen item alone."""
        return types.CompletionItemLabelDetails(description=detail) if detail and self._client.label_details else None

    def _edit(self, span: Span, text: str) -> types.TextEdit | types.InsertReplaceEdit:
        behind = self._text[self._offset : span.end]
        # a quote that the editor has closed is part of what comes, whether the rest of the word is to stay or not
        if not self._client.insert_replace or not behind or behind[-1] in "\"'":
            return types.TextEdit(self._range(span), text)
        return types.InsertReplaceEdit(text, self._range(Span(span.start, self._offset)), self._range(span))

    def _range(self, span: Span) -> types.Range:
        if span not in self._ranges:
            self._ranges[span] = self._positions.range(span)
        return self._ranges[span]
