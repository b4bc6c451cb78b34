"""An id of a step or a job that stands twice, or that GitHub does not take: another one, also wherever it is named."""

from collections.abc import Iterator

from calibrant.model.change import Change, RenameKey, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Scalar, Seq
from calibrant.model.workflow import Job, Step, Workflow
from calibrant.repairs.actions.parts import named, pieces
from calibrant.repairs.names import fresh
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import job_of, node_at, path_of, scalar_at, shared, step_at
from calibrant.repairs.wording import change


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    step, path = step_at(workflow, finding), path_of(workflow, finding)
    if step is not None:
        yield from _of_step(issue, workflow, specs, step)
    elif (job := job_of(workflow, path)) is not None and path == job.path and finding.candidates:
        yield from _of_job(issue, workflow, specs, job)
    elif path and path[-1] == finding.subject and finding.candidates:
        yield Proposal(change(finding.subject, finding.candidates[0]), (RenameKey(path, finding.candidates[0]),))


def _of_step(issue: Issue, workflow: Workflow, specs: Specs, step: Step) -> Iterator[Proposal]:
    finding, path = issue.finding, (*workflow.path_of(step), "id")
    if scalar_at(workflow, path) is None or step.job < 0:
        return
    job, twice = workflow.jobs[step.job], finding.code == "duplicate-id"
    steps = workflow.steps[job.first : job.after]
    taken = {other.id.lower() for other in steps if other.id and other is not step}
    wanted = finding.subject if twice else next(iter(finding.candidates), "")
    name = fresh(wanted.lower(), taken) if wanted.lower() in taken else wanted
    if not name or name == step.id:
        return
    uses = [part for piece in pieces(workflow, job) for part in named(workflow, piece, "steps", finding.subject)]
    # of two steps with one id it cannot be told which one is meant where it is named
    others: list[Change] = [] if twice else [part.to(name) for part in uses]
    level = safety(issue, workflow, specs, 1) if not (twice and uses) else "review"
    yield Proposal(change(finding.subject, name), (SetValue(path, name), *others), level)


def _of_job(issue: Issue, workflow: Workflow, specs: Specs, job: Job) -> Iterator[Proposal]:
    old, new = issue.finding.subject, issue.finding.candidates[0]
    if any(other.id and other.id.lower() == new.lower() for other in workflow.jobs):
        return
    changes: list[Change] = [RenameKey(job.path, new)]
    for other in workflow.jobs:
        changes += _in_needs(workflow, other, old, new)
    for piece in pieces(workflow):
        for root in ("needs", "jobs"):
            changes += [part.to(new) for part in named(workflow, piece, root, old)]
    yield Proposal(change(old, new), tuple(changes), safety(issue, workflow, specs, 1))


def _in_needs(workflow: Workflow, job: Job, old: str, new: str) -> Iterator[Change]:
    path: Path = (*job.path, "needs")
    node = node_at(workflow, path)
    several = node.items if isinstance(node, Seq) else ()
    for where, item in [*(((*path, at), item) for at, item in enumerate(several)), *([(path, node)] if node else [])]:
        if isinstance(item, Scalar) and str(item.value).lower() == old.lower() and not shared(workflow, where):
            yield SetValue(where, new)


REPAIR = Repair("rename-step", frozenset({"duplicate-id", "invalid-id"}), 0.85, _propose)
