"""What may stand at one place of a workflow, as its language says it: for completion, and whatever else helps to write."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from calibrant.model.expression import Path
from calibrant.model.language import KeySpec
from calibrant.model.nodes import Node
from calibrant.model.workflow import StepBody

Names = Literal[
    "",
    "connector",
    "step",
    "new step",
    "new input",
    "new secret",
    "job",
    "new job",
    "action",
    "reusable workflow",
    "axis",
]
"""What a value can be the name of. An "action" is what a connector is in other languages, an "axis" a variable of a matrix."""


_NO_MEANINGS: Mapping[str, str] = MappingProxyType({})


class Slot(msgspec.Struct, frozen=True):
    """What may stand at one place.

    `keys` are those of a map there that still may be added. `parameters`: its keys are the parameters of the step's connector,
    `secrets`: the secrets that what the job calls is given.
    `parameter` names the parameter of the step's connector that the value is given for, or is a part of. `types` are type
    names as in `KeySpec`, `values` the only texts allowed (or the best known ones), `names` what the value is a name of; a
    "new" name is declared there (that of an input as a key of the map). `doc` says what the value is for, `meanings` what each
    of its `values` means, of those that need words.
    `expression`: the whole value is an expression, braces optional; `templated`: there may be expressions in it.
    `before_loop`: its expressions are worked out before any list is gone through, so there is no `item` in them.
    """

    keys: tuple[KeySpec, ...] = ()
    parameters: bool = False
    secrets: bool = False
    parameter: str = ""
    types: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    names: Names = ""
    expression: bool = False
    templated: bool = False
    before_loop: bool = False
    doc: str = ""
    meanings: Mapping[str, str] = _NO_MEANINGS


NOTHING = Slot()

SlotOf = Callable[[Path, StepBody | None, Node | None], Slot]
"""Tells what may stand at a path below a step's map, or without a step, below the root; `NOTHING` where that is not said.

The last one is the map in which a key is being typed, where there is one: what it has may leave no room for others."""
