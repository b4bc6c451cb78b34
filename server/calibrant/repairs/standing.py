"""Literals where they stand in steps: the one at a place of the text, and what puts a reference there."""

from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from calibrant.expressions.scan import find_braces
from calibrant.expressions.tokens import ExpressionError, Token, tokenise
from calibrant.model.change import Change, EditText, SetValue
from calibrant.model.connector import ParameterSpec, Specs
from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Scalar, Seq, plain
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.scripts import WORD, may_stand
from calibrant.repairs.sites import Source, node_at, offset_in, sources
from calibrant.repairs.slots import Slot, is_data, slots


class Standing(msgspec.Struct, frozen=True):
    """A literal in its place: all of the value at `path`, or the characters [start, end) of that text.

    `code`: it stands in quotes, or as a number, inside an expression.
    """

    step: Step
    path: Path
    name: str
    value: object
    start: int | None = None
    end: int | None = None
    code: bool = False
    declared: ParameterSpec | None = None

    @property
    def whole(self) -> bool:
        """Tell whether it is all of its value."""
        return self.start is None

    def to(self, reference: str) -> Change:
        """Return the change that puts a reference, given without braces, in its place."""
        if self.start is None or self.end is None:
            return SetValue(self.path, f"{{{{ {reference} }}}}")
        return EditText(self.path, self.start, self.end, reference if self.code else f"{{{{ {reference} }}}}")

    def meets(self, other: "Standing") -> bool:
        """Tell whether the two share a character."""
        if self.path != other.path or self.start is None or other.start is None:
            return self.path[: len(other.path)] == other.path or other.path[: len(self.path)] == self.path
        return self.start < (other.end or 0) and other.start < (self.end or 0)


def literal_at(workflow: Workflow, specs: Specs, span: Span) -> Standing | None:
    """Return the literal under a selection, or under the cursor where it is empty; None where there is none to replace."""
    at = bisect_right(workflow.steps, span.start, key=lambda step: step.origin) - 1
    if at < 0:
        return None
    step = workflow.steps[at]
    own = span.shift(-step.origin)
    if own.end > len(step.body.text):
        return None
    for source in sources(step):
        if source.expression.span.start <= own.start and own.end <= source.expression.span.end:
            return next((one for one in tokens(workflow, source) if _covers(one, source, own)), None)
    found = list(slots(step, specs))
    exact = next((slot for slot in found if isinstance(slot.node, Map | Seq) and slot.node.span == own), None)
    if exact is not None:
        return of_collection(exact)
    touched = [slot for slot in found if isinstance(slot.node, Scalar) and _touched(slot.node.span, own)]
    if len(touched) == 1:
        return _in_scalar(touched[0], own)
    leaves = {slot.path for slot in touched}
    for slot in reversed(found):
        if touched and isinstance(slot.node, Map | Seq) and _leaves(found, slot) == leaves:
            return of_collection(slot)
    return None


def _touched(node: Span, own: Span) -> bool:
    return node.holds(own.start) if own.start == own.end else node.start < own.end and own.start < node.end


def _leaves(found: list[Slot], around: Slot) -> set[Path]:
    return {
        slot.path for slot in found if isinstance(slot.node, Scalar) and slot.path[: len(around.path)] == around.path
    }


def of_collection(slot: Slot) -> Standing | None:
    """Return a list or an object that is plain data, None where a reference cannot stand for it as a whole."""
    value = plain(slot.node)
    if not is_data(slot.node) or (slot.path[2] == "env" and slot.is_parameter) or slot.is_script:
        return None
    return Standing(slot.step, slot.path, slot.name, value, declared=slot.declared if slot.is_parameter else None)


