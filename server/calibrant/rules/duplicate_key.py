"""Keys that stand twice in one map: only the first is in force."""

from collections.abc import Iterator

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Entry, Map, Node
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.maps import maps
from calibrant.rules.rule import Rule


def _check_step(body: StepBody, _known: Known) -> Iterator[Finding]:
    return _duplicates(body.node)


def _check_workflow(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    return _duplicates(workflow.root)


def _duplicates(root: Node) -> Iterator[Finding]:
    for node, path in maps(root):
        yield from _in_map(node, path)


def _in_map(node: Map, path: Path) -> Iterator[Finding]:
    first: dict[tuple[type, str], Entry] = {}
    for entry in node.entries:
        if entry.key.value is None or entry.key.aliased:
            continue
        key = (type(entry.key.value), entry.name)
        before = first.setdefault(key, entry)
        if before is not entry:
            yield Finding(
                code="duplicate-key",
                kind=Kind.DEFINITION,
                span=entry.key.span,
                message=f"The key ‘{entry.name}’ stands here a second time; only the first one counts.",
                hint="Remove one of them.",
                where=(*path, entry.name),
                subject=entry.name,
                related=(Place(before.key.span, f"The first ‘{entry.name}’."),),
            )


RULE = Rule(("duplicate-key",), step=_check_step, workflow=_check_workflow)
