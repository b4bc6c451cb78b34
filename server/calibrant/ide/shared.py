"""Values that an alias brings in: where they are written, at the anchor."""

import re
from collections.abc import Iterator

import msgspec

from calibrant.ide.sites import scalars
from calibrant.ide.things import step_at
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span, line_start
from calibrant.model.workflow import Step, Workflow


class Written(msgspec.Struct, frozen=True):
    """A scalar where it is written: in `step`, or around the steps where that is None."""

    scalar: Scalar
    step: Step | None

    def at(self, start: int, end: int) -> Span:
        """Return the document's span of the characters [start, end) of a text value."""
        span = self.scalar.locate(start, end)
        return self.step.at(span) if self.step else span


def alias_at(workflow: Workflow, offset: int) -> Span | None:
    """Return the document's span of the alias at an offset."""
    step = step_at(workflow, offset)
    if step is not None:
        found = _alias_in(step.body.node, offset - step.origin)
        return step.at(found) if found else None
    return _alias_in(workflow.root, offset)


def anchor_of(workflow: Workflow, alias: Span) -> Span | None:
    """Return where the anchor stands that an alias names: the last one of that name before it."""
    name = workflow.text[alias.start + 1 : alias.end]
    pattern = re.compile(rf"(?<![^\s\[{{,:-])&{re.escape(name)}(?=[\s,\]}}]|\Z)")
    found = [match.start() for match in pattern.finditer(workflow.text, 0, alias.start)]
    start = next((one for one in reversed(found) if not _is_text(workflow, one)), None)
    return None if start is None else Span(start, start + 1 + len(name))


def anchored(workflow: Workflow, alias: Span) -> tuple[Node, Step | None] | None:
    """Return the value behind the anchor that an alias names, and the step in which it stands; None where there is none."""
    anchor = anchor_of(workflow, alias)
    if anchor is None:
        return None
    step = step_at(workflow, anchor.start)
    node, at = (step.body.node, anchor.end - step.origin) if step else (workflow.root, anchor.end)
    after = [one for one in _nodes(node) if one.span.start >= at and not one.aliased]
    return (min(after, key=lambda one: one.span.start), step) if after else None


def written(workflow: Workflow, alias: Span, value: object, nth: int = 0) -> Written | None:
    """Return the scalar of that value behind the anchor that an alias names; None where it is not plain to see.

    `nth` counts those of the same value, from 0.
    """
    found = anchored(workflow, alias)
    if found is None:
        return None
    node, step = found
    alike = [one for one, _ in scalars(node) if one.value == value and not one.aliased]
    return Written(alike[nth], step) if nth < len(alike) else None


def _is_text(workflow: Workflow, offset: int) -> bool:
    """Tell whether an offset lies in a comment or in a value, where what looks like an anchor is none."""
    line = workflow.text[line_start(workflow.text, offset) : offset]
    if re.search(r"(?:^|\s)#", line):
        return True
    step = step_at(workflow, offset)
    node, at = (step.body.node, offset - step.origin) if step else (workflow.root, offset)
    return any(one.span.start <= at < one.span.end and not one.aliased for one, _ in scalars(node))


def _alias_in(node: Node, at: int) -> Span | None:
    return next((one.span for one in _nodes(node) if one.aliased and one.span.holds(at)), None)


def _nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, keys included, what is outside first."""
    yield node
    match node:
        case Map():
            for entry in node.entries:
                yield entry.key
                yield from _nodes(entry.value)
        case Seq():
            for item in node.items:
                yield from _nodes(item)
        case Scalar() | Hole():
            return
