"""A native workflow's text to a Workflow, piece by piece."""

import re

import msgspec

from calibrant.dialects.around import about_root, refused, second_document
from calibrant.dialects.ignores import comment_ignores, key_ignores
from calibrant.dialects.native.header import inputs_of, secrets_of
from calibrant.dialects.native.language import LANGUAGE
from calibrant.dialects.native.steps import read_step
from calibrant.dialects.saying import text_at
from calibrant.model.issue import Finding
from calibrant.model.nodes import Entry, Hole, Map, Node, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Ignore, Step, StepBody, Workflow
from calibrant.syntax import Format, Pieces, Reader, moved, normal, split
from calibrant.syntax.items import read_item, text_of

_HINT = "A workflow begins with keys such as ‘name: …’ and ‘steps:’."

_SHARING = re.compile(r"[&*]|<<")
"""What an anchor, an alias or a merge takes: with one of them the text alone does not tell what a step is."""

_Bodies = dict[str, StepBody]


class _Frame(msgspec.Struct, frozen=True):
    """What stands around the steps: the root map and what was found on it, in the document's offsets."""

    root: Node
    problems: tuple[Finding, ...]
    ignores: tuple[Ignore, ...]


def read(path: str, text: str, previous: Workflow | None = None) -> Workflow:
    """Read a native workflow; see `model.ports.ReadDialect`."""
    refusal = refused(text)
    if refusal is not None:
        return Workflow(LANGUAGE, text, Hole(Span(0, 0)), problems=(refusal,), is_workflow=False)
    kind: Format = "json" if path.lower().endswith(".json") else "yaml"
    plain = normal(text)
    known: _Bodies = {}
    if previous is not None and previous.language.name == LANGUAGE.name:
        known = {step.body.text: step.body for step in previous.steps}
    lent = previous is not None and previous.in_pieces
    sound = previous is not None and not previous.in_pieces and not previous.problems
    return _Reading(text, plain, kind, known, lent=lent, sound=sound).workflow()


