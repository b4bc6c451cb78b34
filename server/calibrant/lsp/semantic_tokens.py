"""Semantic tokens: of the whole document, by difference, or of a range."""

from array import array
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.ide.per_step import kept
from calibrant.ide.tokens import head_tokens, spoken_tokens, step_tokens
from calibrant.lsp.asked import Asked, asked_about
from calibrant.lsp.by_and_by import remembered
from calibrant.lsp.token_data import Chunk, Spoken, difference, encoded, joined, placed, within
from calibrant.model.text import Encoding
from calibrant.model.token import Token
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


def all_tokens(workflow: Workflow, known: Known, encoding: Encoding) -> "array[int]":
    """Return the numbers of a whole document of which nothing is kept."""
    pieces = [
        (step.origin, encoded(step_tokens(step.body, known), step.body.text, encoding)) for step in workflow.steps
    ]
    jobs = [spoken_tokens(job.body, known) for job in workflow.jobs]
    return _woven(workflow, pieces, _around(workflow, known, jobs), encoding)


async def _all(ls: "CalibrantServer", asked: Asked) -> "array[int]":
    """Return the numbers of a whole document, of which an edit costs the step that it is in."""
    find = partial(_chunk, known=asked.known, encoding=ls.encoding)
    found = await remembered(ls, asked, ls.texts.chunks, find, partial(_of_job, known=asked.known))
    pieces = [(step.origin, one.chunk) for step, one in zip(asked.workflow.steps, found.found, strict=True)]
    around = _around(asked.workflow, asked.known, [one.tokens for one in found.jobs])
    return _woven(asked.workflow, pieces, around, ls.encoding)


def _chunk(body: StepBody, known: Known, encoding: Encoding) -> Spoken:
    return Spoken(encoded(step_tokens(body, known), body.text, encoding))


def _of_job(body: JobBody, known: Known) -> Spoken:
    return Spoken(Chunk(array("I")), spoken_tokens(body, known))


def _around(workflow: Workflow, known: Known, jobs: Sequence[tuple[Token, ...]]) -> list[Token]:
    """Return the tokens outside the steps in the document's offsets, in order."""
    if not workflow.jobs:
        return list(head_tokens(workflow))
    found = list(spoken_tokens(workflow, known))
    for job, tokens in zip(workflow.jobs, jobs, strict=True):
        found += [one._replace(start=one.start + job.origin, end=one.end + job.origin) for one in tokens]
    return sorted(found, key=lambda one: one.start)


def _woven(
    workflow: Workflow, pieces: Sequence[tuple[int, Chunk]], around: Sequence[Token], encoding: Encoding
) -> "array[int]":
    """Join the steps' tokens with those before, between and behind them."""
    text, woven, at = workflow.text, list[tuple[int, Chunk]](), 0
    for origin, chunk in (*pieces, (len(text) + 1, None)):
        first = at
        while at < len(around) and around[at].start < origin:
            at += 1
        if at > first:
            start = around[first].start
            moved = [one._replace(start=one.start - start, end=one.end - start) for one in around[first:at]]
            woven.append((start, encoded(moved, text[start : around[at - 1].end], encoding)))
        if chunk is not None:
            woven.append((origin, chunk))
    return joined(placed(text, woven, encoding))


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
        (step.origin, (have.get(id(step.body)) or _chunk(step.body, asked.known, ls.encoding)).chunk)
        for step in asked.workflow.steps
        if step.origin <= span.end and span.start <= step.origin + len(step.body.text)
    ]
    jobs = [(have.get(id(job.body)) or _of_job(job.body, asked.known)).tokens for job in asked.workflow.jobs]
    data = _woven(asked.workflow, pieces, _around(asked.workflow, asked.known, jobs), ls.encoding)
    first, last = (place.start.line, place.start.character), (place.end.line, place.end.character)
    return types.SemanticTokens(within(data, first, last).tolist())
