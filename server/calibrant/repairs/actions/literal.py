"""A literal under a cursor or selection: a value, a part of a text, or a word of a script; of a step, a job or the workflow."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from calibrant.expressions.actions import find_braces
from calibrant.github.script_shell import script_language
from calibrant.github.untrusted import CODE_INPUTS
from calibrant.model.change import Change, EditText, SetValue
from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.actions.by_env import replaced, variable
from calibrant.repairs.scripts import WORD, may_give_way
from calibrant.repairs.sites import offset_in, shared

_HOLDERS: Final = ("with", "env")


class Literal(msgspec.Struct, frozen=True):
    """A literal in its place: the characters [start, end) of the value at a path, or all of it; `script`: it is a word of one."""

    path: Path
    scalar: Scalar
    start: int
    end: int
    step: Step | None = None
    script: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether it is all of its value."""
        return not self.script and (self.start, self.end) == (0, len(str(self.scalar.value)))

    @property
    def value(self) -> object:
        """What it says."""
        return self.scalar.value if self.whole else str(self.scalar.value)[self.start : self.end]

    @property
    def key(self) -> str:
        """The key that it stands behind."""
        return str(self.path[-1])

    def to(self, workflow: Workflow, source: str, wanted: str) -> tuple[Change, ...]:
        """Return the changes that put an expression in its place: in a script, by a variable; none where none can stand there."""
        braced = f"${{{{ {source} }}}}"
        if not self.script:
            return (
                (SetValue(self.path, braced),) if self.whole else (EditText(self.path, self.start, self.end, braced),)
            )
        env = variable(workflow, self.path[:-1], wanted, braced)
        edits = replaced(self.script, self.path, self.scalar, [(self.start, self.end)], env[0]) if env else []
        return (*env[1], *edits) if env and edits else ()


def literal_at(workflow: Workflow, span: Span) -> Literal | None:
    """Return the literal that a selection (a cursor, where it is empty) is at; None where there is none to replace."""
    at = bisect_right(workflow.steps, span.start, key=lambda step: step.origin) - 1
    step = workflow.steps[at] if at >= 0 else None
    if step is None or span.end > step.origin + len(step.body.text):
        return _around(workflow, span)
    own = span.shift(-step.origin)
    for path, scalar in values(workflow, step):
        if scalar.span.start <= own.start and own.end <= scalar.span.end:
            if path[-1] == "run" and len(path) == len(workflow.path_of(step)) + 1:
                return _word(workflow, step, path, scalar, own)
            return _value(step, path, scalar, own)
    return None


def _around(workflow: Workflow, span: Span) -> Literal | None:
    """Return the variable of a job or of the workflow that a selection is at, or where a job runs."""
    for path, scalar, origin in _settings(workflow):
        own = span.shift(-origin)
        if scalar.span.start <= own.start and own.end <= scalar.span.end and not shared(workflow, path):
            return _value(None, path, scalar, own)
    return None


def _settings(workflow: Workflow) -> Iterator[tuple[Path, Scalar, int]]:
    yield from _variables(workflow.root, (), 0)
    for job in workflow.jobs:
        yield from _variables(job.body.node, job.path, job.origin)
        runner = job.body.node.get("runs-on") if isinstance(job.body.node, Map) else None
        if isinstance(runner, Scalar) and runner.value is not None:
            yield (*job.path, "runs-on"), runner, job.origin


def _variables(node: Node, path: Path, origin: int) -> Iterator[tuple[Path, Scalar, int]]:
    held = node.get("env") if isinstance(node, Map) else None
    for entry in held.entries if isinstance(held, Map) else ():
        if isinstance(entry.value, Scalar) and entry.value.value is not None:
            yield (*path, "env", entry.name), entry.value, origin


def values(workflow: Workflow, step: Step) -> list[tuple[Path, Scalar]]:
    """Return the values of a step in which an expression may take the place of a literal."""
    node, base = step.body.node, workflow.path_of(step)
    found: list[tuple[Path, Scalar]] = []
    code = CODE_INPUTS.get((step.body.action or "").partition("@")[0].lower(), "")
    for holder in _HOLDERS:
        held = node.get(holder) if isinstance(node, Map) else None
        entries = held.entries if isinstance(held, Map) and not held.aliased else ()
        found += [
            ((*base, holder, entry.name), entry.value)
            for entry in entries
            if isinstance(entry.value, Scalar) and (holder != "with" or entry.name.lower() != code)
        ]
    if step.body.run is not None:
        found.append(((*base, "run"), step.body.run))
    return [(path, scalar) for path, scalar in found if scalar.value is not None and not shared(workflow, path)]


def _value(step: Step | None, path: Path, scalar: Scalar, own: Span) -> Literal | None:
    if not isinstance(scalar.value, str):
        return Literal(path, scalar, 0, len(str(scalar.value)), step)
    start, end = _selected(scalar, own)
    for first, last in _between(scalar.value):
        if first <= start and end <= last:
            if start == end:
                start, end = first, last
            text = scalar.value[start:end]
            start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
            return Literal(path, scalar, start, end, step) if start < end else None
    return None


def _word(workflow: Workflow, step: Step, path: Path, scalar: Scalar, own: Span) -> Literal | None:
    text, shell = str(scalar.value), script_language(workflow, step)
    start, end = _selected(scalar, own)
    if start == end:
        found = next((one.span() for one in WORD.finditer(text) if one.start() <= start <= one.end()), None)
        start, end = found or (0, 0)
    inside = any(first <= start and end <= last for first, last in _between(text))
    if start >= end or not inside or shell not in ("bash", "sh") or not may_give_way(shell, text, start, end):
        return None
    return Literal(path, scalar, start, end, step, shell)


def _selected(scalar: Scalar, own: Span) -> tuple[int, int]:
    length = len(str(scalar.value))
    start, end = (min(max(offset_in(scalar, place), 0), length) for place in (own.start, own.end))
    return start, end


def _between(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text between its expressions."""
    found, at = [], 0
    for braces in find_braces(text):
        found.append((at, braces.start))
        at = braces.end
    return [*found, (at, len(text))]
