"""What events bring, and what some values can be, in GitHub's expressions."""

from collections.abc import Iterator

from calibrant.dialects.actions.around import job_node, shown
from calibrant.dialects.actions.own_names import axes
from calibrant.github.events import EVENTS
from calibrant.github.payloads import VALUES, payload_paths
from calibrant.model.lexicon import Standing, Word
from calibrant.model.nodes import Map, Seq

_FEW = 3
"""Events that are named beside a field."""


def texts(standing: Standing, chain: tuple[str | int, ...]) -> Iterator[Word]:
    """Yield what a chain of names can be, where that is one of a few texts."""
    path = tuple(str(part).lower() for part in chain)
    match path:
        case ("github", "event_name"):
            for name in _events(standing):
                yield Word(name, "value", "event", EVENTS[name].doc)
        case ("github", "event", "action"):
            for name in dict.fromkeys(one for event in _events(standing) for one in EVENTS[event].types):
                yield Word(name, "value", "activity")
        case ("inputs", name) | ("github", "event", "inputs", name):
            for one in standing.workflow.inputs:
                if one.name.lower() == name:
                    yield from (Word(str(option), "value", "option") for option in one.enum)
        case ("matrix", name):
            for axis, given in axes(job_node(standing, "strategy", "matrix")).items():
                told = (shown(one) for one in given if axis.lower() == name)
                yield from (
                    Word(one, "value", "of the matrix") for one in dict.fromkeys(told) if one and "${{" not in one
                )
    for known, values in VALUES.items():
        if len(known) == len(path) and all(one in ("*", part) for one, part in zip(known, path, strict=True)):
            yield from (Word(one, "value") for one in values)


def _events(standing: Standing) -> tuple[str, ...]:
    """Return the events that start the workflow, all that there are where it names none."""
    events = standing.workflow.root.get("on") if isinstance(standing.workflow.root, Map) else None
    match events:
        case Map():
            names = [entry.name for entry in events.entries]
        case Seq():
            names = [shown(item) for item in events.items]
        case _:
            names = [shown(events)]
    return tuple(name for name in names if name in EVENTS) or tuple(EVENTS)


def payload(standing: Standing, below: tuple[str, ...]) -> Iterator[Word]:
    """Yield the fields of the payloads of the events that start the workflow."""
    found: dict[str, dict[str, None]] = {}
    for event in _events(standing):
        for path in payload_paths(event):
            parts = path.split(".")
            if len(parts) > len(below) and all(one in ("*", part) for one, part in zip(parts, below, strict=False)):
                found.setdefault(parts[len(below)], {})[event] = None
    for name, events in found.items():
        if name != "*":
            yield Word(name, "field", f"of {', '.join(events)}" if len(events) <= _FEW else "")
