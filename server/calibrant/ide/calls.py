"""Which steps, or jobs, depend on which."""

from collections.abc import Iterator

from calibrant.ide.caller import Caller, Dependency
from calibrant.ide.index import Index
from calibrant.ide.lexical import calling
from calibrant.ide.naming import named_at
from calibrant.ide.occurrences import Occurrence, occurrences
from calibrant.ide.symbols import StepSymbol
from calibrant.ide.things import step_at
from calibrant.model.text import Span
from calibrant.model.workflow import Step


def meant(index: Index, offset: int) -> Caller | None:
    """Return the step, or the job, that is named at an offset, else the one in whose text it lies."""
    if index.spoken is not None:
        return calling.meant(index.spoken, offset)
    found = named_at(index, offset)
    symbol = found.symbol if found else None
    named = index.step(symbol.name) if isinstance(symbol, StepSymbol) and not symbol.nth else None
    step = named or step_at(index.workflow, offset)
    return _caller(step) if step is not None else None


def known_as(index: Index, number: int, label: str) -> Caller | None:
    """Return the one of that name in the text as it is now: that of the same number, else any other."""
    if index.spoken is not None:
        jobs = index.workflow.jobs
        same = [job for job in (*jobs[max(number, 0) : number + 1], *jobs) if job.label == label]
        return calling.caller(index.spoken, same[0]) if same else None
    steps = index.workflow.steps
    step = steps[number] if 0 <= number < len(steps) and steps[number].label == label else index.step(label)
    return _caller(step) if step is not None else None


def dependents(index: Index, one: Caller) -> tuple[Dependency, ...]:
    """Return those that depend on one, in the order of the text."""
    if index.spoken is not None:
        return calling.dependents(index.spoken, one.number)
    step = index.workflow.steps[one.number]
    if step.id is None or index.ids.get(step.id) != step.index:
        return ()
    spans: dict[int, list[Span]] = {}
    for use in _uses(index, step.id):
        if use.step is not None:
            spans.setdefault(use.step.index, []).append(use.span)
    return tuple(Dependency(_caller(index.workflow.steps[at]), tuple(found)) for at, found in sorted(spans.items()))


def dependencies(index: Index, one: Caller) -> tuple[Dependency, ...]:
    """Return those that one depends on, in the order of the text."""
    if index.spoken is not None:
        return calling.dependencies(index.spoken, one.number)
    step = index.workflow.steps[one.number]
    found: list[Dependency] = []
    for at in sorted(index.ids[name] for name in index.names[step.index] if name in index.ids):
        named = index.workflow.steps[at]
        spans = tuple(use.span for use in _uses(index, named.label, step))
        found += [Dependency(_caller(named), spans)] if spans else []
    return tuple(found)


def _caller(step: Step) -> Caller:
    body = step.body
    return Caller(step.index, step.label, step.span.cover(step.head), step.head, body.name or body.action or "")


def _uses(index: Index, name: str, step: Step | None = None) -> Iterator[Occurrence]:
    found = occurrences(index.workflow, index.specs, StepSymbol(name), index, only=step)
    return (one for one in found if one.role == "use")
