"""A result of a step of another job: handed over as an output of that job, which is waited for."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, AddNeed, Change, EditText
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar, plain
from calibrant.model.workflow import Job, Step, Workflow
from calibrant.repairs.actions.add_need import waits
from calibrant.repairs.actions.parts import Part, part_at
from calibrant.repairs.sites import job_of, node_at, origin_of, path_of, shared, step_at
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    job, name = job_of(workflow, path_of(workflow, issue.finding)), issue.finding.subject
    found = [step for step in workflow.steps if step.id and step.id.lower() == name.lower() and step.job >= 0]
    named = _reference(issue, workflow)
    if job is None or len(found) != 1 or named is None:
        return
    other = workflow.jobs[found[0].job]
    jobs = {one.id.lower(): one for one in reversed(workflow.jobs) if one.id}
    if other is job or other.id is None or waits(other, job, jobs) or shared(workflow, (*other.path, "outputs")):
        return
    part, output = named
    given = _output(workflow, other, found[0], output)
    if given is not None:
        name, declared = given
        needed = any(need.id.lower() == other.id.lower() for need in job.body.needs)
        waiting: tuple[Change, ...] = () if needed else (AddNeed(job.path, other.id),)
        edit = EditText(part.path, part.start, part.end, f"needs.{other.id}.outputs.{name}")
        title = f"Hand {quoted(output)} over as an output of the job {quoted(other.id)}"
        yield Proposal(title, (*declared, *waiting, edit))


def _reference(issue: Issue, workflow: Workflow) -> tuple[Part, str] | None:
    """Return where ‘steps.x.outputs.y’ stands that a finding is about, and which output it is."""
    finding, path = issue.finding, path_of(workflow, issue.finding)
    step, job = step_at(workflow, finding), job_of(workflow, path)
    body = step.body if step is not None else job.body if job is not None else None
    origin = origin_of(workflow, path)
    for one in body.references if body is not None else ():
        asked = one.root.lower() == "steps" and len(one.path) == 3 and str(one.path[1]).lower() == "outputs"
        if asked and one.parts[1].shift(origin) == finding.span:
            part = part_at(workflow, finding, one.span.shift(origin))
            return (part, str(one.path[2])) if part is not None else None
    return None


def _output(workflow: Workflow, job: Job, step: Step, output: str) -> tuple[str, tuple[Change, ...]] | None:
    """Return by which name a job gives a step's output, and what declares it; None where the name is another's."""
    value = f"${{{{ steps.{step.id}.outputs.{output} }}}}"
    declared = node_at(workflow, (*job.path, "outputs"))
    if declared is None:
        return output, (AddKey((*job.path, "outputs"), output, value),)
    if not isinstance(declared, Map):
        return None
    for entry in declared.entries:
        if isinstance(entry.value, Scalar) and plain(entry.value) == value:
            return entry.name, ()
    taken = any(entry.name.lower() == output.lower() for entry in declared.entries)
    return None if taken else (output, (AddKey((*job.path, "outputs"), output, value),))


REPAIR = Repair("by-needs", frozenset({"unknown-step"}), 0.8, _propose)
