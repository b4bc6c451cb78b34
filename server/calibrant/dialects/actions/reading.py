"""The text of a GitHub workflow, or of an action's metadata, to a Workflow: piece by piece."""

import msgspec

from calibrant.dialects.actions.header import inputs_of, secrets_of
from calibrant.dialects.actions.language import ACTION, WORKFLOW
from calibrant.dialects.actions.pieces import JobPiece, Pieces, split
from calibrant.dialects.actions.steps import read_job, read_step, read_texts
from calibrant.dialects.around import about_root, refused, second_document
from calibrant.dialects.ignores import comment_ignores
from calibrant.dialects.saying import text_at
from calibrant.model.expression import Path
from calibrant.model.issue import Finding
from calibrant.model.language import Language
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Ignore, Job, JobBody, Step, StepBody, Workflow
from calibrant.syntax import Reader, moved, normal
from calibrant.syntax.items import commented, read_item, text_of

_HINTS = {
    "jobs": "A workflow begins with keys such as ‘name: …’, ‘on: …’ and ‘jobs:’.",
    "runs": "An action begins with keys such as ‘name: …’, ‘description: …’ and ‘runs:’.",
}
_OF_ACTIONS = frozenset({"runs", "branding", "outputs"})
"""Keys of which an action's metadata has at least one: files of other programs have the same name."""


class _Frame(msgspec.Struct, frozen=True):
    """What stands around the jobs: the root map and what was found on it, in the document's offsets."""

    root: Node
    problems: tuple[Finding, ...] = ()
    ignores: tuple[Ignore, ...] = ()


class _Found(msgspec.Struct, frozen=True):
    """A job with its steps, each of these with the offset of its piece from the job's."""

    origin: int
    body: JobBody
    steps: tuple[tuple[int, StepBody], ...] = ()


def read(path: str, text: str, previous: Workflow | None = None) -> Workflow:
    """Read a workflow, or the metadata of an action; see `model.ports.ReadDialect`."""
    language = WORKFLOW if WORKFLOW.matches(path) else ACTION
    refusal = refused(text)
    if refusal is not None:
        return Workflow(language, text, Hole(Span(0, 0)), problems=(refusal,), is_workflow=False)
    if previous is not None and previous.language.name != language.name:
        previous = None
    return _Reading(language, "runs" if language is ACTION else "jobs", text, previous).workflow()


