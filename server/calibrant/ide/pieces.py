"""The pieces of a document that are read, and kept, each on its own: steps, jobs without their steps, and what is around."""

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from calibrant.ide.things import step_at
from calibrant.model.expression import Expression, Path
from calibrant.model.nodes import Node
from calibrant.model.text import Span
from calibrant.model.workflow import Job, JobBody, Step, StepBody, Workflow


class Piece(msgspec.Struct, frozen=True, eq=False):
    """A piece: spans in `node` are relative to `origin`, and `path` leads to it in the document.

    `job` is the number of the job that it belongs to and `step` that of the step which it is, -1 where there is none.
    """

    body: StepBody | JobBody | Workflow
    node: Node
    origin: int
    path: Path
    job: int = -1
    step: int = -1

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return self.body.expressions

    @property
    def text(self) -> str:
        """The text that it was read from."""
        return self.body.text

    def at(self, span: Span) -> Span:
        """Return the document's span of one relative to the piece."""
        return span.shift(self.origin)


def of_step(workflow: Workflow, step: Step) -> Piece:
    """Return a step as a piece."""
    return Piece(step.body, step.body.node, step.origin, workflow.path_of(step), step.job, step.index)


def of_job(job: Job) -> Piece:
    """Return a job, without its steps, as a piece."""
    return Piece(job.body, job.body.node, job.origin, job.path, job.index)


def around(workflow: Workflow) -> Piece:
    """Return what stands around the jobs as a piece."""
    return Piece(workflow, workflow.root, 0, ())


def pieces(workflow: Workflow) -> Iterator[Piece]:
    """Yield all pieces: what is around the jobs, then the jobs, then the steps."""
    yield around(workflow)
    yield from map(of_job, workflow.jobs)
    for step in workflow.steps:
        yield of_step(workflow, step)


def pieces_at(workflow: Workflow, offset: int) -> Iterator[Piece]:
    """Yield the pieces whose text an offset lies in, the innermost first."""
    step = step_at(workflow, offset)
    if step is not None:
        yield of_step(workflow, step)
    job = job_at(workflow, offset)
    if job is not None:
        yield of_job(job)
    yield around(workflow)


def job_at(workflow: Workflow, offset: int) -> Job | None:
    """Return the job in whose piece of the text an offset lies."""
    at = bisect_right(workflow.jobs, offset, key=lambda job: job.origin) - 1
    if at < 0:
        return None
    job = workflow.jobs[at]
    return job if offset <= job.origin + len(job.body.text) else None
