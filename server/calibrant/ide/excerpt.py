"""A document without the jobs and steps that a cursor is not in: what has to be read again to tell what is being typed."""

from bisect import bisect_right

import msgspec

from calibrant.model.text import Span
from calibrant.model.workflow import Job, Workflow


class Excerpt(msgspec.Struct, frozen=True):
    """Some parts of a document, one after the other, and where in their text the cursor is: at `offset` of the document.

    `step` is the position in the file of the step that the cursor is in, None where it is in none that is known; `last` tells
    that no step follows, in the same job where there are jobs. `before` is how many steps stand before the cursor. `job` is the
    position of the job that the cursor is in, and `last_job` tells that no job follows.
    """

    text: str
    cursor: int
    offset: int
    parts: tuple[Span, ...]
    step: int | None = None
    before: int = 0
    last: bool = True
    job: int | None = None
    last_job: bool = True

    def to_document(self, offset: int) -> int:
        """Return the document's offset of one in the excerpt's text."""
        for part in self.parts:
            size = part.end - part.start
            if offset < size:
                return part.start + offset
            offset -= size
        return self.parts[-1].end


def excerpt_at(workflow: Workflow, offset: int) -> Excerpt:
    """Return what stands around an offset of a workflow's text: what is outside the steps, and the step it is in.

    Where there are jobs, that is what is outside of the jobs, and the job it is in without its other steps.
    """
    text, steps = workflow.text, workflow.steps
    offset = max(0, min(offset, len(text)))
    if workflow.in_pieces and workflow.jobs:
        return _in_jobs(workflow, offset)
    if not workflow.in_pieces or not steps:
        return Excerpt(text, offset, offset, (Span(0, len(text)),), last=not steps)
    starts = [step.origin for step in steps]
    at = bisect_right(starts, offset) - 1
    end = starts[-1] + len(steps[-1].body.text)
    if at < 0:
        return _cut(text, offset, (Span(0, starts[0]), Span(end, len(text))), None, 0, last=False)
    inside = Span(starts[at], starts[at] + len(steps[at].body.text))
    last = at == len(steps) - 1
    if offset <= inside.end:
        spans = (Span(0, starts[0]), inside, Span(end, len(text)))
        return _cut(text, offset, spans, at, at, last=last)
    if last:
        return _cut(text, offset, (Span(0, starts[0]), Span(end, len(text))), None, at + 1, last=True)
    gap = Span(inside.end, starts[at + 1])  # in JSON, where a new step may be begun between two others
    comma = text.find(",", gap.start, offset)
    gap = Span(comma + 1, gap.end) if comma >= 0 else gap
    return _cut(text, offset, (Span(0, starts[0]), gap, Span(end, len(text))), None, at + 1, last=False)


def _in_jobs(workflow: Workflow, offset: int) -> Excerpt:
    text, jobs = workflow.text, workflow.jobs
    head, end = Span(0, jobs[0].origin), jobs[-1].origin + len(jobs[-1].body.text)
    at = bisect_right(jobs, offset, key=lambda job: job.origin) - 1
    if at < 0 or offset > end:
        return _cut(text, offset, (head, Span(end, len(text))), None, 0, last=False)
    job = jobs[at]
    inside = Span(job.origin, job.origin + len(job.body.text))
    step, kept = _of_job(workflow, job, inside, offset)
    spans = (head, *kept, Span(end, len(text)))
    made = _cut(text, offset, spans, step, job.first if step is None else step, last=step in (None, job.after - 1))
    return msgspec.structs.replace(made, job=at, last_job=at == len(jobs) - 1)


def _of_job(workflow: Workflow, job: Job, inside: Span, offset: int) -> tuple[int | None, tuple[Span, ...]]:
    """Return the step of a job that an offset is in, and the parts of the job without its other steps."""
    steps = workflow.steps[job.first : job.after]
    if not steps:
        return None, (inside,)
    first, after = steps[0].origin, steps[-1].origin + len(steps[-1].body.text)
    above, below = Span(inside.start, first), Span(after, inside.end)
    at = bisect_right(steps, offset, key=lambda step: step.origin) - 1
    if at < 0 or offset > after:
        return None, (above, below)
    own = Span(steps[at].origin, steps[at].origin + len(steps[at].body.text))
    return job.first + at, (above, own, below)


def _cut(text: str, offset: int, spans: tuple[Span, ...], step: int | None, before: int, *, last: bool) -> Excerpt:
    cursor, length = 0, 0
    for span in spans:
        if span.start <= offset <= span.end:
            cursor = length + offset - span.start
        length += span.end - span.start
    return Excerpt("".join(text[span.start : span.end] for span in spans), cursor, offset, spans, step, before, last)