class _Reading:
    """One reading of one text."""

    def __init__(self, language: Language, holder: str, text: str, previous: Workflow | None) -> None:
        self.language, self.holder, self.text, self.plain = language, holder, text, normal(text)
        self.reader = Reader("yaml")
        self.steps = {step.body.text: step.body for step in previous.steps} if previous else {}
        self.jobs = {job.body.text: _found_before(previous, job) for job in previous.jobs} if previous else {}
        self.lent = previous is not None and previous.in_pieces

    def workflow(self) -> Workflow:
        """Read the whole document."""
        pieces = split(self.plain, self.holder)
        frame = self._around(pieces, pieces.tail) if pieces.tail is not None else None
        if frame is None or pieces.tail is None:
            frame, found = self._whole(self._part(pieces.head))
        elif not (isinstance(frame.root, Map) and frame.root.entry(self.holder)):
            # mistakes before the jobs: their key is not where it seemed
            pieces = Pieces(Span(pieces.head.start, pieces.tail.end), more=pieces.more)
            frame, found = self._whole(self._part(pieces.head))
        else:
            found = tuple(self._job(piece) for piece in pieces.jobs)
        return self._assemble(frame, found, pieces)

    def _assemble(self, frame: _Frame, found: tuple[_Found, ...], pieces: Pieces) -> Workflow:
        root = read_texts(frame.root)
        if self.holder == "runs" and _foreign(frame.root):
            return Workflow(self.language, self.text, frame.root, is_workflow=False)
        problems = [*frame.problems]
        problems += about_root(frame.root, self.plain, _HINTS[self.holder], read_wholly=not frame.problems)
        if pieces.more is not None:
            problems.append(second_document(pieces.more))
        jobs, steps = _placed(self.holder, found)
        return Workflow(
            self.language,
            self.text,
            root.node,
            name=text_at(root.node, "name"),
            description=text_at(root.node, "description") or "",
            inputs=inputs_of(root.node),
            secrets=secrets_of(root.node),
            steps=steps,
            ignores=frame.ignores,
            problems=tuple(sorted(problems, key=lambda finding: finding.span)),
            is_workflow=isinstance(frame.root, Map),
            in_pieces=pieces.tail is not None,
            jobs=jobs,
            expressions=root.expressions,
        )

    def _part(self, span: Span) -> _Frame:
        """Read a part of the document around the jobs."""
        text = self.plain[span.start : span.end]
        tree = self.reader.piece(text)
        ignores = (_shifted(ignore, span.start) for ignore in comment_ignores(text, tree.node))
        root = moved(tree.node, lambda offset: offset + span.start) if span.start else tree.node
        return _Frame(root, tuple(problem.shifted(span.start) for problem in tree.problems), tuple(ignores))

    def _around(self, pieces: Pieces, tail: Span) -> _Frame:
        """Read what stands around the jobs as if these were an empty map."""
        head, rest = self._part(pieces.head), self._part(tail)
        block = Span(pieces.head.end, tail.start)
        end = block.start + len(self.plain[block.start : block.end].rstrip())
        root = _without(head.root, self.holder, Map(Span(block.start, max(end, block.start)), ()))
        if isinstance(root, Map) and isinstance(rest.root, Map):
            root = Map(root.span.cover(rest.root.span), root.entries + rest.root.entries, root.flow)
        return _Frame(root, head.problems + rest.problems, head.ignores + rest.ignores)

    def _job(self, piece: JobPiece) -> _Found:
        start, end = piece.span.start, piece.span.end
        text = self.plain[start:end]
        found = self.jobs.get(text) if self.lent else None
        if found is None:
            found = self._job_found(text, tuple(step.shift(-start) for step in piece.steps))
        steps = found.steps
        if piece.steps:
            steps = tuple((span.start - start, self._step(span)) for span in piece.steps)
        return _Found(start, found.body, steps)

    def _job_found(self, text: str, steps: tuple[Span, ...]) -> _Found:
        """Read a job, as if the steps that were cut out of it were an empty list; those that were not are read with it."""
        cut = Span(steps[0].start, steps[-1].end) if steps else Span(len(text), len(text))
        around = text[: cut.start] + text[cut.end :]
        tree = self.reader.piece(around)
        ignores = comment_ignores(around, tree.node, tree.node.span.start)

        def place(offset: int) -> int:
            return offset + (cut.end - cut.start if offset >= cut.start and steps else 0)

        def spread(span: Span) -> Span:
            return Span(place(span.start), place(max(span.end - 1, span.start)) + (span.end > span.start))

        node = moved(tree.node, place)
        key, value = _entry(node) if self.holder == "jobs" else (None, node)
        if steps:
            last = cut.start + len(text[cut.start : cut.end].rstrip())
            value = _without(value, "steps", Seq(Span(cut.start, last), ()))
        whole = Span(0, len(text))
        placed = tuple(
            msgspec.structs.replace(ignore, span=whole if ignore.whole else spread(ignore.span)) for ignore in ignores
        )
        problems = tuple(msgspec.structs.replace(one, span=spread(one.span)) for one in tree.problems)
        bare, own = (value, ()) if steps else self._taken_out(value, text)
        return _Found(0, read_job(key, bare, text, placed, problems), own)

    def _step(self, span: Span) -> StepBody:
        text = self.plain[span.start : span.end]
        body = self.steps.get(text) if self.lent else None
        if body is not None and self.reader.repeat(text, body.anchors):
            return body
        item = read_item(self.reader, text)
        body = read_step(item.tree.node, text, item.above, item.tree.problems, item.tree.anchors)
        return self._kept(body)

    def _kept(self, body: StepBody) -> StepBody:
        """Return the body of the reading before where it is equal, so that what was found on it stays known."""
        before = self.steps.get(body.text)
        return before if before == body else body

    def _whole(self, frame: _Frame) -> tuple[_Frame, tuple[_Found, ...]]:
        """Take the jobs out of a root that was read in one go."""
        held = frame.root.get(self.holder) if isinstance(frame.root, Map) else None
        if not isinstance(held, Map):
            return frame, ()
        root = _without(frame.root, self.holder, Map(held.span, (), held.flow))
        if self.holder == "runs":
            found: tuple[_Found, ...] = (self._of_node(None, held, held.span),)
        else:
            found = tuple(self._of_node(entry.key, entry.value, entry.span) for entry in held.entries)
        return _Frame(root, frame.problems, frame.ignores), found

    def _of_node(self, key: Scalar | None, node: Node, span: Span) -> _Found:
        start = commented(self.plain, span.start)
        text = text_of(self.plain, node, start)
        placed = moved(node, lambda offset: offset - start)
        above = (one for one in comment_ignores(text, placed, span.start - start) if one.whole)
        named = moved(key, lambda offset: offset - start) if key is not None else None
        value, steps = self._taken_out(placed, text)
        body = read_job(named if isinstance(named, Scalar) else None, value, text, tuple(above))
        before = self.jobs.get(text)
        return _Found(start, before.body if before and before.body == body else body, steps)

    def _taken_out(self, node: Node, text: str) -> tuple[Node, tuple[tuple[int, StepBody], ...]]:
        """Return a job's value without its steps, and these, both in the offsets of its text."""
        listed = node.get("steps") if isinstance(node, Map) else None
        if not isinstance(listed, Seq):
            return node, ()
        bare = _without(node, "steps", Seq(listed.span, (), listed.flow, listed.aliased))
        return bare, tuple(self._of_item(item, text) for item in listed.items)

    def _of_item(self, item: Node, whole: str) -> tuple[int, StepBody]:
        # an empty step has no characters of its own; the dash before it stands for it
        first = item.span.start - (item.span.start == item.span.end > 0)
        start = commented(whole, first)
        text = text_of(whole, item, start)
        return start, self._kept(read_step(moved(item, lambda offset: offset - start), text, first - start))


