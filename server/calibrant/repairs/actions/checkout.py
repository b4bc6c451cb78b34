"""An action of the repository that is called before the repository is there: it is checked out first."""

from collections.abc import Iterator

from calibrant.github.popular import newest
from calibrant.model.change import InsertItem
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import job_of, path_of, shared
from calibrant.repairs.wording import quoted

_CHECKOUT = "actions/checkout@"


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    job = job_of(workflow, path_of(workflow, issue.finding))
    used = [step.body.action for step in workflow.steps if (step.body.action or "").startswith(_CHECKOUT)]
    action = next((one for one in (*used, *newest()) if one and one.startswith(_CHECKOUT)), None)
    if job is not None and action is not None and not shared(workflow, (*job.path, "steps")):
        title = f"Check out the repository first, by {quoted(action)}"
        yield Proposal(title, (InsertItem((*job.path, "steps"), 0, {"uses": action}),))


REPAIR = Repair("check-out", frozenset({"missing-checkout"}), 0.7, _propose)
