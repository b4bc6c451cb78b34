"""The elements of a `for_each` taken together: one status, and one failure per cause that says which elements have it."""

from collections.abc import Iterable, Sequence

import msgspec

from calibrant.connectors.ended import HANDED_ON
from calibrant.engine.call import Called
from calibrant.engine.reports import MOST
from calibrant.model.failure import Failure

_ORDER = ("failed", "not_run", "skipped", "unknown", "rehearsed", "completed")
_SHOWN = 5


def merge_called(called: Sequence[Called]) -> Called:
    """Return what became of all elements: the worst of it, with its reason; no elements are a completed step."""
    if not called:
        return Called("completed")
    return min(called, key=lambda one: _ORDER.index(one.status))


def merge_failures(found: Sequence[tuple[Failure, ...]], *, whole: bool) -> tuple[Failure, ...]:
    """Return one failure for each cause among the elements' failures, saying which elements have it.

    The same code at the same parameter is one cause, of commands in the same folder: the places that they told count from there.
    `whole` is False for a step without elements.
    """
    if not whole:
        return found[0]
    causes: dict[tuple[object, ...], list[tuple[int, Failure]]] = {}
    for index, failures in enumerate(found):
        for failure in failures:
            cause = (failure.code, failure.kind, failure.parameter, failure.span, failure.cwd)
            causes.setdefault(cause, []).append((index, failure))
    return tuple(_merged(group, len(found)) for group in causes.values())


def _merged(group: Sequence[tuple[int, Failure]], total: int) -> Failure:
    first = group[0][1]
    positions = tuple(dict.fromkeys(index for index, _ in group))
    message = f"{_places(positions, total)}: {first.message}"
    others = list(dict.fromkeys(failure.message for _, failure in group if failure.message != first.message))
    details = "\n".join(filter(None, [first.details, *others[:_SHOWN]]))
    left = tuple({report.path: report for _, failure in group for report in failure.left}.values())[:MOST]
    output = _together(dict.fromkeys(failure.output for _, failure in group))
    return msgspec.structs.replace(
        first, message=message, details=details, output=output, elements=positions, left=left
    )


def _together(outputs: Iterable[str]) -> str:
    """Return what several commands printed, one behind the other, as much of it as is handed on of one; whole outputs only."""
    out: list[str] = []
    room = HANDED_ON
    for output in outputs:
        room -= len(output) + 1
        if out and room < 0:
            break
        out.append(output)
    return "\n".join(out)


def _places(positions: Sequence[int], total: int) -> str:
    """Return which elements are meant, counted from one as people do."""
    if len(positions) == total:
        return "The only element" if total == 1 else f"All {total} elements"
    shown = ", ".join(str(position + 1) for position in positions[:_SHOWN])
    more = f" and {len(positions) - _SHOWN} more" if len(positions) > _SHOWN else ""
    return f"{'Element' if len(positions) == 1 else 'Elements'} {shown}{more} of {total}"
