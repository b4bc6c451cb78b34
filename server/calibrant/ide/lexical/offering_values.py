"""Values on offer in a language with a lexicon: what is prescribed, jobs, steps, and what may be called."""

from collections.abc import Iterator

import msgspec

from calibrant.ide import completing_values
from calibrant.ide.item import Item
from calibrant.ide.lexical.about import taken
from calibrant.ide.lexical.offering_keys import first
from calibrant.ide.place import Place, parameters_key
from calibrant.ide.view import View
from calibrant.ide.writing import Writer
from calibrant.model.lexicon import Lexicon


def values(lexicon: Lexicon, place: Place, view: View, near: tuple[str, ...]) -> Iterator[Item]:
    """Yield the values that may be typed at a place; `near` is what there is to call in the same repository."""
    cursor, slot = place.cursor, place.slot
    if cursor.role == "key" or not cursor.alone or lexicon.opens in cursor.value:
        return
    if cursor.role == "either" and (slot.keys or slot.secrets or slot.parameters):
        return
    there = frozenset(cursor.listed)
    match slot.names:
        case "action" | "reusable workflow":
            yield from _called(lexicon, place, view, near)
        case "job":
            yield from _jobs(place, view, there)
        case "step":
            yield from _steps(place, view, there)
    yield from _fixed(lexicon, place, view, there)


def _called(lexicon: Lexicon, place: Place, view: View, near: tuple[str, ...]) -> Iterator[Item]:
    """Yield what a step or a job may call, with what that must be given."""
    cursor, text = place.cursor, view.workflow.text
    writer, key = Writer(cursor, text), parameters_key(view.workflow.language.name, cursor)
    for rank, name in enumerate(dict.fromkeys((*near, *view.specs))):
        spec = view.specs.get(name)  # of some no more than the name is known
        if not lexicon.fits(name, place.slot.names) or (spec is not None and spec.broken):
            continue
        yield Item(
            name,
            "connector",
            writer.span,
            writer.value(name),
            snippet=completing_values.with_parameters(cursor, spec, key) if spec is not None and key else "",
            filter=writer.filter(name),
            detail=spec.summary if spec is not None else "of this repository",
            code=taken(spec) if spec is not None else "",
            rank=rank,
        )


def _jobs(place: Place, view: View, there: frozenset[str]) -> Iterator[Item]:
    """Yield the jobs that a job may wait for: not itself, none that waits for it."""
    cursor, workflow = place.cursor, view.workflow
    writer = Writer(cursor, workflow.text)
    own = (cursor.job.id or "").lower() if cursor.job else ""
    waiting = {own}
    names = {(job.body.id or "").lower(): {need.id.lower() for need in job.body.needs} for job in workflow.jobs}
    while more := {name for name, needs in names.items() if needs & waiting} - waiting:
        waiting |= more
    for rank, job in enumerate(workflow.jobs):
        name = job.body.id or ""
        if name and name.lower() not in waiting and name not in there:
            detail = job.body.name or job.body.action or ""
            yield Item(
                name, "job", writer.span, writer.value(name), filter=writer.filter(name), detail=detail, rank=rank
            )


def _steps(place: Place, view: View, there: frozenset[str]) -> Iterator[Item]:
    """Yield the steps before, by their ids."""
    cursor, workflow = place.cursor, view.workflow
    writer = Writer(cursor, workflow.text)
    if not 0 <= cursor.job_index < len(workflow.jobs):
        return
    job = workflow.jobs[cursor.job_index]
    for rank, step in enumerate(reversed(workflow.steps[job.first : cursor.step.index if cursor.step else job.after])):
        name = step.body.id or ""
        if name and name not in there:
            detail = step.body.name or ""
            yield Item(
                name, "step", writer.span, writer.value(name), filter=writer.filter(name), detail=detail, rank=rank
            )


def _fixed(lexicon: Lexicon, place: Place, view: View, there: frozenset[str]) -> Iterator[Item]:
    """Yield the values that are prescribed, with what they mean."""
    cursor, declared = place.cursor, place.declared
    if declared is not None and not declared.enum and isinstance(declared.default, str) and declared.default:
        # it is written as people write it: what is given to an action is a text in any case
        plain = declared.default if cursor.style in ("plain", "bare") and declared.default.isalnum() else ""
        writer = Writer(cursor, view.workflow.text)
        insert = plain or writer.value(declared.default)
        yield Item(declared.default, "value", writer.span, insert, detail="default")
        return
    for item in completing_values.fixed(cursor, view.workflow.text, place.slot, declared):
        if item.label not in there:
            told = msgspec.structs.replace(item, doc=lexicon.meaning(cursor.whole, item.label))
            yield first(told, lexicon.usual(cursor.whole))
