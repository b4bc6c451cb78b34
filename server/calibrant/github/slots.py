"""What may stand where in GitHub's files, for completion; see `model.slot`."""

from collections.abc import Mapping

import msgspec

from calibrant.github.events import EVENTS
from calibrant.github.keys import OF_A_CALL, STEP_ACTS, STEP_BESIDE
from calibrant.github.languages import ACTION, WORKFLOW
from calibrant.github.metadata import COMPOSITE_STEP_KEYS, OF_RUNTIME, RUNTIMES, kind_of
from calibrant.github.permissions import EVERYTHING
from calibrant.github.places import place_at, spec_at
from calibrant.github.runners import CURRENT, RUNNERS
from calibrant.github.shells import SHELLS
from calibrant.model.expression import Path
from calibrant.model.language import KeySpec, PlaceSpec
from calibrant.model.nodes import Map, Node, Scalar, at_path
from calibrant.model.slot import NOTHING, Names, Slot
from calibrant.model.workflow import StepBody

_NAMES: dict[str, Names] = {
    "job": "job",
    "new job": "new job",
    "step": "step",
    "new step": "new step",
    "new input": "new input",
    "new secret": "new secret",
    "action": "action",
    "reusable workflow": "reusable workflow",
    "axis": "axis",
}


_NONE: Mapping[str, str] = {}

_EVENTS = {name: event.doc for name, event in EVENTS.items()}
_LABELS = {label: RUNNERS[label].doc for label in CURRENT}

_MEANINGS: Mapping[str, Mapping[str, str]] = {
    "on": _EVENTS,
    "event": _EVENTS,
    "runs-on": _LABELS,
    "label": _LABELS,
    "labels": _LABELS,
    "shell": {name: shell.doc for name, shell in SHELLS.items()},
    "permissions": EVERYTHING,
    "using": RUNTIMES,
}
"""What values mean, by the names of their keys."""


def workflow_slot(path: Path, body: StepBody | None, around: Node | None = None) -> Slot:
    """Return what may stand at a path of a workflow file, below a step's map or without a step below the root.

    `around` is the map there as it is, where it is at hand: keys that what it has rules out are left out.
    """
    return _slot(WORKFLOW, path, body, around)


def action_slot(path: Path, body: StepBody | None, around: Node | None = None) -> Slot:
    """Return what may stand at a path of an action.yml; see `workflow_slot`."""
    return _slot(ACTION, path, body, around)


def _slot(language: str, path: Path, body: StepBody | None, around: Node | None) -> Slot:
    root = "step" if body is not None else ""
    spec, place = spec_at(language, path, root), place_at(language, path, root)
    if spec is None:
        return NOTHING
    keys = place.keys if place is not None else ()
    if spec.place in ("with", "step.with"):
        return Slot(parameters=True, doc=spec.doc)
    if len(path) > 1 and path[-2] == "with":
        return Slot(parameter=str(path[-1]), templated=True, doc=spec.doc)
    if body is not None:
        keys = _of_step(language, keys, at_path(body.node, path)) if spec.place == "step" else keys
    elif len(path) == 3 and path[0] == "jobs" and path[2] == "with":
        return Slot(parameters=True, doc=spec.doc)
    elif len(path) == 3 and path[0] == "jobs" and path[2] == "secrets":
        return Slot(secrets=True, values=spec.values, doc=spec.doc)
    elif len(path) == 4 and path[0] == "jobs" and path[2] == "with":
        return Slot(parameter=str(path[3]), types=spec.types, templated=True)
    elif around is not None:
        keys = _beside(spec, keys, around)
    return Slot(
        keys=keys,
        types=spec.types,
        values=spec.values or _items(place),
        names=_NAMES.get(spec.names, "") or _NAMES.get(_free_names(place), ""),
        expression="expression" in spec.types,
        templated=spec.templated,
        doc=spec.doc,
        meanings=_MEANINGS.get(spec.name, _NONE),
    )


def _items(place: PlaceSpec | None) -> tuple[str, ...]:
    """Return what one text may be where a list may stand instead: what its elements may be."""
    return place.item.values if place is not None and place.item is not None else ()


def _free_names(place: PlaceSpec | None) -> str:
    return place.free.names if place is not None and place.free is not None else ""


def _of_step(language: str, keys: tuple[KeySpec, ...], node: Node | None) -> tuple[KeySpec, ...]:
    """Return the keys of a step that those it has leave room for, the one that it wants first marked as required."""
    if language == ACTION:
        keys = tuple(key for key in keys if key.name in COMPOSITE_STEP_KEYS)
    there = {entry.name for entry in node.entries} if isinstance(node, Map) else set[str]()
    acts = [name for name in STEP_ACTS if name in there]
    if acts:
        return tuple(key for key in keys if key.name in STEP_BESIDE[acts[0]])
    only_of = {name: [act for act in STEP_ACTS if name in STEP_BESIDE[act]] for name in ("with", "shell")}
    ruled_out = {act for name, fit in only_of.items() if name in there for act in STEP_ACTS if act not in fit}
    return tuple(
        msgspec.structs.replace(key, required=key.name in ("uses", "run")) for key in keys if key.name not in ruled_out
    )


def _beside(spec: KeySpec, keys: tuple[KeySpec, ...], node: Node | None) -> tuple[KeySpec, ...]:
    """Return the keys of a job, or of an action's ‘runs’, that those which are there leave room for."""
    if not isinstance(node, Map):
        return keys
    if spec.place == "job" and node.entry("uses"):
        return tuple(key for key in keys if key.name in OF_A_CALL)
    if spec.place == "job" and (node.entry("steps") or node.entry("runs-on")):
        return tuple(key for key in keys if key.name not in ("uses", "with", "secrets"))
    if spec.place == "runs":
        using = node.get("using")
        kind = kind_of(using.value) if isinstance(using, Scalar) and isinstance(using.value, str) else ""
        return OF_RUNTIME.get(kind, keys)
    return keys
