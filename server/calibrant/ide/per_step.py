"""What is found in each step by its text alone, kept from one reading to the next while that text stays the same."""

from typing import Generic, TypeVar

import msgspec

from calibrant.model.workflow import Workflow

T = TypeVar("T")


class PerStep(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """What was found in each step of a workflow, in order; it must hang on nothing but the step's body."""

    workflow: Workflow
    found: tuple[T, ...]


def kept(before: PerStep[T] | None) -> dict[int, T]:
    """Return what was found by the identity of the bodies; `before` must stay alive as long as that is used."""
    if before is None:
        return {}
    return {id(step.body): found for step, found in zip(before.workflow.steps, before.found, strict=True)}
