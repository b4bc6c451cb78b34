"""Parts of texts in a GitHub Actions file: the one that a finding is about, and those that name something."""

from collections.abc import Iterator

import msgspec

from calibrant.model.change import EditText
from calibrant.model.expression import Path, Reference
from calibrant.model.issue import Finding
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Step, Workflow
from calibrant.repairs.sites import node_at, offset_in, origin_of, path_of, shared


class Part(msgspec.Struct, frozen=True):
    """The characters [start, end) of the text at a path."""

    path: Path
    scalar: Scalar
    start: int
    end: int

    @property
    def value(self) -> str:
        """The whole text."""
        return self.scalar.value if isinstance(self.scalar.value, str) else ""

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.value[self.start : self.end]

    def to(self, text: str) -> EditText:
        """Return the change that puts other characters in their place."""
        return EditText(self.path, self.start, self.end, text)


class Piece(msgspec.Struct, frozen=True):
    """A part of the document that was read on its own: where it stands, and what it refers to."""

    path: Path
    node: Node
    origin: int
    references: tuple[Reference, ...]


def pieces(workflow: Workflow, job: Job | None = None) -> Iterator[Piece]:
    """Yield the pieces of a workflow, or of one job with its steps."""
    if job is None:
        references = tuple(one for expression in workflow.expressions for one in expression.references)
        yield Piece((), workflow.root, 0, references)
    for one in workflow.jobs if job is None else (job,):
        yield Piece(one.path, one.body.node, one.origin, one.body.references)
        for step in workflow.steps[one.first : one.after]:
            yield piece_of(workflow, step)


def piece_of(workflow: Workflow, step: Step) -> Piece:
    """Return a step as a piece."""
    return Piece(workflow.path_of(step), step.body.node, step.origin, step.body.references)


def part_at(workflow: Workflow, finding: Finding, span: Span | None = None) -> Part | None:
    """Return the part of a text that a finding stands on (or another of its places), None where it is no part of a text."""
    path = path_of(workflow, finding)
    while path and node_at(workflow, path) is None:
        path = path[:-1]
    node = node_at(workflow, path)
    own = (span or finding.span).shift(-origin_of(workflow, path))
    return next(_at(workflow, path, node, own), None) if node is not None else None


def parts_of(workflow: Workflow, finding: Finding) -> list[Part]:
    """Return the part that a finding stands on, and those of its other places that say the same in the same value."""
    first = part_at(workflow, finding)
    if first is None:
        return []
    others = [part_at(workflow, finding, place.span) for place in finding.related if not place.path]
    same = [one for one in others if one is not None and one.path == first.path and one.text == first.text]
    return sorted({part.start: part for part in (first, *same)}.values(), key=lambda part: part.start)


def named(workflow: Workflow, piece: Piece, root: str, name: str) -> Iterator[Part]:
    """Yield where a piece names something of a context: `root.name`, in whichever case."""
    for reference in piece.references:
        if reference.root.lower() == root and reference.path and str(reference.path[0]).lower() == name.lower():
            yield from _at(workflow, piece.path, piece.node, reference.parts[1])


def _at(workflow: Workflow, path: Path, node: Node, span: Span) -> Iterator[Part]:
    """Yield the part of a text below a node that a span of its piece covers; one at most."""
    for where, scalar in texts(node, path):
        if scalar.span.start <= span.start and span.end <= scalar.span.end and scalar.marks:
            whole = span == scalar.span  # with its quotes
            start = 0 if whole else offset_in(scalar, span.start)
            end = len(str(scalar.value)) if whole else offset_in(scalar, span.end)
            if 0 <= start < end <= len(str(scalar.value)) and not shared(workflow, where):
                yield Part(where, scalar, start, end)


def texts(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Yield the texts below a node that can be changed where they stand."""
    waiting: list[tuple[Path, Node]] = [(path, node)]
    while waiting:
        where, here = waiting.pop()
        if here.aliased:
            continue
        match here:
            case Map():
                waiting += [((*where, entry.name), entry.value) for entry in reversed(here.entries)]
            case Seq():
                waiting += [((*where, at), item) for at, item in reversed(list(enumerate(here.items)))]
            case Scalar() if isinstance(here.value, str):
                yield where, here
            case _:
                pass
