"""An open document and what people and editors do to it: type, apply fixes, undo, redo, take the server's edits."""

from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from calibrant.model.text import Encoding, LineIndex, Span, TextEdit, apply_edits
from lsp.editor import Editor


def plain(answer: Any) -> Any:
    """Return what a command answered as maps and lists: the library gives objects of its own."""
    if isinstance(answer, list | tuple) and not hasattr(answer, "_asdict"):
        return [plain(one) for one in answer]
    found = answer._asdict() if hasattr(answer, "_asdict") else answer
    return {name: plain(one) for name, one in found.items()} if isinstance(found, dict) else found


class Desk:
    """One document. `made` are the texts that the server's own edits gave; `refuses` makes the editor refuse them."""

    def __init__(self, editor: Editor, uri: str, text: str, encoding: Encoding = "utf-16") -> None:
        self.editor, self.uri, self.text, self.version = editor, uri, text, 1
        self.encoding: Encoding = encoding
        self.made: list[str] = []
        self.edits: list[types.WorkspaceEdit] = []
        self.refuses = False
        self._past: list[str] = []
        self._future: list[str] = []
        editor.edit = self.take
        editor.open(uri, text)

    async def checked(self) -> Sequence[types.Diagnostic]:
        """Wait for the diagnostics of the text as it is."""
        return await self.editor.checked(self.uri, self.version)

    def type(self, text: str) -> None:
        """Make the text another one, as one step that can be undone."""
        self._past.append(self.text)
        self._future.clear()
        self._become(text)

    def undo(self) -> None:
        self._future.append(self.text)
        self._become(self._past.pop())

    def redo(self) -> None:
        self._past.append(self.text)
        self._become(self._future.pop())

    def save(self) -> None:
        self.editor.save(self.uri)

    def take(self, edit: types.WorkspaceEdit) -> bool:
        """Make an edit that the server asks for, where it is of this very version."""
        self.edits.append(edit)
        if self.refuses:
            return False
        self.type(self.edited(edit))
        self.made.append(self.text)
        return True

    def edited(self, edit: types.WorkspaceEdit | None) -> str:
        """Return the text with an edit."""
        index = LineIndex(self.text)

        def offset(place: types.Position) -> int:
            return index.offset(place.line, place.character, self.encoding)

        spans = [TextEdit(Span(offset(one.range.start), offset(one.range.end)), one.new_text) for one in self._of(edit)]
        return apply_edits(self.text, spans)

    async def actions(self, part: str, only: str = "quickfix") -> list[types.CodeAction]:
        """Ask for the actions at a part of the text."""
        index = LineIndex(self.text)
        start = index.position(self.text.index(part), self.encoding)
        end = index.position(self.text.index(part) + len(part), self.encoding)
        place = types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))
        context = types.CodeActionContext(list(self.editor.shown(self.uri)), only=[only])
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri), place, context)
        found = await self.editor.text_document_code_action_async(params)
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def action(self, part: str, only: str = "quickfix") -> types.CodeAction:
        """Return the first action at a part of the text, with its edit."""
        first = (await self.actions(part, only))[0]
        return first if first.edit else await self.editor.code_action_resolve_async(first)

    async def fix(self, part: str, only: str = "quickfix") -> None:
        """Apply the first action at a part of the text, and wait until that is checked."""
        self.type(self.edited((await self.action(part, only)).edit))
        await self.checked()

    async def call(self, action: types.CodeAction) -> dict[str, Any]:
        """Call the command that an action carries, as editors do after its edit."""
        assert action.command
        params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
        return dict(plain(await self.editor.workspace_execute_command_async(params)))

    def _of(self, edit: types.WorkspaceEdit | None) -> list[Any]:
        assert edit
        if edit.document_changes is None:
            return list((edit.changes or {}).get(self.uri, ()))
        found: list[Any] = []
        for change in edit.document_changes:
            assert isinstance(change, types.TextDocumentEdit)
            if change.text_document.uri == self.uri:
                assert change.text_document.version == self.version
                found += change.edits
        return found

    def _become(self, text: str) -> None:
        self.text = text
        self.version += 1
        self.editor.change(self.uri, text, self.version)
