"""What a workflow has names for: steps, inputs, secrets, and what is behind them."""

from collections.abc import Iterable

import msgspec

from calibrant.expressions.words import LOOP_NAMES
from calibrant.ide.lexical.names import NameSymbol
from calibrant.ide.things import InputName, ReferencePart, SecretName, StepName, Thing
from calibrant.model.expression import Path, Reference
from calibrant.model.workflow import Step, Workflow

INPUTS = "inputs"
SECRETS = "secrets"


class StepSymbol(msgspec.Struct, frozen=True, tag=True):
    """A step by its id. Of several steps with one id the first (`nth` 0) is the one that others name."""

    name: str
    nth: int = 0


class InputSymbol(msgspec.Struct, frozen=True, tag=True):
    """An input; `nth` as with steps."""

    name: str
    nth: int = 0


class SecretSymbol(msgspec.Struct, frozen=True, tag=True):
    """A secret; `nth` as with steps."""

    name: str
    nth: int = 0


class FieldSymbol(msgspec.Struct, frozen=True, tag=True):
    """What a path leads to behind a root: a field of a step's output, an environment variable."""

    root: str
    path: Path


class LoopSymbol(msgspec.Struct, frozen=True, tag=True):
    """The element that the step number `step` goes through, or its position, or what a path leads to behind it.

    `name` is "item" or "index"; `over` is what is gone through (see `rules.uses.Use`).
    """

    step: int
    name: str
    over: str
    path: Path = ()


Symbol = StepSymbol | InputSymbol | SecretSymbol | FieldSymbol | LoopSymbol | NameSymbol


def symbol_of(workflow: Workflow, thing: Thing | None) -> Symbol | None:
    """Return the symbol that a thing names, whether it is declared or not; None where it names none."""
    match thing:
        case StepName(definition=False):
            return StepSymbol(thing.name)
        case StepName():
            before = workflow.steps[: thing.step.index]
            return StepSymbol(thing.name, sum(step.body.id == thing.name for step in before))
        case InputName():
            return InputSymbol(thing.input.name, _nth(workflow.inputs, thing.input))
        case SecretName():
            return SecretSymbol(thing.secret.name, _nth(workflow.secrets, thing.secret))
        case ReferencePart():
            return named_by(thing.reference, thing.part, thing.step, thing.over)
    return None


def named_by(reference: Reference, part: int, step: Step, over: str) -> Symbol:
    """Return what a part of a reference names; `over` is what `item` goes through there."""
    first = reference.path[0] if reference.path else None
    if part == 1 and isinstance(first, str):
        if reference.root == INPUTS:
            return InputSymbol(first)
        if reference.root == SECRETS:
            return SecretSymbol(first)
    path = reference.path[:part]
    if reference.root in LOOP_NAMES:
        return LoopSymbol(step.index, reference.root, over, path)
    return FieldSymbol(reference.root, path) if path else StepSymbol(reference.root)


def _nth(declared: Iterable[object], one: object) -> int:
    name = getattr(one, "name", "")
    alike = [other for other in declared if getattr(other, "name", "") == name]
    return next((at for at, other in enumerate(alike) if other is one), 0)
