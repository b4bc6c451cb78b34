"""A step that is named and has no id: the one that was most likely meant gets it."""

import re
from collections.abc import Iterator, Sequence

from calibrant.model.change import AddKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.actions.outputs import setting, slug
from calibrant.repairs.actions.parts import pieces
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import job_of, path_of, shared, step_at
from calibrant.repairs.wording import quoted

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding, path = issue.finding, path_of(workflow, issue.finding)
    job, name = job_of(workflow, path), finding.subject
    if job is None or not _VALID.fullmatch(name):
        return
    steps = workflow.steps[job.first : job.after]
    if any(step.id and step.id.lower() == name.lower() for step in steps):
        return
    here = step_at(workflow, finding)
    before = [step for step in steps if (here is None or step.index < here.index) and _has_none(workflow, step)]
    meant = _meant(workflow, before, path, name, specs)
    for step in meant[:1]:
        title = f"Give {_called(step)} the id {quoted(name)}"
        level = safety(issue, workflow, specs, len(meant))
        yield Proposal(title, (AddKey(workflow.path_of(step), "id", name),), level)


def _has_none(workflow: Workflow, step: Step) -> bool:
    return step.body.id_node is None and not shared(workflow, workflow.path_of(step))


def _meant(
    workflow: Workflow, steps: Sequence[Step], path: tuple[str | int, ...], name: str, specs: Specs
) -> list[Step]:
    """Return the steps that may be meant: those that are called so, else those that set what is asked for."""
    wanted = slug(name)
    called = [
        step
        for step in steps
        if wanted in (slug(step.body.name or ""), slug((step.body.action or "").partition("@")[0].rsplit("/", 1)[-1]))
    ]
    outputs = _outputs(workflow, path, name)
    return called or (setting(steps, next(iter(outputs)), specs) if len(outputs) == 1 else [])


def _outputs(workflow: Workflow, path: tuple[str | int, ...], name: str) -> set[str]:
    """Return which outputs of the step are asked for in its job."""
    found: set[str] = set()
    for piece in pieces(workflow, job_of(workflow, path)):
        for one in piece.references:
            asked = one.root.lower() == "steps" and len(one.path) == 3 and one.path[1] == "outputs"
            if asked and str(one.path[0]).lower() == name.lower():
                found.add(str(one.path[2]))
    return found


def _called(step: Step) -> str:
    return f"the step {quoted(step.body.name)}" if step.body.name else f"step number {step.number + 1}"


REPAIR = Repair("add-id", frozenset({"unknown-step"}), 0.8, _propose)
