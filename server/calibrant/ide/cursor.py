"""What is being typed at a place of a workflow's text, also where the text there cannot be read yet."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

import msgspec

from calibrant import dialects
from calibrant.ide.excerpt import Excerpt, excerpt_at
from calibrant.ide.landing import Landing, landing
from calibrant.ide.marking import Format, Marked, markings
from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Scalar
from calibrant.model.text import Span, line_end, line_start
from calibrant.model.workflow import JobBody, Step, StepBody, Workflow

_LARGEST = 250_000
"""Characters that are read again for one cursor; more than that is no step."""
_LARGE = 50_000
"""Characters above which they are read once only: what is open in them is not closed."""


class Cursor(msgspec.Struct, frozen=True):
    """What is being typed. Spans are of the document; `path` leads below the step's map, or outside steps below the root;
    `whole` leads to the same place from the root in any case.

    `role` "key": a key of the map at `path`; "value": the value there; "either": a word alone on its line, which may become
    a key of the map or the value. `body` is the step as it reads with a word at the cursor, `step` it in its place.
    `span` is the whole word, key or value that is being typed, as far as it is on the cursor's line, without quotes and
    indentation; `typed` what of it stands before the cursor; `alone` tells that nothing of it is on other lines.
    `style` is how it is written, "json" for a text in JSON and "bare" for one that lacks its quotes there.
    `siblings` are the other keys of the map. `column` is where the word begins on its line, `key_column`
    where the key of its value does, `lead` how many blanks that line
    begins with. `ends` tells that nothing but the word follows on the line, `colon` that the key has its colon.
    `scalar` and `at`: the value with the word in it and where in its text the cursor is. `excerpt` is the text that was read,
    with the word in it, and `position` that of the step in it. `around` is the map that the word is a key in. `job` is the
    job, where there are some, as it reads with the word, and `job_index` its position in the document. `listed` are the other
    texts of the list that the value is in.
    """

    offset: int
    path: Path
    role: Literal["key", "value", "either"]
    span: Span
    typed: str
    style: str
    scalar: Scalar
    at: int
    marker: str
    body: StepBody | None = None
    step: Step | None = None
    siblings: tuple[str, ...] = ()
    flow: bool = False
    colon: bool = False
    ends: bool = False
    column: int = 0
    key_column: int = 0
    lead: int = 0
    json: bool = False
    alone: bool = True
    excerpt: str = ""
    position: int = 0
    whole: Path = ()
    around: Map | None = None
    job: JobBody | None = None
    job_index: int = -1
    listed: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The text of the value without the marker word."""
        text = str(self.scalar.value)
        return text[: self.at] + text[self.at + len(self.marker) :]


def cursor_at(workflow: Workflow, name: str, offset: int) -> Cursor | None:
    """Return what is being typed at an offset, or None where nothing makes sense there. Never raises.

    `name` is the file's, whose ending tells its format. Costs what the step costs that the cursor is in.
    """
    excerpt = excerpt_at(workflow, offset)
    if len(excerpt.text) > _LARGEST or "\0" in excerpt.text:
        return None
    form: Format = "json" if name.lower().endswith(".json") else "yaml"
    tries = markings(excerpt.text, excerpt.cursor, form)
    for marked in islice(tries, 1) if len(excerpt.text) > _LARGE else tries:
        read = dialects.read(name, marked.text)
        if read is None:
            return None
        place = landing(read, marked)
        if place is not None:
            return _Reading(workflow, excerpt, marked, form).cursor(read, place)
    return None


