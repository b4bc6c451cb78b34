"""Selection ranges: what to select around each cursor, from the word outwards."""

from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.ide.selection import around
from calibrant.lsp.asked import asked_about

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


async def selection_ranges(
    ls: "CalibrantServer", params: types.SelectionRangeParams
) -> list[types.SelectionRange] | None:
    """Handle `textDocument/selectionRange`: one answer for each cursor."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    positions = ls.positions(asked.snapshot)
    found: list[types.SelectionRange] = []
    for position in params.positions:
        here: types.SelectionRange | None = None
        for span in around(asked.workflow, asked.known, positions.offset(position)):
            here = types.SelectionRange(positions.range(span), here)
        if here is not None:
            found.append(here)
    return found
