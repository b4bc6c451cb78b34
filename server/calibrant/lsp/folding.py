"""Folding ranges: as lines, which is what most editors fold by, with characters for those that go by them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.ide.folds import Fold, in_document, in_job, in_step
from calibrant.lsp.asked import asked_about
from calibrant.lsp.by_and_by import remembered
from calibrant.model.text import LineIndex

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_Lines = tuple[int, int, Fold]
"""The first and the last line of a fold."""


async def folding_ranges(ls: "CalibrantServer", params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """Handle `textDocument/foldingRange`."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    found = await remembered(ls, asked, ls.texts.folds, in_step, in_job)
    can = ls.client_capabilities.text_document and ls.client_capabilities.text_document.folding_range
    lines = one_for_each_line(asked.snapshot.lines, in_document(asked.workflow, found.found, found.jobs))
    lines = outermost(lines, can.range_limit if can else None)
    by_lines = bool(can and can.line_folding_only)
    positions = ls.positions(asked.snapshot)
    return [positions.folding(first, last, None if by_lines else fold.end, fold.kind) for first, last, fold in lines]


def one_for_each_line(index: LineIndex, folds: Sequence[Fold]) -> list[_Lines]:
    """Return the folds with their lines: of those that begin on one line the largest, none that ends where it begins."""
    starts = index.starts
    found: list[_Lines] = []
    for fold in folds:
        first, last = bisect_right(starts, fold.start) - 1, bisect_right(starts, fold.end - 1) - 1
        if first == last:
            continue
        if not found or found[-1][0] < first:
            found.append((first, last, fold))
        elif last > found[-1][1]:
            found[-1] = first, last, fold
    return found


def outermost(lines: list[_Lines], limit: int | None) -> list[_Lines]:
    """Return as many as an editor takes, those first that lie in the fewest others."""
    if limit is None or len(lines) <= limit:
        return lines
    depths: list[tuple[int, int]] = []
    ends: list[int] = []
    for at, (first, last, _) in enumerate(lines):
        while ends and ends[-1] < first:
            ends.pop()
        depths.append((len(ends), at))
        ends.append(last)
    return [lines[at] for at in sorted(at for _, at in sorted(depths)[: max(limit, 0)])]
