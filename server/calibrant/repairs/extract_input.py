"""A literal that belongs in an input: the input, with the literal as its default, here or wherever it stands."""

from collections.abc import Iterator

from calibrant.model.change import Change
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.declaring import declare_input
from calibrant.repairs.literals import places, replaced
from calibrant.repairs.names import fresh
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    evidence = issue.finding.evidence
    value, kind = evidence.get("value", ""), evidence.get("type", "string")
    taken = {item.name for item in workflow.inputs}
    if not value or reused(issue, workflow) is not None:
        return
    name = fresh(evidence.get("input", "value"), taken)
    changed = {path: _at(workflow, specs, path, value, name) for path in places(workflow, issue.finding)}
    here, *others = changed
    everywhere = [path for path in changed if changed[path]]
    default: object = int(value) if kind == "integer" and value.isdigit() else value
    for rank, paths in enumerate([everywhere, [here]] if len(everywhere) > 1 else [everywhere]):
        changes = [change for path in paths for change in changed[path]]
        described: dict[str, object] = {"type": kind, "default": default, "description": used_by(workflow, paths)}
        declared = declare_input(workflow, name, described)
        if declared is None or not changes:
            continue
        where = f"in {len(paths)} places" if len(paths) > 1 else "here"
        title = f"Make {quoted(value)} the input {quoted(name)}{'' if not others else ', ' + where}"
        # what a step does then hangs on what a run is given
        yield Proposal(title, (declared, *changes), "review", rank)


def reused(issue: Issue, workflow: Workflow) -> str | None:
    """Return the name of the input that has the literal as its default already."""
    name = issue.finding.evidence.get("input")
    for item in workflow.inputs:
        default = getattr(item.default, "value", None)
        if item.name == name and default is not None and str(default) == issue.finding.evidence.get("value"):
            return item.name
    return None


def _at(workflow: Workflow, specs: Specs, path: Path, value: str, name: str) -> list[Change]:
    return replaced(workflow, specs, path, value, f"{{{{ inputs.{name} }}}}")


def used_by(workflow: Workflow, paths: list[Path]) -> str:
    """Return the description of an input by the steps in which these paths stand."""
    indices = dict.fromkeys(path[1] for path in paths if len(path) > 1)
    labels = [workflow.steps[index].label for index in indices if isinstance(index, int)]
    return f"Used by {', '.join(labels[:3])}" + (" and others" if len(labels) > 3 else "")


REPAIR = Repair("extract-input", frozenset({"hardcoded-value"}), 0.7, _propose)
