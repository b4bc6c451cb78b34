"""A command in a folder without what it needs: run in one that has it, by the key that says where a step works."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar
from calibrant.model.toolchain import HERE
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.commanding import scripted
from calibrant.repairs.sites import node_at, shared, step_at
from calibrant.repairs.wording import quoted
from calibrant.repairs.words import is_plain

_MOST = 3


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    folders = [one for one in issue.finding.evidence.get("folders", "").split("\n") if one]
    if step is None or not folders or _goes_elsewhere(workflow, step):
        return
    for at, folder in enumerate(folders[:_MOST]):
        change = _change(workflow, step, folder)
        if change is not None and is_plain(folder):
            # a folder is chosen for the whole step, whatever else its script does
            yield Proposal(f"Run this step in {quoted(folder)}", (change,), "review", at)


def _goes_elsewhere(workflow: Workflow, step: Step) -> bool:
    """Tell whether a script changes its folder itself, so that nobody knows where the step's own would lead."""
    script = scripted(workflow, step)
    return script is None or any(command.cwd != HERE for command in script.commands)


def _change(workflow: Workflow, step: Step, folder: str) -> Change | None:
    """Return the change that lets a step work in a folder; None where it is written elsewhere, or known at run time only."""
    path, name = _place(workflow, step)
    given = node_at(workflow, (*path, name))
    if shared(workflow, (*path, name)) or not isinstance(node_at(workflow, path), Map):
        return None
    if given is None:
        return AddKey(path, name, folder)
    static = (
        isinstance(given, Scalar)
        and given.template is None
        and isinstance(given.value, str)
        and "{{" not in given.value
    )
    return SetValue((*path, name), folder) if static else None


def _place(workflow: Workflow, step: Step) -> tuple[Path, str]:
    """Return the map that says where a step works, and the key in it."""
    here = workflow.path_of(step)
    if not workflow.language.runs:
        return here, "working-directory"
    return (here if step.body.short else (*here, "with")), "cwd"


REPAIR = Repair(
    "right-folder", frozenset({"wrong-working-dir", "unknown-task", "missing-test-discovery"}), 0.8, _propose
)
