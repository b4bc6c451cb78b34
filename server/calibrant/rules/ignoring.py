"""`calibrant: ignore[code]`: what a file itself asks not to be told."""

from bisect import bisect_right
from collections.abc import Iterable

from calibrant.model.issue import Finding
from calibrant.model.workflow import Ignore, Job, Workflow


def silenced(finding: Finding, ignores: Iterable[Ignore]) -> bool:
    """Tell whether one of the ignores, in the same offsets as the finding, silences it."""
    return any(
        ignore.span.holds(finding.span.start) and (not ignore.codes or finding.code in ignore.codes)
        for ignore in ignores
    )


def unsilenced(workflow: Workflow, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, in the document's offsets, that the workflow does not ask to silence."""
    found = list(findings)
    if not found:
        return found
    steps = [step for step in workflow.steps if step.body.ignores]
    origins = [step.origin for step in steps]

    jobs = [job for job in workflow.jobs if job.body.ignores]

    def kept(finding: Finding) -> bool:
        if silenced(finding, workflow.ignores) or any(_silenced_in(job, finding) for job in jobs):
            return False
        at = bisect_right(origins, finding.span.start) - 1
        if at < 0:
            return True
        body, start = steps[at].body, finding.span.start - origins[at]
        if start > len(body.text):
            return True
        return not any(
            ignore.span.holds(start) and (not ignore.codes or finding.code in ignore.codes) for ignore in body.ignores
        )

    return [finding for finding in found if kept(finding)]


def outside_silent_jobs(workflow: Workflow, findings: list[Finding]) -> list[Finding]:
    """Return the findings, in the document's offsets, without those in a job that asks as a whole not to be told of them."""
    jobs = [job for job in workflow.jobs if any(ignore.whole for ignore in job.body.ignores)]
    return (
        [finding for finding in findings if not any(_silenced_in(job, finding) for job in jobs)] if jobs else findings
    )


def _silenced_in(job: Job, finding: Finding) -> bool:
    end = job.origin + len(job.body.text)
    return job.origin <= finding.span.start < end and silenced(finding.shifted(-job.origin), job.body.ignores)
