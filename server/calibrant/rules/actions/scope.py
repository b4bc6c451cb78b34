"""What the expressions of each step and job may refer to, and what is wrong in them by that; keeps what has not changed."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from calibrant.expressions.actions.infer import infer
from calibrant.expressions.actions.shapes import strict
from calibrant.github.availability import available
from calibrant.github.languages import ACTION
from calibrant.model.expression import Path
from calibrant.model.issue import Finding
from calibrant.model.shape import ANY, Shape
from calibrant.model.workflow import Job, JobBody, Step, StepBody, Workflow
from calibrant.rules.actions.as_text import as_text
from calibrant.rules.actions.contexts import (
    NEAR,
    OUTPUTS,
    any_job,
    by_id,
    constant,
    github_shape,
    inputs_shape,
    job_shape,
    jobs_shape,
    needs_shape,
    outputs_of,
    step_fields,
)
from calibrant.rules.actions.elsewhere import Elsewhere
from calibrant.rules.actions.findings import found
from calibrant.rules.actions.looking import STEPS, Looked, first_look, ids_of, perhaps_named
from calibrant.rules.actions.matrix_values import matrix_shape
from calibrant.rules.actions.site import Site
from calibrant.rules.ignoring import silenced
from calibrant.rules.known import Known
from calibrant.rules.rule import Reached, Rule

CODES: Final = (
    "unknown-context",
    "misplaced-context",
    "unknown-step",
    "missing-need",
    "unknown-output",
    "unknown-input",
    "missing-field",
    "shape-mismatch",
    "never-holds",
)
"""The codes of what is found here."""


_ANY_STEP: Final = strict(tuple(step_fields(OUTPUTS)))
"""A step whose outputs are not known."""


def reach(
    _rules: Sequence[Rule], workflow: Workflow, known: Known, previous: Mapping[int, Reached]
) -> tuple[Reached, ...]:
    """Return what is known of each step; `previous` lends it by the identity of the steps' bodies."""
    reaching = _Reaching(workflow, known, previous)
    return tuple(found for job in workflow.jobs for found in reaching.steps(job))


def reach_jobs(workflow: Workflow, known: Known, previous: Mapping[int, Reached]) -> tuple[Reached, ...]:
    """Return what is known of each job; `previous` lends it by the identity of the jobs' bodies."""
    reaching = _Reaching(workflow, known, previous)
    return tuple(reaching.job(job) for job in workflow.jobs)


def around(workflow: Workflow, known: Known) -> Iterator[Finding]:
    """Yield what is wrong in the expressions around the jobs."""
    reaching = _Reaching(workflow, known, {})
    looked = first_look(workflow.root, None)
    scope = _Scope(reaching.shared, {"jobs": lambda: jobs_shape(workflow, known)})
    if STEPS in looked.roots and len(workflow.jobs) == 1:
        scope[STEPS] = reaching.steps_of(workflow.jobs[0], looked)
    yield from _findings(looked, scope, ())


class _Scope(dict[str, Shape]):
    """The shapes of contexts; what not every expression names is looked at when one does."""

    def __init__(self, shared: Mapping[str, Shape], made: Mapping[str, Callable[[], Shape]]) -> None:
        super().__init__(shared)
        self._made = made

    def __missing__(self, name: str) -> Shape:
        self[name] = shape = self._made[name]() if name in self._made else ANY
        return shape


