"""An output that is looked for beside the outputs of its step or job: below them."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.outputs import setting
from calibrant.repairs.actions.parts import part_at
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import job_of, node_at, path_of
from calibrant.repairs.wording import change


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    owner, part, name = finding.evidence.get("of", ""), part_at(workflow, finding), finding.subject
    root, _, one = owner.partition(".")
    if part is None or part.text != name or root.lower() not in ("steps", "needs", "jobs") or "." in one:
        return
    if part.value[part.start - 1 : part.start] == "." and _has(workflow, issue, root.lower(), one.lower(), name, specs):
        title = change(f"{owner}.{name}", f"{owner}.outputs.{name}")
        yield Proposal(title, (part.to(f"outputs.{name}"),), safety(issue, workflow, specs, 1))


def _has(workflow: Workflow, issue: Issue, root: str, one: str, name: str, specs: Specs) -> bool:
    """Tell whether a step or a job has an output of that name."""
    if root == "steps":
        job = job_of(workflow, path_of(workflow, issue.finding))
        steps = workflow.steps[job.first : job.after] if job is not None else ()
        return bool(setting([step for step in steps if (step.id or "").lower() == one], name, specs))
    job = next((job for job in workflow.jobs if (job.id or "").lower() == one), None)
    return job is not None and node_at(workflow, (*job.path, "outputs", name)) is not None


REPAIR = Repair("nesting", frozenset({"missing-field"}), 0.9, _propose)