class _Reading:
    """One reading of one text."""

    def __init__(self, text: str, plain: str, kind: Format, known: _Bodies, *, lent: bool, sound: bool) -> None:
        self.text, self.plain, self.kind, self.known, self.lent, self.sound = text, plain, kind, known, lent, sound
        self.reader = Reader(kind)

    def workflow(self) -> Workflow:
        """Read the whole document."""
        pieces = split(self.plain, self.kind)
        if pieces.tail is None or pieces.list_span is None:
            frame = self._part(pieces.head)
            frame, steps = self._whole_steps(frame)
        elif self.kind == "json":
            frame = self._json_frame(pieces, pieces.tail)
            steps = self._steps(pieces.items)
        else:
            head = self._part(pieces.head)
            steps = self._steps(pieces.items)
            frame = _joined(head, self._part(pieces.tail), pieces.list_span)
        return self._assemble(frame, steps, pieces)

    def _assemble(self, frame: _Frame, steps: tuple[Step, ...], pieces: Pieces) -> Workflow:
        problems = [
            *frame.problems,
            *pieces.problems,
            *about_root(frame.root, self.plain, _HINT, read_wholly=not frame.problems),
        ]
        if pieces.more is not None:
            problems.append(second_document(pieces.more))
        root = frame.root if isinstance(frame.root, Map) else None
        listed = root.get("steps") if root else None
        return Workflow(
            LANGUAGE,
            self.text,
            frame.root,
            name=text_at(root, "name"),
            description=text_at(root, "description") or "",
            inputs=inputs_of(root),
            secrets=secrets_of(root),
            steps=steps,
            steps_span=listed.span if listed is not None else None,
            ignores=frame.ignores + key_ignores(frame.root, Span(0, len(self.text))),
            problems=tuple(sorted(problems, key=lambda finding: finding.span)),
            is_workflow=root is not None,
            in_pieces=pieces.tail is not None,
        )

    def _part(self, span: Span) -> _Frame:
        """Read a part of the document around the steps."""
        text = self.plain[span.start : span.end]
        tree = self.reader.piece(text)
        ignores = comment_ignores(text, tree.node) if self.kind == "yaml" else ()
        placed = tuple(msgspec.structs.replace(ignore, span=ignore.span.shift(span.start)) for ignore in ignores)
        root = moved(tree.node, lambda offset: offset + span.start) if span.start else tree.node
        return _Frame(root, tuple(problem.shifted(span.start) for problem in tree.problems), placed)

    def _json_frame(self, pieces: Pieces, tail: Span) -> _Frame:
        """Read a JSON document as if its list of steps were empty."""
        head, cut = pieces.head, pieces.head.end - pieces.head.start
        gap = tail.start - head.end
        tree = self.reader.piece(self.plain[head.start : head.end] + self.plain[tail.start : tail.end])

        def place(offset: int) -> int:
            return head.start + offset + (gap if offset >= cut else 0)

        problems = tuple(
            msgspec.structs.replace(found, span=Span(place(found.span.start), place(found.span.end - 1) + 1))
            for found in tree.problems
        )
        return _Frame(moved(tree.node, place), problems, ())

    def _steps(self, items: tuple[Span, ...]) -> tuple[Step, ...]:
        plain = self.plain
        known = self.known if self.lent else {}
        steps: list[Step] = []
        for index, span in enumerate(items):
            text = plain[span.start : span.end]
            body = known.get(text)
            if body is None or not self.reader.repeat(text, body.anchors):
                body = self._kept(self._body(text))
            steps.append(Step(index, span.start, body))
        return tuple(steps)

    def _kept(self, body: StepBody) -> StepBody:
        """Return the body of the reading before where it is equal, so that what was found on it stays known."""
        before = self.known.get(body.text)
        return before if before == body else body

    def _body(self, text: str) -> StepBody:
        if self.kind == "json":
            tree = self.reader.piece(text)
            return read_step(tree.node, text, tree.node.span.start, tree.problems, tree.anchors)
        item = read_item(self.reader, text)
        return read_step(item.tree.node, text, item.above, item.tree.problems, item.tree.anchors)

    def _whole_steps(self, frame: _Frame) -> tuple[_Frame, tuple[Step, ...]]:
        """Take the steps out of a root that was read in one go."""
        root = frame.root
        listed = root.get("steps") if isinstance(root, Map) else None
        if not isinstance(root, Map) or not isinstance(listed, Seq):
            return frame, ()
        sound = self.sound and not frame.problems
        steps = tuple(self._placed(index, item, sound=sound) for index, item in enumerate(listed.items))
        return _Frame(_without_steps(root, listed.span), frame.problems, frame.ignores), steps

    def _placed(self, index: int, item: Node, *, sound: bool) -> Step:
        """Return a step of a list that was read in one go; in a `sound` text a map in braces is known by its text."""
        # An empty step has no characters of its own; the dash before it stands for it.
        start = item.span.start - (item.span.start == item.span.end > 0)
        text = text_of(self.plain, item, start)
        known = self.known.get(text) if sound and isinstance(item, Map) and text.startswith("{") else None
        if known is not None and not _SHARING.search(text):
            return Step(index, start, known)
        body = read_step(moved(item, lambda offset: offset - start), text, 0)
        return Step(index, start, self._kept(body))


def _without_steps(root: Map, span: Span) -> Map:
    """Return the root with an empty list where the steps were."""
    empty = Seq(span, ())
    first = root.entry("steps")
    entries = (Entry(entry.key, empty, entry.span.cover(span)) if entry is first else entry for entry in root.entries)
    return msgspec.structs.replace(root, entries=tuple(entries), span=root.span.cover(span))


def _joined(head: _Frame, tail: _Frame, listed: Span) -> _Frame:
    """Put the keys after the steps behind those before them."""
    root = head.root
    if isinstance(root, Map):
        root = _without_steps(root, listed)
        if isinstance(tail.root, Map):
            entries = root.entries + tail.root.entries
            root = Map(root.span.cover(tail.root.span), entries, root.flow)
    return _Frame(root, head.problems + tail.problems, head.ignores + tail.ignores)
