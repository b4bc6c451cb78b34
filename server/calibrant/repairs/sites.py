"""Where in a workflow an issue stands: its step, the value, the expression, and which characters of it."""

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from calibrant.model.change import EditExpression
from calibrant.model.expression import Expression, Path
from calibrant.model.issue import Finding
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, at_path
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Step, Workflow

_ROOTS: tuple[Path, ...] = (("inputs",), ("secrets",))


class Source(msgspec.Struct, frozen=True):
    """An expression in its place: `path` in the document, its `number` among those of the text there.

    Spans are relative to the step.
    """

    step: Step
    path: Path
    scalar: Scalar
    number: int
    expression: Expression

    @property
    def text(self) -> str:
        """The expression as written, without braces."""
        return self.expression.source

    @property
    def tight(self) -> str:
        """The expression fit to have a filter or a field put behind it."""
        return self.text if self.expression.plain else f"({self.text})"

    @property
    def quote(self) -> str:
        """The quotes that can stand in the text around the expression as they are."""
        return '"' if self.scalar.style == "single" else "'"

    def to(self, source: str) -> EditExpression:
        """Return the change that makes the expression another."""
        return EditExpression(self.path, self.number, source)

    def at(self, span: Span) -> tuple[int, int] | None:
        """Return which characters of the expression a span of the step covers, None where that cannot be told."""
        base = offset_in(self.scalar, self.expression.span.start)
        start, end = offset_in(self.scalar, span.start) - base, offset_in(self.scalar, span.end) - base
        return (start, end) if 0 <= start < end <= len(self.text) else None


def step_at(workflow: Workflow, finding: Finding) -> Step | None:
    """Return the step in whose text a finding stands; ids are not asked, for they may stand twice."""
    at = bisect_right(workflow.steps, finding.span.start, key=lambda step: step.origin) - 1
    if at < 0 or finding.step is None or finding.where[:1] in _ROOTS:
        return None
    step = workflow.steps[at]
    return step if finding.span.start <= step.origin + len(step.body.text) else None


def path_of(workflow: Workflow, finding: Finding) -> Path:
    """Return the path in the document at which a finding stands."""
    step = step_at(workflow, finding)
    return finding.where if step is None else (*workflow.path_of(step), *finding.where)


def node_at(workflow: Workflow, path: Path) -> Node | None:
    """Return the node at a path of the document; its spans are relative to its piece, see `origin_of`."""
    job = job_of(workflow, path)
    below = path[len(job.path) :] if job is not None else path
    if below[:1] != ("steps",) or (job is not None and len(below) < 2):
        return at_path(job.body.node if job is not None else workflow.root, below)
    step = _step(workflow, job, below[1] if len(below) > 1 else None)
    return at_path(step.body.node, below[2:]) if step is not None else None


def job_of(workflow: Workflow, path: Path) -> Job | None:
    """Return the job that a path leads into, in a language that has jobs."""
    return next((job for job in workflow.jobs if path[: len(job.path)] == job.path), None)


def origin_of(workflow: Workflow, path: Path) -> int:
    """Return where the piece begins that what stands at a path was read from."""
    job = job_of(workflow, path)
    below = path[len(job.path) :] if job is not None else path
    step = _step(workflow, job, below[1]) if len(below) > 1 and below[0] == "steps" else None
    return step.origin if step is not None else job.origin if job is not None else 0


def _step(workflow: Workflow, job: Job | None, number: object) -> Step | None:
    first, after = (job.first, job.after) if job is not None else (0, len(workflow.steps))
    return workflow.steps[first + number] if isinstance(number, int) and 0 <= number < after - first else None


def scalar_at(workflow: Workflow, path: Path) -> Scalar | None:
    """Return the scalar at a path that can be changed there: one that is not an alias of another."""
    node = node_at(workflow, path)
    return node if isinstance(node, Scalar) and not shared(workflow, path) else None


def shared(workflow: Workflow, path: Path) -> bool:
    """Tell whether what stands at a path was written elsewhere: it, or a value around it, is an alias."""
    for depth in range(len(path) + 1):
        node = node_at(workflow, path[:depth])
        if isinstance(node, Map | Seq | Scalar | Hole) and node.aliased:
            return True
    return False


def sources(step: Step) -> Iterator[Source]:
    """Yield the expressions of a step that can be changed where they stand."""
    waiting: list[tuple[Path, Node]] = [(("steps", step.index), step.body.node)]
    while waiting:
        path, node = waiting.pop()
        if node.aliased:
            continue
        match node:
            case Map():
                waiting += (((*path, entry.name), entry.value) for entry in reversed(node.entries))
            case Seq():
                waiting += (((*path, at), item) for at, item in reversed(list(enumerate(node.items))))
            case Scalar():
                for number, expression in enumerate(_expressions(step, node)):
                    yield Source(step, path, node, number, expression)


def source_at(workflow: Workflow, finding: Finding) -> Source | None:
    """Return the expression in which a finding stands."""
    step = step_at(workflow, finding)
    if step is None:
        return None
    span = finding.span.shift(-step.origin)
    for source in sources(step):
        if source.expression.span.start <= span.start and span.end <= source.expression.span.end:
            return source
    return None


def whole_at(workflow: Workflow, finding: Finding) -> Source | None:
    """Return the expression that is, as a whole, the value that a finding is about."""
    step = step_at(workflow, finding)
    if step is None:
        return None
    path: Path = ("steps", step.index, *finding.where)
    scalar = scalar_at(workflow, path)
    if not finding.where or scalar is None:
        return _whole(source_at(workflow, finding))
    whole = scalar.template.whole if scalar.template else None
    return Source(step, path, scalar, 0, whole) if whole is not None else None


def _whole(source: Source | None) -> Source | None:
    template = source.scalar.template if source else None
    return source if template is not None and template.whole is not None else None


def in_value(step: Step, scalar: Scalar, span: Span) -> tuple[int, int] | None:
    """Return which characters of a text value the document's span covers, None where they are not of this value."""
    own = span.shift(-step.origin)
    if not isinstance(scalar.value, str) or not scalar.marks:
        return None
    start, end = offset_in(scalar, own.start), offset_in(scalar, own.end)
    return (start, end) if 0 <= start < end <= len(scalar.value) else None


def _expressions(step: Step, node: Scalar) -> tuple[Expression, ...]:
    if node.template is not None:
        return node.template.expressions
    if not isinstance(node.value, str):
        return ()
    inside = (
        one for one in step.body.expressions if node.span.start <= one.span.start and one.span.end <= node.span.end
    )
    return tuple(inside)


def offset_in(scalar: Scalar, offset: int) -> int:
    """Return the offset in a text value of one in the piece that it was read from; below 0 where that cannot be told."""
    if not scalar.marks:
        return -1
    at = max(0, bisect_right(scalar.marks, offset, key=lambda mark: mark[1]) - 1)
    value_offset, source_offset = scalar.marks[at]
    following = scalar.marks[at + 1][0] if at + 1 < len(scalar.marks) else 1 << 62
    return min(value_offset + offset - source_offset, following)
