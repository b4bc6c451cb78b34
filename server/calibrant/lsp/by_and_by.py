"""Looks at the steps of a long workflow a few at a time, so that other messages are answered meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from calibrant.ide.per_step import PerStep, kept
from calibrant.lsp.asked import Asked
from calibrant.model.workflow import JobBody, StepBody, Workflow

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

T = TypeVar("T")

_AT_ONCE = 100
"""Steps that are looked at between two looks at the messages: some milliseconds."""


async def by_and_by(
    workflow: Workflow,
    find: Callable[[StepBody], T],
    before: PerStep[T] | None = None,
    of_job: Callable[[JobBody], T] | None = None,
) -> PerStep[T]:
    """Return what `find` finds in each step, and `of_job` in each job; `before` lends what was found in bodies that are still the
    same objects.

    So an edit of one step costs that step, and what was found is used again wherever a step has moved to.
    """
    known = kept(before)
    looked = 0
    found: list[T] = []
    for step in workflow.steps:
        have = known.get(id(step.body))
        if have is None:
            have = find(step.body)
            looked += 1
            if looked % _AT_ONCE == 0:
                await asyncio.sleep(0)
        found.append(have)
    jobs: list[T] = []
    for job in workflow.jobs if of_job is not None else ():
        have = known.get(id(job.body))
        if have is None and of_job is not None:
            have = of_job(job.body)
            looked += 1
            if looked % _AT_ONCE == 0:
                await asyncio.sleep(0)
        jobs += [have] if have is not None else []
    return PerStep(workflow, tuple(found), tuple(jobs))


async def remembered(
    ls: "CalibrantServer",
    asked: Asked,
    memory: dict[str, PerStep[T]],
    find: Callable[[StepBody], T],
    of_job: Callable[[JobBody], T] | None = None,
) -> PerStep[T]:
    """Return what is found in each step and job of a document, and keep it in `memory` as long as the document is there."""
    key = asked.snapshot.key
    found = await by_and_by(asked.workflow, find, memory.get(key), of_job)
    if ls.documents.get(key) is not None:
        memory[key] = found
    return found
