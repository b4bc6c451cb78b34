"""What is found in each step, and each job, by its text alone: kept from one reading to the next while that is the same."""

from typing import Generic, TypeVar

import msgspec

from calibrant.model.workflow import Workflow

T = TypeVar("T")


class PerStep(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """What was found in each step of a workflow, in order; it must hang on nothing but the step's body.

    `jobs` is what was found in each job, where that was asked for.
    """

    workflow: Workflow
    found: tuple[T, ...]
    jobs: tuple[T, ...] = ()


def kept(before: PerStep[T] | None) -> dict[int, T]:
    """Return what was found by the identity of the bodies; `before` must stay alive as long as that is used."""
    if before is None:
        return {}
    known = {id(step.body): found for step, found in zip(before.workflow.steps, before.found, strict=True)}
    known.update((id(job.body), found) for job, found in zip(before.workflow.jobs, before.jobs, strict=False))
    return known
