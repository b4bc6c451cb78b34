"""Steps that can never run, whatever a run is given."""

from collections import deque
from collections.abc import Iterator

from calibrant.model.connector import ConnectorSpec
from calibrant.model.expression import Reference
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_FALSE = frozenset({"false", "False", "none", "None", "0", "0.0", "''", '""', "[]", "{}", "not true", "not True"})


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    off = [step for step in workflow.steps if _condition(step.body) or _empty_list(step.body)]
    if not off:
        return
    for step in off:
        yield _itself(step)
    readers = _readers(workflow)
    meant = {step.id: step for step in reversed(workflow.steps)}  # of steps with one id the first
    told = {step.index for step in off}
    waiting = deque(step for step in off if _condition(step.body))  # no elements at all are an empty list as output
    while waiting:
        before = waiting.popleft()
        if before.body.sample is not None or before.id is None or meant[before.id] is not before:
            continue
        for step in readers.pop(before.id, ()):
            needed = (
                next(_needed(step.body, known.spec(step.body), before.id), None) if step.index not in told else None
            )
            if needed is not None:
                told.add(step.index)
                waiting.append(step)
                yield _behind(step, needed, before)


def _condition(body: StepBody) -> bool:
    condition = body.condition
    return condition is not None and condition.error is None and condition.source in _FALSE


def _empty_list(body: StepBody) -> bool:
    return isinstance(body.for_each, Seq) and not body.for_each.items


def _itself(step: Step) -> Finding:
    body = step.body
    if _condition(body) and body.condition is not None:
        message, hint, key = (
            "This condition is always false, so the step never runs.",
            "Give it one that can be true, or ",
            "if",
        )
        return _finding(step, body.condition.span, message, hint, key)
    assert body.for_each is not None
    message, hint = "There is nothing in this list, so the step never runs.", "Put elements in it, or "
    return _finding(step, body.for_each.span, message, hint, "for_each")


def _finding(step: Step, span: Span, message: str, hint: str, key: str) -> Finding:
    return Finding(
        code="never-runs",
        kind=Kind.DEFINITION,
        span=step.at(span),
        message=message,
        hint=f"{hint}remove the step.",
        severity="warning",
        step=step.label,
        where=(key,),
        subject=key,
    )


def _behind(step: Step, reference: Reference, before: Step) -> Finding:
    return Finding(
        code="never-runs",
        kind=Kind.DEFINITION,
        span=step.at(reference.span),
        message=f"This step never runs: it needs ‘{reference}’, and ‘{before.label}’ never runs.",
        hint=f"Let ‘{before.label}’ run, or give it a ‘sample’ to go on with.",
        severity="warning",
        step=step.label,
        subject=before.label,
        related=(Place(before.head, "This step never runs.", step=before.label),),
    )


def _readers(workflow: Workflow) -> dict[str, list[Step]]:
    """Return which steps refer to which id."""
    found: dict[str, list[Step]] = {}
    for step in workflow.steps:
        for root in {reference.root for reference in step.body.references}:
            found.setdefault(root, []).append(step)
    return found


def _needed(body: StepBody, spec: ConnectorSpec | None, root: str) -> Iterator[Reference]:
    """Yield the references to a step without whose output this one cannot be called: plain ones in its parameters."""
    values = [body.for_each] if body.for_each is not None else []
    for given in body.parameters:
        declared = spec.parameter(given.name) if spec else None
        if declared is not None and declared.role != "per_item":
            values.append(given.value)
    for value in values:
        yield from (reference for reference in _plain(value) if reference.root == root)


def _plain(node: Node) -> Iterator[Reference]:
    match node:
        case Scalar():
            for expression in node.template.expressions if node.template else ():
                if expression.plain:
                    yield from expression.references
        case Map():
            for entry in node.entries:
                yield from _plain(entry.value)
        case Seq():
            for item in node.items:
                yield from _plain(item)
        case Hole():
            return


RULE = Rule(("never-runs",), workflow=_check)