def _in_scalar(slot: Slot, own: Span) -> Standing | None:
    scalar = slot.node
    assert isinstance(scalar, Scalar)
    if slot.is_code and scalar.template is None:
        return None
    if not isinstance(scalar.value, str):
        return of_value(slot)
    text, length = scalar.value, len(scalar.value)
    start, end = (min(max(offset_in(scalar, place), 0), length) for place in (own.start, own.end))
    if start >= end:
        return _under_cursor(slot, text, start)
    start, end = _trimmed(text, start, end)
    if (start, end) == (0, length) or text[start:end] == text.strip():
        return of_value(slot)
    return of_part(slot, text, start, end)


def of_value(slot: Slot) -> Standing | None:
    """Return a text, number or boolean as a whole, None where a reference cannot stand for it."""
    value = slot.node.value if isinstance(slot.node, Scalar) else None
    if value is None or slot.is_script or not is_data(slot.node) or (isinstance(value, str) and not value.strip()):
        return None
    declared = slot.declared if slot.is_parameter else None
    return Standing(slot.step, slot.path, slot.name, value, declared=declared)


def _under_cursor(slot: Slot, text: str, at: int) -> Standing | None:
    for start, end in segments(text):
        if start <= at <= end:
            if slot.is_script:
                words = (match.span() for match in WORD.finditer(text, start, end))
                return next((of_part(slot, text, *word) for word in words if word[0] <= at <= word[1]), None)
            if (start, end) == (0, len(text)):
                return of_value(slot)
            return of_part(slot, text, *_trimmed(text, start, end))
    return None


def segments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text between its expressions."""
    at = 0
    for braces in find_braces(text):
        if at < braces.start:
            yield at, braces.start
        at = braces.end
    if at < len(text):
        yield at, len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


def of_part(slot: Slot, text: str, start: int, end: int) -> Standing | None:
    """Return the characters [start, end) of a text, None where a reference in their place would be read as anything else."""
    inside = any(first <= start and end <= last for first, last in segments(text))
    if start >= end or not inside or not _stays_apart(text, start, end):
        return None
    if slot.is_script and not may_stand(slot.step, text, start, end):
        return None
    return Standing(slot.step, slot.path, slot.name, text[start:end], start, end)


def _stays_apart(text: str, start: int, end: int) -> bool:
    """Tell whether braces put there are read as what they are, and all others as before."""
    before = find_braces(text)
    after = find_braces(f"{text[:start]}{{{{ x }}}}{text[end:]}")
    at = next((number for number, one in enumerate(after) if one.start == start), -1)
    if at < 0 or after[at].end != start + len("{{ x }}") or len(after) != len(before) + 1:
        return False
    shift = len("{{ x }}") - (end - start)
    others = after[:at] + [one._replace(start=one.start - shift, end=one.end - shift) for one in after[at + 1 :]]
    return [one[:2] for one in others] == [one[:2] for one in before]


def tokens(workflow: Workflow, source: Source) -> Iterator[Standing]:
    """Yield the texts in quotes and the numbers of an expression, but for those that are parts of references."""
    if source.expression.error is not None or node_at(workflow, source.path) is not source.scalar:
        return
    base = offset_in(source.scalar, source.expression.span.start)
    apart = [place for one in source.expression.references if (place := source.at(one.span))]
    try:
        found = tokenise(source.text.replace("\r\n", " \n").replace("\r", "\n"))
    except ExpressionError:
        return
    for token in found:
        value = _literal(token)
        if value is not None and not any(start <= token.start < end for start, end in apart):
            name = next((part for part in reversed(source.path) if isinstance(part, str)), "")
            start = base + token.start
            yield Standing(source.step, source.path, name, value, start, start + len(token.value), code=True)


def _literal(token: Token) -> object:
    if token.type == "string" and "\\" not in token.value and token.value[1:-1].strip():
        return token.value[1:-1]
    if token.type in ("integer", "float") and len(token.value) < 16:
        number = token.value.replace("_", "")
        return int(number) if number.isdigit() and (number == "0" or number[0] != "0") else None
    return None


def _covers(one: Standing, source: Source, own: Span) -> bool:
    start, end = (offset_in(source.scalar, place) for place in (own.start, own.end))
    return one.start is not None and one.end is not None and one.start <= start and end <= one.end
