"""An output that a job does not declare, though one of its steps sets it: it is declared."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.outputs import id_of, setting
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, shared
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    root, _, rest = issue.finding.evidence.get("of", "").lower().partition(".")
    owner, output = rest.removesuffix(".outputs"), issue.finding.subject
    job = next((one for one in workflow.jobs if one.id and one.id.lower() == owner), None)
    if root not in ("needs", "jobs") or job is None or job.body.action is not None:
        return
    declared = node_at(workflow, (*job.path, "outputs"))
    if shared(workflow, (*job.path, "outputs")) or not (declared is None or isinstance(declared, Map)):
        return
    steps = workflow.steps[job.first : job.after]
    able = setting(steps, output, specs)
    for rank, step in enumerate(able):
        name = id_of(step, steps)
        changes: list[Change] = [AddKey((*job.path, "outputs"), output, f"${{{{ steps.{name}.outputs.{output} }}}}")]
        if not step.body.id:
            changes.append(AddKey(workflow.path_of(step), "id", name))
        title = f"Make {quoted(output)} of the step {quoted(name)} an output of the job {quoted(job.label)}"
        yield Proposal(
            title, tuple(changes), safety(issue, workflow, specs, len(able)) if rank == 0 else "review", rank
        )


REPAIR = Repair("add-output", frozenset({"unknown-output"}), 0.85, _propose)