class _Reaching:
    def __init__(self, workflow: Workflow, known: Known, previous: Mapping[int, Reached]) -> None:
        self._workflow = workflow
        self._known = known
        self._previous = previous
        self._jobs = by_id(workflow)
        self._composite = workflow.language.name == ACTION
        self._stands: dict[str, list[Step]] | None = None
        self.shared = {**constant(), "github": github_shape(workflow), "inputs": inputs_shape(workflow)}

    def steps(self, job: Job) -> Iterator[Reached]:
        """Yield what is known of each step of a job, in their order."""
        scope = self._scope_of(job)
        earlier: dict[str, tuple[str, Shape]] = {}
        certain = not job.body.problems
        path = (*_begin(self._composite), STEPS, "*")
        for step in self._workflow.steps[job.first : job.after]:
            body = step.body
            looked = self._looked(body)
            if looked.ids or looked.by_chance:
                scope[STEPS] = _steps(looked, earlier) if certain else ANY
            elsewhere = (*self._elsewhere(looked, earlier, job, step), *self._not_needed(looked, job))
            yield self._checked(looked, scope, path, body, elsewhere)
            certain = certain and not perhaps_named(body)
            for name in ids_of(body):
                earlier.setdefault(name.lower(), (name, looked.output if name == body.id else _ANY_STEP))

    def job(self, job: Job) -> Reached:
        """Return what is known of what stands around a job's steps."""
        before = self._previous.get(id(job.body))
        looked = before if isinstance(before, Looked) else first_look(job.body.node, job.body)
        scope = self._scope_of(job)
        elsewhere = tuple(self._not_needed(looked, job))
        if STEPS in looked.roots:
            there = self._all_of(job)
            scope[STEPS] = _steps(looked, there) if there is not None else ANY
            elsewhere += tuple(self._elsewhere(looked, there or {}, job, None))
        return self._checked(looked, scope, _begin(self._composite), job.body, elsewhere)

    def steps_of(self, job: Job, looked: Looked) -> Shape:
        """Return the shape of ‘steps’ behind all steps of a job, as far as it is referred to."""
        there = self._all_of(job)
        return _steps(looked, there) if there is not None else ANY

    def _all_of(self, job: Job) -> dict[str, tuple[str, Shape]] | None:
        """Return the steps of a job by their ids in lower case; None where not all of these can be read."""
        bodies = [step.body for step in self._workflow.steps[job.first : job.after]]
        if job.body.problems or any(map(perhaps_named, bodies)):
            return None
        there: dict[str, tuple[str, Shape]] = {}
        for body in bodies:
            for name in ids_of(body):
                there.setdefault(name.lower(), (name, _output(body, self._known) if name == body.id else _ANY_STEP))
        return there

    def _scope_of(self, job: Job) -> _Scope:
        if self._composite:
            return _Scope(self.shared, {"job": any_job})
        made: dict[str, Callable[[], Shape]] = {
            "matrix": lambda: matrix_shape(job.body),
            "needs": lambda: needs_shape(job.body, self._jobs, self._known),
            "job": lambda: job_shape(job.body),
        }
        return _Scope(self.shared, made)

    def _looked(self, body: StepBody) -> Looked:
        before = self._previous.get(id(body))
        return before if isinstance(before, Looked) else first_look(body.node, body, _output(body, self._known))

    def _elsewhere(self, looked: Looked, there: Container[str], job: Job, this: Step | None) -> Iterator[Elsewhere]:
        """Yield where the steps are that are named and not there: this one itself, a later one, one of another job.

        `this` is the step that names them, None where that is the job.
        """
        for name in looked.ids:
            if name in there:
                continue
            stands = self._named(name)
            if this is not None and this.body.id is not None and name == this.body.id.lower():
                yield Elsewhere(STEPS, name, "this")
            elif this is not None and any(step.job == job.index and step.index > this.index for step in stands):
                yield Elsewhere(STEPS, name, "later")
            elif (other := next((step.scope for step in stands if step.job != job.index), "")) != "":
                yield Elsewhere(STEPS, name, "job", other)

    def _not_needed(self, looked: Looked, job: Job) -> Iterator[Elsewhere]:
        """Yield the jobs that are named in ‘needs’ and are there, and that a job does not need."""
        needed = {need.id.lower() for need in job.body.needs} if looked.needs else ()
        for name in looked.needs:
            other = self._jobs.get(name)
            if other is not None and other is not job and name not in needed:
                yield Elsewhere("needs", name, "job", other.label)

    def _named(self, name: str) -> Sequence[Step]:
        """Return the steps of all jobs that have an id, in lower case; looked for once something is missing."""
        if self._stands is None:
            self._stands = {}
            for step in self._workflow.steps:
                for one in ids_of(step.body):
                    self._stands.setdefault(one.lower(), []).append(step)
        return self._stands.get(name, ())

    def _checked(
        self, looked: Looked, scope: _Scope, path: Path, body: StepBody | JobBody, elsewhere: tuple[Elsewhere, ...]
    ) -> Looked:
        given = tuple([scope[root] for root in looked.roots])
        if looked.given == given and looked.elsewhere == elsewhere:
            return looked
        found = _findings(looked, scope, path, elsewhere)
        findings = tuple(one for one in found if not silenced(one, body.ignores))
        return msgspec.structs.replace(looked, given=given, elsewhere=elsewhere, findings=findings)


def _steps(looked: Looked, there: Mapping[str, tuple[str, Shape]]) -> Shape:
    """Return the shape of ‘steps’ with what is referred to; where something of that is missing, with all there is."""
    if looked.by_chance:
        return ANY
    whole = any(name not in there for name in looked.ids)
    return strict(tuple(there.values()) if whole else [there[name] for name in looked.ids])


def _begin(composite: bool) -> Path:
    return ("runs",) if composite else ("jobs", "*")


def _output(body: StepBody, known: Known) -> Shape:
    outputs = outputs_of(body.action, known)
    return _ANY_STEP if outputs is OUTPUTS else strict(tuple(step_fields(outputs)))


def _findings(looked: Looked, scope: _Scope, path: Path, elsewhere: tuple[Elsewhere, ...] = ()) -> Iterator[Finding]:
    for one, tree in looked.looks:
        there = available((*path, *one.below))
        if there is None or there.nothing:
            continue
        names = {name: scope[name] for name in there.contexts}
        inferred = infer(tree, names, there.functions, NEAR)
        site = Site(one, scope, (*path, *one.below), elsewhere)
        for problem in inferred.problems:
            yield found(problem, site)
        if not inferred.problems:
            yield from as_text(inferred.shape, site)
