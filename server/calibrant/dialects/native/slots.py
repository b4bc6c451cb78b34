"""What may stand where in a native workflow, from the tables of its keys."""

import msgspec

from calibrant.dialects.native.language import LANGUAGE
from calibrant.model.expression import Path
from calibrant.model.language import OWN, KeySpec
from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.slot import NOTHING, Slot
from calibrant.model.workflow import StepBody

_ONE_OR_OTHER = {
    "uses": ("run", "cwd", "env", "shell"),
    "with": ("run", "cwd", "env", "shell"),
    "run": ("uses", "with"),
    "cwd": ("uses", "with"),
    "env": ("uses", "with"),
    "shell": ("uses", "with"),
}
"""Which keys of a step rule out which others."""

_PARAMETERS = {"run": "command", "cwd": "cwd", "env": "env", "shell": "shell"}
"""Keys of a step that are parameters of `shell.run`."""

_SHELLS = ("sh", "bash")


def slot(path: Path, body: StepBody | None, _around: Node | None = None) -> Slot:
    """Return what may stand at a path below a step's map, or without a step, below the root."""
    if any(isinstance(part, str) and part.startswith(OWN) for part in path):
        return NOTHING
    return _root(path) if body is None else _step(path, body)


def _root(path: Path) -> Slot:
    match path:
        case ():
            return Slot(keys=LANGUAGE.keys["workflow"])
        case ("inputs",):
            return Slot(names="new input")
        case ("inputs", str()):
            return Slot(keys=LANGUAGE.keys["input"])
        case ("inputs", str(), str(key)):
            return _of_key("input", key)
        case ("secrets", int()):
            return Slot(names="new secret")
        case _:
            return NOTHING


def _step(path: Path, body: StepBody) -> Slot:
    match path:
        case ():
            return Slot(keys=_free(body))
        case ("with",):
            return Slot(parameters=True)
        case ("with", str(name), *_):
            return Slot(parameter=name, templated=True)
        case ("id",):
            return Slot(names="new step")
        case ("uses",):
            return Slot(names="connector")
        case ("needs",) | ("needs", int()):
            return Slot(names="step")
        case ("if",):
            return Slot(types=("expression",), expression=True, templated=True, before_loop=True)
        case ("for_each", *_):
            return Slot(types=("array",) if len(path) == 1 else (), templated=True, before_loop=True)
        case ("retry",):
            return Slot(keys=LANGUAGE.keys["retry"])
        case ("retry", str(key)):
            return _of_key("retry", key)
        case ("shell",):
            return Slot(parameter="shell", values=_SHELLS, templated=True)
        case (str(key), *_) if key in _PARAMETERS:
            return Slot(parameter=_PARAMETERS[key], templated=True)
        case (str(key),):
            return _of_key("step", key)
        case _:
            return NOTHING


def _of_key(place: str, name: str) -> Slot:
    for key in LANGUAGE.keys[place]:
        if key.name == name:
            return Slot(types=key.types, values=key.values)
    return NOTHING


def _free(body: StepBody) -> tuple[KeySpec, ...]:
    """Return the keys of a step that those it has leave room for."""
    there = [entry.name for entry in body.node.entries] if isinstance(body.node, Map) else []
    ruled_out = {other for name in there for other in _ONE_OR_OTHER.get(name, ())}
    if not _is_short(body, there):  # ‘cwd’ and its like stand beside a ‘run’ only
        ruled_out |= {name for name in _PARAMETERS if name != "run"}
    return tuple(
        msgspec.structs.replace(key, required=key.required or key.name == _wanted(body, there))
        for key in LANGUAGE.keys["step"]
        if key.name not in ruled_out
    )


def _is_short(body: StepBody, there: list[str]) -> bool:
    return "run" in there or (body.short and "uses" not in there)


def _wanted(body: StepBody, there: list[str]) -> str:
    """Return the key that a step wants beside its id: what it does, then with what."""
    if not {"uses", "run"} & set(there):
        return "uses"
    uses = body.node.get("uses") if isinstance(body.node, Map) else None
    return "with" if isinstance(uses, Scalar) and uses.value else ""
