"""What can be folded away: steps, what stands below a key or in brackets, blocks of comments, and marked regions."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from calibrant.ide.texts import scalars
from calibrant.model.nodes import Map, Node, Seq
from calibrant.model.text import Span, line_start
from calibrant.model.workflow import JobBody, StepBody, Workflow

Kind = Literal["", "comment", "region"]


class Fold(NamedTuple):
    """The characters [start, end), which go over several lines; the line of `start` stays in view."""

    start: int
    end: int
    kind: Kind = ""


class Found(NamedTuple):
    """What is found in one piece of text: what can be folded in it, and the lines that are nothing but a comment."""

    folds: tuple[Fold, ...] = ()
    comments: tuple[Span, ...] = ()


_COMMENT: Final = re.compile(r"^[ \t]*(#[^\r\n]*)", re.MULTILINE)
_CONTENT: Final = re.compile(r"^([ \t]*)(?!#)(?=[^\s])[^\r\n]*", re.MULTILINE)
_MARKER: Final = re.compile(r"#\s*(end)?region\b")


def in_step(body: StepBody) -> Found:
    """Return what is found in a step, relative to it."""
    text = body.text
    comments = _comments(text, Span(0, len(text)), body.node)
    whole = _whole(body)
    if not isinstance(body.node, Map):
        return Found((*whole, *by_indentation(text, Span(0, len(text)))), comments)
    return Found((*whole, *_below(text, body.node)), comments)


def in_job(body: JobBody) -> Found:
    """Return what is found in a job without its steps, relative to it."""
    text, node = body.text, body.node
    steps = [entry.value.span for entry in node.entries if _is_cut(entry.value)] if isinstance(node, Map) else []
    parts = (Span(0, steps[0].start), Span(steps[0].end, len(text))) if steps else (Span(0, len(text)),)
    comments = tuple(comment for part in parts for comment in _comments(text, part, node))
    start = body.id_node.span.start if body.id_node is not None else node.span.start
    whole = _fold(text, start, max(node.span.end, *(span.end for span in steps), start), node.span.start)
    below = _below(text, node) if isinstance(node, Map) else by_indentation(text, node.span)
    return Found((*whole, *below), comments)


def _is_cut(node: Node) -> bool:
    """Tell whether a list is empty because its contents are pieces of their own."""
    return isinstance(node, Seq) and not node.items and not node.flow and node.span.end > node.span.start


def in_document(workflow: Workflow, steps: Sequence[Found], jobs: Sequence[Found] = ()) -> list[Fold]:
    """Return what can be folded in a document, by where it begins; `steps` is what was found in each of its steps, `jobs` in each
    of its jobs.
    """
    text, root = workflow.text, workflow.root
    found: list[Fold] = []
    comments: list[Span] = []
    for gap in _gaps(workflow):
        comments += _comments(text, gap, root)
        if not isinstance(root, Map):
            found += by_indentation(text, gap)
    if isinstance(root, Map):
        found += _outside(workflow, root)
    origins = [step.origin for step in workflow.steps] + [job.origin for job in workflow.jobs[: len(jobs)]]
    for origin, one in zip(origins, (*steps, *jobs), strict=True):
        found += [Fold(fold.start + origin, fold.end + origin, fold.kind) for fold in one.folds]
        comments += [span.shift(origin) for span in one.comments]
    found += _commented(text, sorted(comments))
    return sorted(found)


def by_indentation(text: str, span: Span) -> Iterator[Fold]:
    """Yield what the indentation of lines says can be folded, for text that cannot be read otherwise."""
    above: list[tuple[int, int]] = []
    end = span.start
    for line in _CONTENT.finditer(text, span.start, span.end):
        indent = len(line[1])
        while above and above[-1][0] >= indent:
            yield from _fold(text, above.pop()[1], end)
        above.append((indent, line.end(1)))
        end = line.end()
    for _, start in reversed(above):
        yield from _fold(text, start, end)


def _fold(text: str, start: int, end: int, opened: int | None = None) -> Iterator[Fold]:
    """Yield the fold of these characters if they go over several lines.

    `opened` is where the bracket stands that the last one closes: seen in the first line, it stays in view with its partner.
    """
    if opened is not None and text[opened : opened + 1] in ("[", "{") and _on_one_line(text, start, opened):
        before = text[start:end].rstrip(" \t]})")
        end = start + len(before) if before.endswith(("\n", "\r")) else end
    end = start + len(text[start:end].rstrip())
    if not _on_one_line(text, start, end):
        yield Fold(start, end)


def _on_one_line(text: str, start: int, end: int) -> bool:
    return text.find("\n", start, end) < 0 and text.find("\r", start, end) < 0


def _whole(body: StepBody) -> Iterator[Fold]:
    """Yield the fold of a whole step, from its first line that is no comment on; comments further left are not of it."""
    first = _CONTENT.search(body.text)
    if first is None:
        return
    start, column, end = first.end(1), len(first[1]), first.end()
    for line in _CONTENT.finditer(body.text, end):
        end = line.end()
    for line in _COMMENT.finditer(body.text, end):
        end = line.end() if line.start(1) - line.start() > column else end
    yield from _fold(body.text, start, max(end, body.node.span.end), start)


def _below(text: str, node: Node) -> Iterator[Fold]:
    """Yield the folds of what stands in a node: of each key with its value, and of each item."""
    stack: list[Node] = [node]
    while stack:
        here = stack.pop()
        if here.aliased:
            continue
        match here:
            case Map():
                for entry in here.entries:
                    if not entry.key.aliased:
                        end = entry.span.end if entry.value.aliased else entry.value.span.end
                        yield from _fold(text, entry.key.span.start, end, entry.value.span.start)
                        stack.append(entry.value)
            case Seq():
                for item in here.items:
                    if not item.aliased:
                        yield from _fold(text, item.span.start, item.span.end, item.span.start)
                        stack.append(item)


def _outside(workflow: Workflow, root: Map) -> Iterator[Fold]:
    """Yield the folds of what stands around the steps; that of their list ends before comments left of it."""
    text, span = workflow.text, root.span
    if text[span.start : span.start + 1] == "{":
        yield from _fold(text, span.start, span.end, span.start)
    listed = workflow.steps_span
    for fold in _below(text, root):
        if listed is not None and fold.end == listed.end and text[listed.end - 1] != "]":
            column = fold.start - line_start(text, fold.start)
            yield from _fold(text, fold.start, _without_comments(text, fold, column))
        else:
            yield fold


def _without_comments(text: str, fold: Fold, column: int) -> int:
    """Return where a fold ends without the comments at its end that stand in that column or further left."""
    end = fold.end
    while (start := text.rfind("\n", fold.start, end) + 1) > fold.start:
        line = text[start:end].lstrip(" \t")
        if line.strip() and (not line.startswith("#") or end - start - len(line) > column):
            break
        end = start - 1
    return end


def _gaps(workflow: Workflow) -> Iterator[Span]:
    """Yield what stands outside of the steps, and of the jobs where there are jobs."""
    at = 0
    for step in workflow.jobs or workflow.steps:
        if step.origin > at:
            yield Span(at, step.origin)
        at = max(at, step.origin + len(step.body.text))
    if at < len(workflow.text):
        yield Span(at, len(workflow.text))


def _comments(text: str, span: Span, node: Node) -> tuple[Span, ...]:
    """Return the lines that are nothing but a comment, each from its #; in a text it is an ordinary character."""
    if text.find("#", span.start, span.end) < 0:
        return ()
    texts = sorted(one.span for one in scalars(node) if one.span.end - one.span.start > 1)
    starts = [one.start for one in texts]
    found: list[Span] = []
    for match in _COMMENT.finditer(text, span.start, span.end):
        at = bisect_right(starts, match.start(1)) - 1
        if at < 0 or texts[at].end <= match.start(1):
            found.append(Span(*match.span(1)))
    return tuple(found)


def _commented(text: str, comments: Iterable[Span]) -> Iterator[Fold]:
    """Yield the regions that comments mark, and the blocks that the other ones make."""
    opened: list[int] = []
    block: Span | None = None
    for comment in comments:
        marker = _MARKER.match(text, comment.start, comment.end)
        if marker is None and block is not None and _is_next_line(text, block.end, comment.start):
            block = Span(block.start, comment.end)
            continue
        if block is not None:
            yield from _kind(text, block, "comment")
        block = comment if marker is None else None
        if marker is not None and not marker[1]:
            opened.append(comment.start)
        elif marker is not None and opened:
            yield from _kind(text, Span(opened.pop(), comment.end), "region")
    if block is not None:
        yield from _kind(text, block, "comment")


def _is_next_line(text: str, end: int, start: int) -> bool:
    return text[end:start].replace("\r\n", "\n").strip(" \t") in ("\n", "\r")


def _kind(text: str, span: Span, kind: Kind) -> Iterator[Fold]:
    for fold in _fold(text, span.start, span.end):
        yield fold._replace(kind=kind)
