"""On-type formatting: what follows from a character just typed, where the editor asks for it."""

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant import dialects
from calibrant.ide.on_type import closing_braces, next_step
from calibrant.lsp.asked import asked_about
from calibrant.lsp.experimental import says

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


async def on_type(ls: "CalibrantServer", params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
    """Handle `textDocument/onTypeFormatting`."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    positions, workflow = ls.positions(asked.snapshot), asked.workflow
    offset = positions.offset(params.position)
    if params.ch == "\n":
        key = asked.snapshot.key
        edits = next_step(workflow, offset, ls.texts.begun.pop(key, None))
        if edits and edits[0].text:
            ls.texts.begun[key] = edits[0].span.start
        return positions.edits(edits) or None
    if params.ch == "{" and not says(ls, "closesBraces"):
        read = partial(dialects.read, asked.snapshot.name)
        return positions.edits(closing_braces(workflow, asked.known, read, offset)) or None
    return None
