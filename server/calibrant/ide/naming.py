"""The symbol that is named at an offset."""

from collections.abc import Iterator

import msgspec

from calibrant.ide.index import Index
from calibrant.ide.lexical.names import stands_at
from calibrant.ide.lexical.names import symbol_of as spoken_symbol
from calibrant.ide.occurrences import Occurrence, needed, placed
from calibrant.ide.sites import references, sites
from calibrant.ide.symbols import StepSymbol, Symbol, named_by, symbol_of
from calibrant.ide.things import step_at, thing_at
from calibrant.model.text import Span
from calibrant.model.workflow import Step
from calibrant.rules.known import Known


class Named(msgspec.Struct, frozen=True):
    """A symbol, and where in the document its name stands."""

    symbol: Symbol
    span: Span


def named_at(index: Index, offset: int) -> Named | None:
    """Return what is named at an offset, None where nothing is; also in a value around the steps that they share."""
    workflow = index.workflow
    if index.spoken is not None:
        stands = stands_at(index.spoken, offset)
        return Named(spoken_symbol(stands.piece, stands.mention), stands.span) if stands is not None else None
    thing = thing_at(workflow, index.specs, offset)
    symbol = symbol_of(workflow, thing)
    if thing is not None and symbol is not None:
        return Named(symbol, thing.span)
    if thing is not None or step_at(workflow, offset) is not None:
        return None
    return next((one for one in _shared(index) if one.span.holds(offset)), None)


def _shared(index: Index) -> Iterator[Named]:
    """Yield what is named in values that aliases bring in, where it is written."""
    for step in index.workflow.steps:
        if step.body.anchors is None or step.body.anchors.taken:
            yield from _taken(index, step)


def _taken(index: Index, step: Step) -> Iterator[Named]:
    workflow = index.workflow
    for site in sites(step.body, Known(workflow.language, index.specs)):
        if not site.scalar.aliased:
            continue
        for number, reference in enumerate(references(site)):
            for part, span in enumerate(reference.parts):
                symbol = named_by(reference, part, step, site.over)
                one = Occurrence(step.at(span), "use", step, site, number, part, shared=True)
                yield Named(symbol, placed(workflow, one, symbol).span)
    for need in step.body.needs:
        symbol = StepSymbol(need.id)
        yield Named(symbol, placed(workflow, needed(step, need), symbol).span)
