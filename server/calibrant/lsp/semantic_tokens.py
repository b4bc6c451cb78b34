"""Semantic tokens: of the whole document, by difference, or of a range."""

from array import array
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol import types

from calibrant.ide.per_step import PerStep, kept
from calibrant.ide.tokens import Token, head_tokens, step_tokens
from calibrant.lsp.by_and_by import by_and_by
from calibrant.lsp.convert import key_of
from calibrant.lsp.token_data import MODIFIERS, TYPES, Chunk, difference, encoded, joined, placed, within
from calibrant.model.connector import Specs
from calibrant.model.text import Encoding, Span
from calibrant.model.workflow import StepBody, Workflow

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot

LEGEND = types.SemanticTokensLegend(list(TYPES), list(MODIFIERS))


class _Last(NamedTuple):
    """What a document was told last: the name of that answer and its numbers."""

    name: str
    data: "array[int]"


class SemanticTokens:
    """What is kept of open documents: each step's tokens, by the step's body, and the last answer for the difference."""

    def __init__(self) -> None:
        self._chunks: dict[str, PerStep[Chunk]] = {}
        self._last: dict[str, _Last] = {}
        self._number = 0

    def forget(self, key: str) -> None:
        """Let go of a document."""
        self._chunks.pop(key, None)
        self._last.pop(key, None)

    def told(self, key: str, name: str) -> "array[int] | None":
        """Return the numbers of the answer of that name, where it is the last one."""
        last = self._last.get(key)
        return last.data if last and last.name == name else None

    def tell(self, key: str, data: "array[int]") -> str:
        """Keep an answer for the difference and return its name."""
        self._number += 1
        self._last[key] = _Last(str(self._number), data)
        return str(self._number)

    async def all(self, key: str, workflow: Workflow, specs: Specs, encoding: Encoding) -> "array[int]":
        """Return the numbers of a whole document."""
        find = partial(_chunk, specs=specs, encoding=encoding)
        found = self._chunks[key] = await by_and_by(workflow, find, self._chunks.get(key))
        pieces = [(step.origin, chunk) for step, chunk in zip(workflow.steps, found.found, strict=True)]
        return _with_head(workflow, pieces, encoding)

    def some(self, key: str, workflow: Workflow, specs: Specs, encoding: Encoding, span: Span) -> "array[int]":
        """Return the numbers of the steps that a span touches, and of what stands around the steps."""
        known = kept(self._chunks.get(key))
        pieces = [
            (step.origin, known.get(id(step.body)) or _chunk(step.body, specs, encoding))
            for step in workflow.steps
            if step.origin <= span.end and span.start <= step.origin + len(step.body.text)
        ]
        return _with_head(workflow, pieces, encoding)


def _chunk(body: StepBody, specs: Specs, encoding: Encoding) -> Chunk:
    return encoded(step_tokens(body, specs), body.text, encoding)


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


class _Asked(NamedTuple):
    """A document that is a workflow, at the moment it was asked about."""

    snapshot: "Snapshot"
    workflow: Workflow
    specs: Specs


async def _asked(ls: "CalibrantServer", uri: str) -> _Asked | None:
    await ls.pipeline.ready(key_of(uri))
    snapshot = ls.snapshot(uri)
    analysis = ls.pipeline.analysis(snapshot) if snapshot else None
    return _Asked(snapshot, analysis.workflow, analysis.checked.specs) if snapshot and analysis else None


async def full(ls: "CalibrantServer", params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """Handle `textDocument/semanticTokens/full`."""
    asked = await _asked(ls, params.text_document.uri)
    if asked is None:
        return None
    key = asked.snapshot.key
    data = await ls.semantic_tokens.all(key, asked.workflow, asked.specs, ls.encoding)
    return types.SemanticTokens(data.tolist(), ls.semantic_tokens.tell(key, data))


async def delta(
    ls: "CalibrantServer", params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """Handle `textDocument/semanticTokens/full/delta`; all of them where the answer before is not known any more."""
    asked = await _asked(ls, params.text_document.uri)
    if asked is None:
        return None
    key = asked.snapshot.key
    data = await ls.semantic_tokens.all(key, asked.workflow, asked.specs, ls.encoding)
    before = ls.semantic_tokens.told(key, params.previous_result_id)
    name = ls.semantic_tokens.tell(key, data)
    if before is None:
        return types.SemanticTokens(data.tolist(), name)
    new = difference(before, data)
    edits = [types.SemanticTokensEdit(new.start, new.count, new.data.tolist())] if new else []
    return types.SemanticTokensDelta(edits, name)


async def ranged(ls: "CalibrantServer", params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    """Handle `textDocument/semanticTokens/range`."""
    asked = await _asked(ls, params.text_document.uri)
    if asked is None:
        return None
    place = params.range
    span = ls.positions(asked.snapshot).span(place)
    data = ls.semantic_tokens.some(asked.snapshot.key, asked.workflow, asked.specs, ls.encoding, span)
    first, last = (place.start.line, place.start.character), (place.end.line, place.end.character)
    return types.SemanticTokens(within(data, first, last).tolist())