class _Reading:
    """Brings what was found in the marked excerpt back to the document."""

    def __init__(self, workflow: Workflow, excerpt: Excerpt, marked: Marked, form: Format) -> None:
        self.workflow, self.excerpt, self.marked, self.form = workflow, excerpt, marked, form
        self.offset = excerpt.offset

    def cursor(self, read: Workflow, found: Landing) -> Cursor | None:
        step, origin = found.step, found.origin
        scalar = found.scalar
        text = str(scalar.value)
        whole = self._span(scalar, origin)
        span = self._on_line(whole) if whole is not None else None
        if whole is None or span is None or not self._fits(found, origin) or self._touches(span):
            return None
        if self._is_between(found):
            return None
        at = text.index(self.marked.marker)
        line = line_start(self.workflow.text, self.offset)
        document = self.workflow.text
        rest = document[max(self.offset, span.end) : line_end(self.workflow.text, self.offset)]
        return Cursor(
            offset=self.offset,
            path=found.path,
            role=self._role(found),
            span=span,
            typed=document[span.start : self.offset],
            style=self._style(scalar),
            scalar=scalar,
            at=at,
            marker=self.marked.marker,
            body=step.body if step else None,
            step=self._in_place(step),
            siblings=self._siblings(found),
            flow=found.parent is not None and found.parent.flow,
            colon=rest.lstrip("\"' \t").startswith(":"),
            ends=not rest.strip(" \t\"'") or rest.lstrip().startswith("#"),
            column=self._column(found, origin),
            key_column=self._key_column(found, origin),
            lead=len(document[line : self.offset]) - len(document[line : self.offset].lstrip(" ")),
            json=self.form == "json",
            alone=self._is_alone(whole, scalar.style),
            excerpt=self.marked.text,
            position=step.index if step else 0,
            whole=(*read.path_of(step), *found.path) if step else found.path,
            around=found.parent if found.is_key else None,
            job=found.job.body if found.job else None,
            job_index=self._job(found),
            listed=tuple(_texts(found)),
        )

    def _job(self, found: Landing) -> int:
        if found.job is None:
            return -1
        if len(self.excerpt.parts) == 1:
            return found.job.index
        return -1 if self.excerpt.job is None else self.excerpt.job

    def _is_between(self, found: Landing) -> bool:
        """Tell whether a key of what is around would stand between two steps, or two jobs."""
        excerpt = self.excerpt
        if found.step is None and excerpt.step is not None and not excerpt.last:
            return True
        return found.step is None and found.job is None and excerpt.job is not None and not excerpt.last_job

    def _in_place(self, step: Step | None) -> Step | None:
        if step is None:
            return None
        origin = self.excerpt.to_document(self.marked.original(step.origin))
        if len(self.excerpt.parts) == 1:
            return Step(step.index, origin, step.body)
        known = self.excerpt.step
        if known is not None and self.workflow.steps[known].origin >= origin:
            return Step(known, origin, step.body)
        return Step(self.excerpt.before + (known is not None), origin, step.body)

    def _role(self, found: Landing) -> Literal["key", "value", "either"]:
        if not found.is_key:
            return "value"
        alone = found.parent is not None and len(found.parent.entries) == 1
        return "either" if self.marked.key and alone else "key"

    def _siblings(self, found: Landing) -> tuple[str, ...]:
        if found.parent is None or not found.is_key:
            return ()
        if found.job is not None and found.scalar is found.job.body.id_node:
            return tuple(job.body.id for job in self.workflow.jobs if job.body.id)
        return tuple(entry.name for entry in found.parent.entries if entry.key is not found.scalar)

    def _style(self, scalar: Scalar) -> str:
        if self.form != "json":
            return scalar.style
        begins = self.workflow.text[max(0, self.offset - 1 - len(str(scalar.value))) : self.offset]
        return "json" if self._is_quoted(begins) else "bare"

    def _is_quoted(self, begins: str) -> bool:
        """Tell whether the text of JSON at the cursor has its quotes in the document, and not just in the marked text."""
        cursor = self.excerpt.cursor
        return not any(at <= cursor and length == 1 for at, length in self.marked.put) or not begins

    def _fits(self, found: Landing, origin: int) -> bool:
        """Tell whether a key stands in the column of the others of its map: recovery takes in what is indented too far."""
        if not found.is_key or found.parent is None or found.parent.flow or self.form == "json":
            return True
        column = self._column(found, origin)
        keys = [entry.key for entry in found.parent.entries if not entry.key.aliased]
        others = [key for key in keys if key is not found.scalar]
        return all(self._column_of(key, origin) == column for key in others[:1])

    def _touches(self, span: Span) -> bool:
        """Tell whether the word would run into a dash that lacks its blank."""
        return self.form == "yaml" and self.workflow.text[span.start - 1 : span.start] == "-"

    def _column(self, found: Landing, origin: int) -> int:
        return self._column_of(found.scalar, origin)

    def _column_of(self, key: Scalar, origin: int) -> int:
        start = key.span.start + origin
        return start - line_start(self.marked.text, start)

    def _key_column(self, found: Landing, origin: int) -> int:
        entries = found.parent.entries if found.parent is not None else ()
        keys = [entry.key for entry in entries if entry.value is found.scalar]
        return self._column_of(keys[0], origin) if keys else self._column(found, origin)

    def _span(self, scalar: Scalar, origin: int) -> Span | None:
        """Return where in the document the word stands, without its quotes."""
        marked = self.marked
        start, end = scalar.span.start + origin, scalar.span.end + origin
        quote = marked.text[start : start + 1]
        if quote in ("'", '"') and (scalar.style in ("single", "double") or self.form == "json"):
            start += 1
            end -= end > start and marked.text[end - 1] == quote
        at = marked.text.find(marked.marker, start)
        if at < start or at >= end:
            return None
        first, last = (self.excerpt.to_document(marked.original(offset)) for offset in (start, end))
        return Span(min(first, self.offset), max(last, self.offset))

    def _on_line(self, span: Span) -> Span:
        """Return what of a span is on the cursor's line, without what that line is indented by."""
        start, line = span.start, line_start(self.workflow.text, self.offset)
        if start < line:
            before = self.workflow.text[line : self.offset]
            start = self.offset - len(before.lstrip(" \t"))
        return Span(start, min(span.end, line_end(self.workflow.text, self.offset)))

    def _is_alone(self, span: Span, style: str) -> bool:
        """Tell whether all of a value is on the cursor's line; the marks above a block are none of it."""
        text, line = self.workflow.text, line_start(self.workflow.text, self.offset)
        before, after = text[span.start : line], text[line_end(self.workflow.text, self.offset) : span.end]
        if style in ("literal", "folded"):
            before = "".join(before.splitlines(keepends=True)[1:])
        return not before.strip() and not after.strip()


def _texts(found: Landing) -> Iterator[str]:
    """Yield the texts of a list beside the one that is being typed."""
    for item in found.listed.items if found.listed is not None else ():
        if item is not found.scalar and isinstance(item, Scalar) and isinstance(item.value, str):
            yield item.value
