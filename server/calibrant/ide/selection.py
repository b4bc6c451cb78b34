"""What to select around a place, from the word outwards to the whole document."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from calibrant.ide.pieces import Piece, job_at, of_job, of_step
from calibrant.ide.pieces import around as root_of
from calibrant.ide.texts import Embedded, cut, expressions
from calibrant.model.lexicon import Cut
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span, line_end, line_start
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known

_WORD: Final = re.compile(r"\w+")
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#[^\r\n]*")
_LINE: Final = re.compile(r"[^\r\n]+")


def around(workflow: Workflow, known: Known, offset: int) -> tuple[Span, ...]:
    """Return what can be selected around an offset, the largest first: each span lies in the one before and is smaller."""
    text = workflow.text
    line = Span(line_start(text, offset), line_end(text, offset))
    found = [Span(0, len(text)), *_in(_WORD, text, line, offset), *_node(text, workflow.root, offset, 0)]
    if workflow.steps_span is not None:
        found.append(workflow.steps_span)
    for step in workflow.steps:
        if step.origin <= offset <= step.origin + len(step.body.text):
            found += _piece(of_step(workflow, step), known, offset - step.origin)
    job = job_at(workflow, offset)
    if job is not None:
        found.append(Span(job.head.start, max(job.head.end, job.origin + len(job.body.text.rstrip()))))
        found += _piece(of_job(job), known, offset - job.origin)
    if workflow.jobs:
        found += _piece(root_of(workflow), known, offset)
    return tuple(_nested(found, offset))


def _nested(spans: Iterable[Span], offset: int) -> Iterator[Span]:
    """Yield those that hold the offset and lie in each other; of two that meet at it, the one that begins there."""
    last: Span | None = None
    for span in sorted(spans, key=lambda one: (one.start - one.end, offset >= one.end)):
        if not span.holds(offset) or (last is not None and (span == last or span.start == span.end)):
            continue
        if last is None or (last.start <= span.start and span.end <= last.end):
            yield span
            last = span


def _piece(piece: Piece, known: Known, offset: int) -> Iterator[Span]:
    """Yield what holds an offset that is relative to a step, to a job, or to what is around."""
    text, node, origin = piece.text, piece.node, piece.origin
    found = [node.span, *_node(text, node, offset, 0)]
    dash = _dash(text, node.span.start) if piece.step >= 0 else -1
    if dash >= 0:
        found.append(Span(dash, node.span.end))
    for place in expressions(piece.body, known):
        if place.scalar.span.holds(offset):
            found += _expression(place, known)
    yield from (span.shift(origin) for span in found)


def _dash(text: str, start: int) -> int:
    """Return where the dash stands before what begins at `start`, -1 where there is none."""
    before = text[:start].rstrip(" ")
    return len(before) - 1 if before.endswith("-") else -1


def _node(text: str, node: Node, offset: int, depth: int) -> Iterator[Span]:
    """Yield what holds an offset in a node, and the comment that it is in."""
    if node.aliased:
        yield node.span
        return
    match node:
        case Map():
            yield node.span
            for entry in node.entries:
                if entry.span.holds(offset) and not entry.key.aliased:
                    yield from _entry(text, entry, offset, depth)
        case Seq():
            yield node.span
            for item in node.items:
                if item.span.holds(offset):
                    yield from _item(text, item, offset, depth)
        case Scalar():
            yield from _scalar(text, node, offset)
        case Hole():
            yield node.span
    if depth == 0:
        yield from _comment(text, node, offset)


def _entry(text: str, entry: Entry, offset: int, depth: int) -> Iterator[Span]:
    yield entry.span
    yield from _scalar(text, entry.key, offset)
    if entry.value.span.holds(offset):
        yield from _node(text, entry.value, offset, depth + 1)


def _item(text: str, item: Node, offset: int, depth: int) -> Iterator[Span]:
    dash = _dash(text, item.span.start)
    if dash >= 0:
        yield Span(dash, item.span.end)
    yield from _node(text, item, offset, depth + 1)


def _scalar(text: str, scalar: Scalar, offset: int) -> Iterator[Span]:
    if not scalar.span.holds(offset):
        return
    yield scalar.span
    value = scalar.value
    if isinstance(value, str) and value and scalar.marks:
        inner = scalar.locate(0, len(value.rstrip("\n")))
        yield inner
        yield from _in(_LINE, text, inner, offset, strip=True)


def _comment(text: str, node: Node, offset: int) -> Iterator[Span]:
    start = line_start(text, offset)
    comment = _COMMENT.search(text, start, line_end(text, offset))
    if comment is None or comment.start() > offset or _in_text(node, comment.start()):
        return
    whole = Span(*comment.span())
    yield whole
    yield Span(whole.start + 1 + len(comment[0][1:]) - len(comment[0][1:].lstrip()), whole.end)


def _in_text(node: Node, offset: int) -> bool:
    """Tell whether an offset lies in a text, where a # is an ordinary character."""
    stack: list[Node] = [node]
    while stack:
        here = stack.pop()
        if here.aliased or not here.span.start <= offset < here.span.end:
            continue
        match here:
            case Scalar():
                return True
            case Map():
                for entry in here.entries:
                    stack += (entry.key, entry.value)
            case Seq():
                stack.extend(here.items)
    return False


def _in(words: re.Pattern[str], text: str, span: Span, offset: int, *, strip: bool = False) -> Iterator[Span]:
    """Yield what a pattern finds at an offset in a part of the text."""
    for match in words.finditer(text, span.start, span.end):
        if match.start() <= offset <= match.end():
            lead = len(match[0]) - len(match[0].lstrip()) if strip else 0
            yield Span(match.start() + lead, match.start() + len(match[0].rstrip()) if strip else match.end())


def _expression(place: Embedded, known: Known) -> Iterator[Span]:
    """Yield everything that can be selected in an expression: braces, itself, brackets, references and their parts."""
    if place.braces is not None:
        yield place.scalar.locate(place.braces.start, place.braces.end)
    source = place.source
    start, end = len(source) - len(source.lstrip()), len(source.rstrip())
    if start < end:
        yield place.at(start, end)
    found = cut(source, known)
    yield from (place.at(one.start, one.end) for one in found if one.sort not in ("mark", "open", "close", "operator"))
    pairs = dict(_pairs(found))
    for opened, closed in pairs.items():
        yield place.at(found[opened].start, found[closed].end)
        yield place.at(found[opened].end, found[closed].start)
    for at, one in enumerate(found):
        if one.sort == "root":
            for last in _path(found, at, pairs):
                yield place.at(one.start, found[last].end)


def _pairs(found: Sequence[Cut]) -> Iterator[tuple[int, int]]:
    opened: list[int] = []
    for at, one in enumerate(found):
        if one.sort == "open":
            opened.append(at)
        elif one.sort == "close" and opened:
            yield opened.pop(), at


def _path(found: Sequence[Cut], at: int, pairs: dict[int, int]) -> Iterator[int]:
    """Yield where the elements of a path end that begins with the root at `at`, one after the other."""
    while at + 1 < len(found):
        after = found[at + 1]
        if after.text == "." and at + 2 < len(found) and found[at + 2].sort in ("part", "method"):
            at += 2
        elif after.text in ("[", "(") and after.end > after.start and at + 1 in pairs and found[at].sort != "operator":
            at = pairs[at + 1]
        else:
            return
        yield at
