"""What a rule is: the codes it may give, and its check of one step or of a whole workflow."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from calibrant.model.expression import Path
from calibrant.model.issue import Finding
from calibrant.model.shape import ANY, Shape
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.flow import Flow
from calibrant.rules.known import Known
from calibrant.rules.uses import Use

StepCheck = Callable[[StepBody, Known], Iterable[Finding]]
"""Looks at one step alone; its findings' spans are relative to the step. Its result is kept while the step is unchanged."""

WorkflowCheck = Callable[[Workflow, Known], Iterable[Finding]]
"""Looks at steps together, or at what stands around them; its findings' spans are in the document. Runs on every change."""


JobCheck = Callable[[JobBody, Known], Iterable[Finding]]
"""Looks at what stands around one job's steps; its findings' spans are relative to the job, `where` leads on from its value.
Its result is kept while the job's text is unchanged."""

FlowCheck = Callable[[Flow, Known], Iterable[Finding]]
"""Looks at one step and the shapes of what it refers to; its findings' spans are relative to the step. Its result is kept
while the step and these shapes are unchanged."""


class Noted(msgspec.Struct, frozen=True, gc=False):
    """Something in a step that matters only by what stands in other steps.

    Notes of one `sort` and `key` speak of the same thing. `value` is how it is written, `span` (relative to the step) and
    `where` its place, `name` the key that it stands behind.
    """

    sort: str
    key: str
    value: str
    span: Span
    where: Path
    name: str = ""


StepNotes = Callable[[StepBody, Known], Iterable[Noted]]
"""Looks at one step alone; what it notes is kept while the step is unchanged."""

NotesCheck = Callable[[Workflow, Sequence[Sequence[Noted]], Known], Iterable[Finding]]
"""Looks at what was noted of each step, in the steps' order; its findings' spans are in the document. Runs on every change."""


class Rule(msgspec.Struct, frozen=True):
    """One static check as registered; `codes` are all that its findings may have."""

    codes: tuple[str, ...]
    step: StepCheck | None = None
    workflow: WorkflowCheck | None = None
    flow: FlowCheck | None = None
    notes: StepNotes | None = None
    together: NotesCheck | None = None
    job: JobCheck | None = None


class Reached(msgspec.Struct, frozen=True, gc=False):
    """What is known of a step: its expressions, the names in them, their shapes, that of its output, its findings.

    `borrows`: the output's shape hangs on the others. `given` is None as long as these were not looked at. Findings are
    relative to the step.
    """

    uses: tuple[Use, ...]
    roots: tuple[str, ...]
    borrows: bool
    given: tuple[Shape, ...] | None = None
    output: Shape = ANY
    findings: tuple[Finding, ...] = ()


Reach = Callable[[Sequence[Rule], Workflow, Known, Mapping[int, Reached]], tuple[Reached, ...]]
"""Follows what steps refer to, and returns what is known of each; the last argument lends what was known, by body."""


ReachJobs = Callable[[Workflow, Known, Mapping[int, Reached]], tuple[Reached, ...]]
"""Returns what is known of each job; the last argument lends what was known, by body. Findings are relative to the job."""

Settle = Callable[[Workflow, Sequence[Finding]], list[Finding]]
"""Leaves out of a file's findings, which are in the order of their places, what only follows from others."""


class RuleSet(msgspec.Struct, frozen=True):
    """The checks of one language: each on its own, what follows references from step to step, and to jobs, and what is told."""

    rules: tuple[Rule, ...]
    reach: Reach
    reach_jobs: ReachJobs | None = None
    settle: Settle | None = None
