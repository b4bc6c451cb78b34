"""Keys that stand twice in one map: GitHub refuses the file, whatever the case they are written in."""

from collections.abc import Iterator

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Entry, Map, Node
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions.walking import dynamic
from calibrant.rules.known import Known
from calibrant.rules.maps import maps
from calibrant.rules.rule import Rule


def _check_step(body: StepBody, _known: Known) -> Iterator[Finding]:
    return _duplicates(body.node)


def _check_job(body: JobBody, _known: Known) -> Iterator[Finding]:
    return _duplicates(body.node)


def _check_root(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    yield from _duplicates(workflow.root)
    first: dict[str, tuple[str, Place]] = {}
    for job in workflow.jobs:
        if job.id is None or job.body.id_node is None:
            continue
        span = job.at(job.body.id_node.span)
        before = first.setdefault(job.id.lower(), (job.id, Place(span, f"The first ‘{job.id}’.")))
        if before[1].span != span:
            yield _finding(("jobs", job.id), job.id, before[0], job.body.id_node, before[1], span_shift=job.origin)


def _duplicates(root: Node) -> Iterator[Finding]:
    for node, path in maps(root):
        yield from _in_map(node, path)


def _in_map(node: Map, path: Path) -> Iterator[Finding]:
    first: dict[str, Entry] = {}
    for entry in node.entries:
        if entry.key.value is None or entry.key.aliased or dynamic(entry.key):
            continue
        before = first.setdefault(entry.name.lower(), entry)
        if before is not entry:
            place = Place(before.key.span, f"The first ‘{before.name}’.")
            yield _finding((*path, entry.name), entry.name, before.name, entry.key, place)


def _finding(path: Path, name: str, before: str, key: Node, place: Place, span_shift: int = 0) -> Finding:
    if name == before:
        message = f"The key ‘{name}’ stands here a second time: GitHub refuses such a file."
    else:
        message = (
            f"To GitHub ‘{before}’ and ‘{name}’ are one key, for it does not mind the case: it refuses such a file."
        )
    return Finding(
        code="duplicate-key",
        kind=Kind.DEFINITION,
        span=key.span.shift(span_shift),
        message=message,
        hint="Remove one of them.",
        where=path,
        subject=name,
        related=(place,),
    )


RULE = Rule(("duplicate-key",), step=_check_step, job=_check_job, workflow=_check_root)
