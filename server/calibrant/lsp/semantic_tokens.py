"""Semantic tokens: of the whole document, by difference, or of a range."""

from array import array
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.ide.per_step import kept
from calibrant.ide.tokens import head_tokens, step_tokens
from calibrant.lsp.asked import Asked, asked_about
from calibrant.lsp.by_and_by import remembered
from calibrant.lsp.token_data import Chunk, difference, encoded, joined, placed, within
from calibrant.model.text import Encoding
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


def all_tokens(workflow: Workflow, known: Known, encoding: Encoding) -> "array[int]":
    """Return the numbers of a whole document of which nothing is kept."""
    return _with_head(
        workflow, [(step.origin, _chunk(step.body, known, encoding)) for step in workflow.steps], encoding
    )


async def _all(ls: "CalibrantServer", asked: Asked) -> "array[int]":
    """Return the numbers of a whole document, of which an edit costs the step that it is in."""
    find = partial(_chunk, known=asked.known, encoding=ls.encoding)
    found = await remembered(ls, asked, ls.texts.chunks, find)
    pieces = [(step.origin, chunk) for step, chunk in zip(asked.workflow.steps, found, strict=True)]
    return _with_head(asked.workflow, pieces, ls.encoding)


def _chunk(body: StepBody, known: Known, encoding: Encoding) -> Chunk:
    return encoded(step_tokens(body, known), body.text, encoding)


def _with_head(workflow: Workflow, pieces: list[tuple[int, Chunk]], encoding: Encoding) -> "array[int]":
    """Join the steps' tokens with those before and behind them."""
    text, steps, head = workflow.text, workflow.steps, head_tokens(workflow)
    start = steps[0].origin if steps else len(text)
    before = [token for token in head if token.start < start]
    behind = head[len(before) :]
    around = [(0, encoded(before, text[:start], encoding)), *pieces]
    if behind:
        tail = behind[0].start
        moved = [token._replace(start=token.start - tail, end=token.end - tail) for token in behind]
        around.append((tail, encoded(moved, text[tail:], encoding)))
    return joined(placed(text, around, encoding))


async def full(ls: "CalibrantServer", params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """Handle `textDocument/semanticTokens/full`."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    data = await _all(ls, asked)
    return types.SemanticTokens(data.tolist(), _told(ls, asked, data))


def _told(ls: "CalibrantServer", asked: Asked, data: "array[int]") -> str | None:
    """Keep an answer and return its name; None where the document was closed meanwhile."""
    key = asked.snapshot.key
    return ls.texts.tell(key, data) if ls.documents.get(key) is not None else None


async def delta(
    ls: "CalibrantServer", params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """Handle `textDocument/semanticTokens/full/delta`; all of them where the answer before is not known any more."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    data = await _all(ls, asked)
    before = ls.texts.told(asked.snapshot.key, params.previous_result_id)
    name = _told(ls, asked, data)
    if before is None:
        return types.SemanticTokens(data.tolist(), name)
    new = difference(before, data)
    edits = [types.SemanticTokensEdit(new.start, new.deleted, new.data.tolist())] if new else []
    return types.SemanticTokensDelta(edits, name)


async def ranged(ls: "CalibrantServer", params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    """Handle `textDocument/semanticTokens/range`: of the steps that it touches, and of what stands around the steps."""
    asked = await asked_about(ls, params.text_document.uri)
    if asked is None:
        return None
    place = params.range
    span = ls.positions(asked.snapshot).span(place)
    have = kept(ls.texts.chunks.get(asked.snapshot.key))
    pieces = [
        (step.origin, have.get(id(step.body)) or _chunk(step.body, asked.known, ls.encoding))
        for step in asked.workflow.steps
        if step.origin <= span.end and span.start <= step.origin + len(step.body.text)
    ]
    data = _with_head(asked.workflow, pieces, ls.encoding)
    first, last = (place.start.line, place.start.character), (place.end.line, place.end.character)
    return types.SemanticTokens(within(data, first, last).tolist())
