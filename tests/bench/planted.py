"""The corpus: faults planted in valid workflows, the same ones each time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from random import Random

from bench import sorts_data, sorts_definition
from bench.sites import Base, Fault
from calibrant.model.issue import Issue
from calibrant.model.text import Span, apply_edits
from calibrant.model.workflow import Workflow

SEED = 20240601
PER_SORT = 5
"""Faults of each sort, where there are as many places for it."""
PER_KIND = 12
"""Faults of each kind at least, where there are as many places."""

Sort = Callable[[Base, Random], Iterator[Fault]]
SORTS: tuple[Sort, ...] = (*sorts_definition.SORTS, *sorts_data.SORTS)


def corpus(bases: Sequence[Base], per_sort: int = PER_SORT, per_kind: int = PER_KIND) -> list[Fault]:
    """Return faults of every sort, spread over the workflows; which places are taken is by chance, with a fixed seed."""
    found = [(sort, list(_spread(sort, bases))) for sort in SORTS]
    kinds = [faults[0].kind for _, faults in found if faults]
    chosen: list[Fault] = []
    for _, faults in found:
        if faults:
            enough = max(per_sort, -(-per_kind // kinds.count(faults[0].kind)))
            chosen += faults[:enough]
    return chosen


def mixtures(bases: Sequence[Base], each: int) -> list[tuple[Base, tuple[Fault, ...]]]:
    """Return workflows with four to eight faults each, all of them errors, no two in the same step."""
    made: list[tuple[Base, tuple[Fault, ...]]] = []
    for base in bases:
        for number in range(each):
            chance = Random(f"{SEED}:{base.name}:{number}")
            wanted = chance.randint(4, 8)
            chosen: list[Fault] = []
            sorts = [sort for sort in SORTS if sort not in NO_ERROR]
            chance.shuffle(sorts)
            for sort in sorts:
                taken = {at for fault in chosen for at in fault.steps}
                free = [fault for fault in sort(base, chance) if not taken & {*fault.steps} and not fault.spans]
                if free and len(chosen) < wanted:
                    chosen.append(chance.choice(free))
            made.append((base, tuple(chosen)))
    return made


NO_ERROR: frozenset[Sort] = frozenset(
    {sorts_definition.unused, sorts_data.lost_condition, sorts_data.inlined, sorts_data.input_lost}
)
"""Sorts that no run fails with: they are warned of, or hinted at."""


def planted(base: Base, faults: Iterable[Fault]) -> str:
    """Return the workflow's text with these faults in it."""
    return apply_edits(base.text, (edit for fault in faults for edit in fault.edits))


def at(fault: Fault, faults: Sequence[Fault], issue: Issue, workflow: Workflow) -> bool:
    """Tell whether an issue of the text with all these faults is about one of them.

    It is where one of its places, or one that belongs to it, is in a step that the fault is in, or in another place of it.
    """
    edits = [edit for one in faults for edit in one.edits]

    def moved(span: Span) -> Span:
        start = sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in edits if edit.span.end < span.start)
        end = sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in edits if edit.span.start <= span.end)
        return Span(span.start + start, span.end + end)

    places = [workflow.steps[index].span for index in fault.steps] + [moved(span) for span in fault.spans]
    spans = [issue.finding.span, *(place.span for place in issue.finding.related if not place.path)]
    return any(span.touches(place) for span in spans for place in places)


def _spread(sort: Sort, bases: Sequence[Base]) -> Iterator[Fault]:
    """Yield the sort's faults by chance, in turn from each workflow."""
    columns = []
    for base in bases:
        chance = Random(f"{SEED}:{sort.__name__}:{base.name}")
        faults = list(sort(base, chance))
        chance.shuffle(faults)
        columns.append(faults)
    Random(f"{SEED}:{sort.__name__}").shuffle(columns)
    for row in zip_longest(*columns):
        yield from (fault for fault in row if fault is not None)
