"""Which steps a step depends on, and which depend on it."""

from collections.abc import Iterator

import msgspec

from calibrant.ide.index import Index
from calibrant.ide.naming import named_at
from calibrant.ide.occurrences import Occurrence, occurrences
from calibrant.ide.symbols import StepSymbol
from calibrant.ide.things import step_at
from calibrant.model.text import Span
from calibrant.model.workflow import Step


class Dependency(msgspec.Struct, frozen=True):
    """The other step, and where in the document the dependent one of the two names it: by `needs` or in references."""

    step: Step
    spans: tuple[Span, ...]


def step_meant(index: Index, offset: int) -> Step | None:
    """Return the step that is named at an offset, else the one in whose text it lies."""
    workflow = index.workflow
    found = named_at(index, offset)
    symbol = found.symbol if found else None
    named = index.step(symbol.name) if isinstance(symbol, StepSymbol) and not symbol.nth else None
    return named or step_at(workflow, offset)


def dependents(index: Index, step: Step) -> tuple[Dependency, ...]:
    """Return the steps that depend on a step, in the order of the text."""
    if step.id is None or index.ids.get(step.id) != step.index:
        return ()
    spans: dict[int, list[Span]] = {}
    for use in _uses(index, step.id):
        if use.step is not None:
            spans.setdefault(use.step.index, []).append(use.span)
    return tuple(Dependency(index.workflow.steps[at], tuple(found)) for at, found in sorted(spans.items()))


def dependencies(index: Index, step: Step) -> tuple[Dependency, ...]:
    """Return the steps that a step depends on, in the order of the text."""
    found: list[Dependency] = []
    for at in sorted(index.ids[name] for name in index.names[step.index] if name in index.ids):
        named = index.workflow.steps[at]
        spans = tuple(use.span for use in _uses(index, named.label, step))
        found += [Dependency(named, spans)] if spans else []
    return tuple(found)


def _uses(index: Index, name: str, step: Step | None = None) -> Iterator[Occurrence]:
    found = occurrences(index.workflow, index.specs, StepSymbol(name), index, only=step)
    return (one for one in found if one.role == "use")
