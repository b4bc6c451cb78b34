"""A step's id that stands twice, or that no reference could name: another one."""

import re
from collections.abc import Collection, Iterator

from calibrant.model.change import Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Scalar, Seq
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.names import fresh
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, scalar_at, sources, step_at
from calibrant.repairs.wording import change

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    step = step_at(workflow, finding)
    if step is None or scalar_at(workflow, ("steps", step.index, "id")) is None:
        return
    taken = {other.id for other in workflow.steps if other.id} | workflow.language.reserved_ids
    twice = finding.code == "duplicate-id"
    lost = _lost(workflow, taken) if twice else []
    if len(lost) == 1:
        title = f"{change(finding.subject, lost[0])}, which is named and not there"
        yield Proposal(title, (SetValue(("steps", step.index, "id"), lost[0]),))
    name = fresh(finding.subject if twice else next(iter(finding.candidates), "step"), taken)
    if not _VALID.fullmatch(name):
        return
    changes: list[Change] = [SetValue(("steps", step.index, "id"), name)]
    others = [] if twice else _uses(workflow, finding.subject, name)
    sure = not _named(workflow, finding.subject) if twice else not others
    level = safety(issue, workflow, specs, 1) if sure else "review"
    rank = int(len(lost) == 1)
    yield Proposal(change(finding.subject, name), (*changes, *others), "review" if rank else level, rank)


def _named(workflow: Workflow, step_id: str) -> bool:
    """Tell whether anything names the id: then it cannot be told which of the steps is meant."""
    return any(step_id in _names(step) for step in workflow.steps)


def _lost(workflow: Workflow, taken: Collection[str]) -> list[str]:
    """Return the ids by which steps name others, and which no step has."""
    named = (name for step in workflow.steps for name in _names(step))
    return [name for name in dict.fromkeys(named) if name not in taken and _VALID.fullmatch(name)]


def _names(step: Step) -> Iterator[str]:
    yield from (need.id for need in step.body.needs)
    yield from (reference.root for reference in step.body.references)


def _uses(workflow: Workflow, old: str, new: str) -> list[Change]:
    """Return the changes of what was meant to name the step, though nothing can name it as it is."""
    changes: list[Change] = []
    pattern = re.compile(rf"(?<![\w.\"'-]){re.escape(old)}(?=\s*[.\[|]|\s*$)")
    for step in workflow.steps:
        changes += _in_needs(workflow, step, old, new)
        if _VALID.fullmatch(old):
            continue  # a reserved word, which means something of its own in expressions
        for source in sources(step):
            text = pattern.sub(new, source.text)
            if text != source.text:
                changes.append(source.to(text))
    return changes


def _in_needs(workflow: Workflow, step: Step, old: str, new: str) -> Iterator[Change]:
    node = node_at(workflow, ("steps", step.index, "needs"))
    if isinstance(node, Scalar) and node.value == old and not node.aliased:
        yield SetValue(("steps", step.index, "needs"), new)
    elif isinstance(node, Seq) and not node.aliased:
        for at, item in enumerate(node.items):
            if isinstance(item, Scalar) and item.value == old and not item.aliased:
                yield SetValue(("steps", step.index, "needs", at), new)


REPAIR = Repair("rename-step", frozenset({"duplicate-id", "invalid-id", "reserved-id"}), 0.85, _propose)
