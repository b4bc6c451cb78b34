"""A job whose results are used and that is not waited for: it is."""

from collections.abc import Iterator

from calibrant.model.change import AddNeed
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Job, Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import job_of, path_of, shared
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    job = job_of(workflow, path_of(workflow, issue.finding))
    jobs = {one.id.lower(): one for one in reversed(workflow.jobs) if one.id}
    other = jobs.get(issue.finding.subject.lower())
    if job is None or other is None or other.id is None or shared(workflow, (*job.path, "needs")):
        return
    needed = {need.id.lower() for need in job.body.needs}
    if other.id.lower() not in needed and not waits(other, job, jobs):
        title = f"Let {quoted(job.label)} wait for {quoted(other.id)}"
        yield Proposal(title, (AddNeed(job.path, other.id),), safety(issue, workflow, specs, 1))


def waits(one: Job, other: Job, jobs: dict[str, Job]) -> bool:
    """Tell whether a job waits for another, however long the way: then that one cannot wait for it."""
    waiting, seen = [one], {one.index}
    while waiting:
        here = waiting.pop()
        if here is other:
            return True
        further = (jobs[need.id.lower()] for need in here.body.needs if need.id.lower() in jobs)
        fresh = [job for job in further if job.index not in seen]
        seen |= {job.index for job in fresh}
        waiting += fresh
    return False


REPAIR = Repair("add-need", frozenset({"missing-need"}), 0.9, _propose)
