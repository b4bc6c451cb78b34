"""Merge keys: GitHub knows anchors and aliases, and refuses ‘<<’."""

import re
from collections.abc import Iterator

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map, Node
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.maps import maps
from calibrant.rules.rule import Rule

_MERGE = re.compile(r"(?:^|[\s{,-])(<<)[ \t]*:(?=\s)")
_LINE = re.compile(r"^[ \t]*(?:-[ \t]+)*(<<)[ \t]*:(?=\s)", re.MULTILINE)


def _check_step(body: StepBody, _known: Known) -> Iterator[Finding]:
    return _merged(body.node, body.text)


def _check_job(body: JobBody, _known: Known) -> Iterator[Finding]:
    return _merged(body.node, body.text)


def _check_root(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    return _merged(workflow.root, workflow.text)


def _merged(root: Node, text: str) -> Iterator[Finding]:
    if "<<" not in text:
        return
    for node, path in maps(root):
        if any(entry.key.aliased for entry in node.entries):  # what was merged in has no place of its own
            yield _finding(_place(node, text), path)
        elif (unseen := _overridden(node, text)) is not None:
            yield _finding(unseen, path)


def _place(node: Map, text: str) -> Span:
    found = _MERGE.search(text, max(node.span.start - 1, 0), node.span.end)
    return Span(found.start(1), found.end(1)) if found else node.span


def _overridden(node: Map, text: str) -> Span | None:
    """Return where a map is merged in of which nothing is left, since the keys that it has are all written out beside."""
    if not node.entries:  # what stands in it is looked at apart
        return None
    for found in _LINE.finditer(text, text.rfind("\n", 0, node.span.start) + 1, node.span.end):
        at = found.start(1)
        if at >= node.span.start and not any(one.span.start <= at < one.span.end for one in node.entries):
            return Span(at, found.end(1))
    return None


def _finding(span: Span, path: Path) -> Finding:
    return Finding(
        "merge-key",
        Kind.DEFINITION,
        span,
        "GitHub does not merge maps by ‘<<’: it refuses such a file.",
        hint="Use the whole map by its alias, or write the keys out.",
        where=(*path, "<<"),
        subject="<<",
    )


RULE = Rule(("merge-key",), step=_check_step, job=_check_job, workflow=_check_root)
