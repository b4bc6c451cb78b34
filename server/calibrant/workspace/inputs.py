"""What a workflow's inputs are given: which still need a value, what is remembered for later runs, and what never is."""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from calibrant.engine.inputs import converted
from calibrant.model.closest import ranked
from calibrant.model.nodes import Hole, Node, plain
from calibrant.model.words import in_words
from calibrant.model.workflow import Input, Workflow
from calibrant.workspace.secret_inputs import is_secret

DEEPEST = 64
"""How many lists and objects may stand within each other in a value."""


class Wanted(msgspec.Struct, frozen=True):
    """One input as a person is asked for it.

    `value` is what is remembered of earlier runs, None where nothing is, or nothing that fits. `needed`: a run has no value
    for it. `problem` says what is wrong with the value that was given now. `secret`: it is not written down, and `value` does
    not show it; `remembered` tells that a value that fits is at hand all the same.
    """

    name: str
    type: str
    description: str
    choices: tuple[object, ...] | None
    default: object
    sample: object
    value: object
    needed: bool
    problem: str
    secret: bool
    remembered: bool


class Remembered(msgspec.Struct, frozen=True):
    """What is remembered of earlier runs, by name: `kept` is written down, `confided` stays in this process."""

    kept: Mapping[str, object] = {}
    confided: Mapping[str, object] = {}

    @property
    def all(self) -> dict[str, object]:
        """Every value, as it was given."""
        return {**self.kept, **self.confided}


def wanted(workflow: Workflow, remembered: Remembered, given: Mapping[str, object]) -> list[Wanted]:
    """Return every input, and what to say of the values given now."""
    referred = _referred(workflow)
    return [_wanted(item, item.name in referred, remembered, given) for item in declared(workflow).values()]


def fitting(workflow: Workflow, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that a run of this text can be given; what is remembered of inputs that are gone is left out."""
    inputs = declared(workflow)
    return {name: value for name, value in values.items() if name in inputs and not problem_of(inputs[name], value)}


def problems(workflow: Workflow, values: Mapping[str, object]) -> list[str]:
    """Return what is wrong with values that were given now, in words; None as a value forgets one, and is never wrong."""
    inputs = declared(workflow)
    found = [
        _undeclared(name, list(inputs)) for name, value in values.items() if value is not None and name not in inputs
    ]
    known = ((inputs[name], value) for name, value in values.items() if value is not None and name in inputs)
    return found + [problem for item, value in known if (problem := problem_of(item, value))]


def declared(workflow: Workflow) -> dict[str, Input]:
    """Return the inputs by name; of two of one name the last is in force, as in a run."""
    return {item.name: item for item in workflow.inputs}


def problem_of(item: Input, value: object) -> str:
    """Return what is wrong with a value for an input, empty if nothing. That of a secret is not shown."""
    if _too_deep(value):
        return f"The value for the input ‘{item.name}’ is nested too deeply."
    out, failure = converted(item, value)
    if failure and is_secret(item, value, ()):
        return f"The input ‘{item.name}’ takes {in_words(item.type)}, but was given something else."
    if failure:
        return " ".join(filter(None, (failure.message, failure.hint)))
    return f"The value for the input ‘{item.name}’ is nested too deeply." if _too_deep(out) else ""


def _wanted(item: Input, referred: bool, remembered: Remembered, given: Mapping[str, object]) -> Wanted:
    problem = problem_of(item, given[item.name]) if given.get(item.name) is not None else ""
    secret = is_secret(item, None, ())
    kept = remembered.kept.get(item.name)
    before = remembered.all.get(item.name)
    held = given.get(item.name, before)
    has_value = held is not None and not problem_of(item, held)
    own = _literal(item.default) is not None or _literal(item.sample) is not None
    return Wanted(
        name=item.name,
        type=item.type,
        description=item.description,
        choices=tuple(map(_wire, item.enum)) or None,
        default=_wire(_literal(item.default)),
        sample=_wire(_literal(item.sample)),
        value=None if secret or kept is None or problem_of(item, kept) else _wire(converted(item, kept)[0]),
        needed=(item.required or referred) and not has_value and not own,
        problem=problem,
        secret=secret or item.name in remembered.confided,
        remembered=before is not None and not problem_of(item, before),
    )


def _referred(workflow: Workflow) -> frozenset[str]:
    references = (one for step in workflow.steps for one in step.body.references)
    return frozenset(str(one.path[0]) for one in references if one.root == "inputs" and one.path)


def _literal(node: Node | None) -> object:
    return None if node is None or isinstance(node, Hole) else plain(node)


def _undeclared(name: str, names: Sequence[str]) -> str:
    has = f"It has: {', '.join(ranked(name, names))}." if names else "It has no inputs."
    return f"The workflow has no input ‘{name[:60]}’. {has}"


def _too_deep(value: object) -> bool:
    """Tell whether a value is nested deeper than any that people write: others could not be handed on."""
    level = [value]
    for _ in range(DEEPEST):
        level = [one for held in level for one in _parts(held)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _wire(value: object) -> object:
    """Return a value as JSON can say it; numbers that it cannot say are text."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {str(name): _wire(one) for name, one in value.items()}
        case list() | tuple():
            return [_wire(one) for one in value]
    return str(value)
