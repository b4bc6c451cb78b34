"""What is found in each step by its text alone, kept from one reading to the next while that text stays the same."""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from calibrant.model.workflow import StepBody, Workflow

T = TypeVar("T")


class PerStep(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """What was found in each step of a workflow, in order."""

    workflow: Workflow
    found: tuple[T, ...]


def per_step(workflow: Workflow, find: Callable[[StepBody], T], before: PerStep[T] | None = None) -> PerStep[T]:
    """Return what `find` finds in each step. `before` lends what it found in bodies that are still the same.

    `find` must hang on nothing but the body: what it found is used again wherever the step has moved to.
    """
    known = kept(before)
    found: list[T] = []
    for step in workflow.steps:
        have = known.get(id(step.body))
        found.append(find(step.body) if have is None else have)
    return PerStep(workflow, tuple(found))


def kept(before: PerStep[T] | None) -> dict[int, T]:
    """Return what was found by the identity of the bodies; `before` must stay alive as long as that is used."""
    if before is None:
        return {}
    return {id(step.body): found for step, found in zip(before.workflow.steps, before.found, strict=True)}
