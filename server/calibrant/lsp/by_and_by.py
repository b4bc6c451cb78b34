"""Looks at the steps of a long workflow a few at a time, so that other messages are answered meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from calibrant.ide.per_step import PerStep, kept
from calibrant.lsp.asked import Asked
from calibrant.model.workflow import StepBody, Workflow

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

T = TypeVar("T")

_AT_ONCE = 100
"""Steps that are looked at between two looks at the messages: some milliseconds."""


async def by_and_by(workflow: Workflow, find: Callable[[StepBody], T], before: PerStep[T] | None = None) -> PerStep[T]:
    """Return what `find` finds in each step; `before` lends what it found in bodies that are still the same objects.

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
    return PerStep(workflow, tuple(found))


async def remembered(
    ls: "CalibrantServer", asked: Asked, memory: dict[str, PerStep[T]], find: Callable[[StepBody], T]
) -> tuple[T, ...]:
    """Return what `find` finds in each step of a document, and keep it in `memory` as long as the document is there."""
    key = asked.snapshot.key
    found = await by_and_by(asked.workflow, find, memory.get(key))
    if ls.documents.get(key) is not None:
        memory[key] = found
    return found.found
