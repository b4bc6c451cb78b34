"""Keys of a step that cannot stand beside each other: one of them goes, or moves to where it belongs."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, RemoveKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, plain
from calibrant.model.workflow import StepBody, Workflow
from calibrant.repairs.sites import step_at
from calibrant.repairs.wording import quoted

_OF_RUN = ("cwd", "env", "shell")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step, name = step_at(workflow, issue.finding), issue.finding.subject
    node = step.body.node if step else None
    if step is None or not isinstance(node, Map) or node.aliased:
        return
    path = ("steps", step.index)
    made: list[tuple[str, tuple[Change, ...]]] = []
    if name in _OF_RUN and _takes(step.body, name, specs):
        entry = node.entry(name)
        moved = AddKey((*path, "with"), name, plain(entry.value)) if entry else None
        if moved:
            made.append((f"Give {quoted(name)} under ‘with’", (RemoveKey((*path, name)), moved)))
    made.append((f"Remove {quoted(name)}", (RemoveKey((*path, name)),)))
    if name == "run":
        keys = [key for key in ("uses", "with") if node.entry(key) is not None]
        others = tuple(RemoveKey((*path, key)) for key in keys)
        made += [("Remove ‘uses’, keep ‘run’", others)] if others else []
    for rank, (title, changes) in enumerate(made):
        yield Proposal(title, changes, rank=rank)


def _takes(body: StepBody, name: str, specs: Specs) -> bool:
    """Tell whether the step's connector takes what stands beside `uses`, and is not given it yet."""
    node = body.node
    given = node.get("with") if isinstance(node, Map) else None
    spec = specs.get(body.action or "")
    free = given is None or (isinstance(given, Map) and not given.aliased and given.entry(name) is None)
    return free and spec is not None and spec.parameter(name) is not None


REPAIR = Repair("settle-keys", frozenset({"conflicting-keys"}), 0.6, _propose)