def _found_before(previous: Workflow, job: Job) -> _Found:
    steps = previous.steps[job.first : job.after]
    return _Found(job.origin, job.body, tuple((step.origin - job.origin, step.body) for step in steps))


def _placed(holder: str, found: tuple[_Found, ...]) -> tuple[tuple[Job, ...], tuple[Step, ...]]:
    jobs: list[Job] = []
    steps: list[Step] = []
    for index, one in enumerate(found):
        path: Path = ("runs",) if holder == "runs" else ("jobs", one.body.id or "")
        jobs.append(Job(index, one.origin, one.body, path, len(steps), len(steps) + len(one.steps)))
        scope = one.body.id or ""
        for number, (origin, body) in enumerate(one.steps):
            steps.append(Step(len(steps), one.origin + origin, body, index, number, scope))
    return tuple(jobs), tuple(steps)


def _foreign(root: Node) -> bool:
    """Tell whether a file named like an action's metadata is something else."""
    return not isinstance(root, Map) or not _OF_ACTIONS & {entry.name for entry in root.entries}


def _entry(node: Node) -> tuple[Scalar | None, Node]:
    if isinstance(node, Map) and node.entries:
        return node.entries[0].key, node.entries[0].value
    return None, node


def _without(node: Node, name: str, empty: Map | Seq) -> Node:
    """Return a map with an empty value where the contents of a key were."""
    if not isinstance(node, Map):
        return node
    first = node.entry(name)
    entries = tuple(
        Entry(entry.key, empty, entry.span.cover(empty.span)) if entry is first else entry for entry in node.entries
    )
    return msgspec.structs.replace(node, entries=entries, span=node.span.cover(empty.span))


def _shifted(ignore: Ignore, by: int) -> Ignore:
    return msgspec.structs.replace(ignore, span=ignore.span.shift(by))
