"""What starts a workflow: events that there are, with activities that they have."""

from collections.abc import Iterator

from calibrant.github.events import EVENTS, FILTERS, INTERNAL
from calibrant.github.languages import WORKFLOW
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.workflow import Workflow
from calibrant.rules.actions.walking import dynamic, elements, missing, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed, misspelt

_NOT_ALONE = {
    "schedule": "a list of times: ‘schedule: [{cron: …}]’",
    "workflow_run": "the names of workflows: ‘workflow_run: {workflows: […]}’",
}
"""Events that mean nothing without more."""

_BELOW = {"schedule": "Write times below it: ‘- cron: …’.", "workflow_run": "Write ‘workflows: […]’ below it."}


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    on = workflow.root.get("on") if isinstance(workflow.root, Map) else None
    if on is None or on.aliased or workflow.language.name != WORKFLOW:
        return
    if isinstance(on, Map):
        for entry in on.entries:
            if entry.name in EVENTS:
                yield from _of_event(entry.name, entry.value)
                yield from _retired(entry.name, entry.key)
                if missing(entry.value) or _names_none(entry.name, entry.value):
                    yield from _alone(entry.name, entry.key, _BELOW.get(entry.name, ""))
        return
    for at, node in enumerate(elements(on)):
        name = text_of(node)
        if name is None or not isinstance(node, Scalar):
            continue
        if name in EVENTS:
            yield from _retired(name, node)
            yield from _alone(name, node)
        elif name not in INTERNAL:
            yield _unknown(name, node, ("on", at) if node is not on else ("on",))


def _unknown(name: str, node: Scalar, where: tuple[str | int, ...]) -> Finding:
    hint, near = did_you_mean(name, EVENTS)
    return Finding(
        code="unknown-event",
        kind=Kind.DEFINITION,
        span=node.span,
        message=f"‘{name}’ is not an event that GitHub knows.",
        hint=hint or "Look it up among the events that trigger workflows.",
        severity="error" if near else "warning",
        where=where,
        subject=name,
        candidates=near,
    )


def _of_event(name: str, node: Node) -> Iterator[Finding]:
    event = EVENTS[name]
    types = node.get("types") if isinstance(node, Map) else None
    if not event.types or types is None or types.aliased:
        return
    for at, item in enumerate(elements(types)):
        text = text_of(item)
        if text is None or text in event.types:
            continue
        hint, near = did_you_mean(text, event.types)
        severity: Severity = "error" if near else "warning"
        yield Finding(
            code="unknown-activity",
            kind=Kind.DEFINITION,
            span=item.span,
            message=f"‘{name}’ has no activity ‘{text}’, so that starts nothing. It has: {listed(event.types)}.",
            hint=hint or "Choose one of the activities of the event.",
            severity=severity,
            where=("on", name, "types", at) if item is not types else ("on", name, "types"),
            subject=text,
            candidates=near,
        )


def _retired(name: str, node: Scalar) -> Iterator[Finding]:
    event = EVENTS[name]
    if name == "pull_request_comment":
        message = "GitHub sends no ‘pull_request_comment’: comments on pull requests are ‘issue_comment’."
        yield _warning(name, node, message, "Write ‘issue_comment’.", ("issue_comment",))
    elif event.retired:
        yield _warning(name, node, f"‘{name}’ starts nothing any more. {event.retired}", "Remove it.")


def _alone(name: str, node: Scalar, hint: str = "") -> Iterator[Finding]:
    if name in _NOT_ALONE and not dynamic(node):
        message = f"‘{name}’ alone starts nothing: it needs {_NOT_ALONE[name]}."
        yield Finding(
            "missing-key",
            Kind.DEFINITION,
            node.span,
            message,
            hint=hint or f"Write ‘on’ as a map, with what belongs to ‘{name}’ below it.",
            where=("on", name),
            subject=name,
        )


def _names_none(event: str, node: Node) -> bool:
    """Tell whether no workflow is named whose runs would start this one: GitHub refuses that."""
    if event != "workflow_run" or not isinstance(node, Map) or any(dynamic(entry.key) for entry in node.entries):
        return False
    given = [entry.name for entry in node.entries]
    if not node.entry("workflows"):
        return not misspelt("workflows", given, ("workflows", *FILTERS))
    return missing(node.get("workflows"))


def _warning(name: str, node: Scalar, message: str, hint: str, candidates: tuple[str, ...] = ()) -> Finding:
    return Finding(
        code="unknown-event",
        kind=Kind.DEFINITION,
        span=node.span,
        message=message,
        hint=hint,
        severity="warning",
        where=("on", name),
        subject=name,
        candidates=candidates,
    )


RULE = Rule(("unknown-event", "unknown-activity", "missing-key"), workflow=_check)
