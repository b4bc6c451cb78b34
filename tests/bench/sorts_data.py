"""Faults in values and in what flows between steps: what a target rejects, shapes, fields, literals, credentials."""

import re
import string
from collections.abc import Iterator
from random import Random

from bench.sites import SPECS, Base, Fault, Used, typo
from calibrant.model.issue import Kind
from calibrant.model.nodes import Map, Scalar
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Step

_READING = ("file.read", "sheet.read", "mail.read")


def wrong_file(base: Base, chance: Random) -> Iterator[Fault]:
    """A file to read by a wrong name, in the step or as the default of the input that it comes from."""
    for step in base.steps:
        for path, scalar in base.scalars(step):
            if step.body.action in _READING and path in (("path",), ("file",)) and scalar.template is None:
                name = str(scalar.value).rpartition("/")[2]
                edit = base.swap(step.at(scalar.span), name, typo(name, (), chance))
                yield Fault(Kind.PARAMETER, "file that is not there", base.name, (edit,), (step.index,))
    for item in base.workflow.inputs:
        if item.type == "path" and isinstance(item.default, Scalar):
            used = [use.step for use in base.uses_of("inputs", item.name)]
            if any(step.body.action in _READING for step in used):
                name = str(item.default.value).rpartition("/")[2]
                span = base.declaration(item).span
                edit = base.swap(span, name, typo(name, (), chance))
                places = tuple(dict.fromkeys(step.index for step in used))
                yield Fault(Kind.PARAMETER, "file that is not there", base.name, (edit,), places, (span,))


def wrong_range(base: Base, chance: Random) -> Iterator[Fault]:
    """A range or sheet by a wrong name."""
    for step in base.steps:
        for path, scalar in base.scalars(step):
            if path == ("range",) and scalar.template is None:
                name = str(scalar.value).partition("!")[0]
                edit = base.swap(step.at(scalar.span), name, typo(name, (), chance))
                yield Fault(Kind.PARAMETER, "range that is not there", base.name, (edit,), (step.index,))


_COLUMNS = frozenset({"email", "name", "plan", "phone", "sku", "supplier", "days"})


def wrong_sql(base: Base, chance: Random) -> Iterator[Fault]:
    """A table or column by a wrong name."""
    for step in base.steps:
        for path, scalar in base.scalars(step):
            if path not in (("query",), ("statement",)):
                continue
            span = step.at(scalar.span)
            text = base.text_of(span)
            found = [match.span(1) for match in re.finditer(r"(?:FROM|INTO|UPDATE)\s+(\w+)", text)]
            found += [match.span() for match in re.finditer(r"(?<![:\w])[a-z]+\b", text) if match[0] in _COLUMNS]
            for start, end in found:
                edit = TextEdit(Span(start, end).shift(span.start), typo(text[start:end], _COLUMNS, chance))
                yield Fault(Kind.PARAMETER, "table or column that is not there", base.name, (edit,), (step.index,))


def wrong_choice(base: Base, chance: Random) -> Iterator[Fault]:
    """A value that is none of those that the parameter takes."""
    for step in base.steps:
        spec = SPECS[step.body.action or ""]
        for path, scalar in base.scalars(step):
            declared = spec.parameter(str(path[0]))
            if declared and declared.enum and len(path) == 1 and scalar.template is None:
                word = str(scalar.value)
                edit = base.swap(step.at(scalar.span), word, typo(word, declared.enum, chance))
                yield Fault(Kind.PARAMETER, "value that is no choice", base.name, (edit,), (step.index,))


def wrong_type(base: Base, _chance: Random) -> Iterator[Fault]:
    """A number or truth value in quotes, or a reference without its braces."""
    for step in base.steps:
        spec = SPECS[step.body.action or ""]
        for path, scalar in base.scalars(step):
            declared = spec.parameter(str(path[0]))
            if declared is None or len(path) != 1:
                continue
            if isinstance(scalar.value, bool | int | float):
                span = step.at(scalar.span)
                edits = (TextEdit(span, f'"{base.text_of(span)}"'),)
            elif declared.type in ("array", "object") and scalar.template and (whole := scalar.template.whole):
                span, inner = step.at(scalar.span), step.at(whole.span)
                quote = base.text_of(span)[0]
                edits = (TextEdit(span, f"{quote}{base.text_of(inner)}{quote}"),)
            else:
                continue
            yield Fault(Kind.PARAMETER, "value of a wrong type", base.name, edits, (step.index,))


def lost_wait(base: Base, _chance: Random) -> Iterator[Fault]:
    """A step that reads a file before another one has written it."""
    for step in base.steps:
        entry = base.entry(step, "needs")
        if entry and step.body.action in ("file.read", "file.list") and isinstance(step.body.node, Map):
            edit = base.without(step.body.node, entry, step.origin)
            yield Fault(Kind.PARAMETER, "file that is not there yet", base.name, (edit,), (step.index,))


def lost_field(base: Base, _chance: Random) -> Iterator[Fault]:
    """An object where one of its fields is wanted: the end of a reference is missing."""
    for use in _lists(base):
        yield _shape(base, "object for one of its fields", use, TextEdit(_dotted(base, use, -1), ""))


def one_of_list(base: Base, _chance: Random) -> Iterator[Fault]:
    """One element where the list is wanted."""
    for use in _lists(base):
        end = use.part(-1).end
        yield _shape(base, "element for its list", use, TextEdit(Span(end, end), "[0]"))


def lost_index(base: Base, _chance: Random) -> Iterator[Fault]:
    """A list where one of its elements is wanted."""
    for use in base.uses:
        for at, part in enumerate(use.reference.path, 1):
            if isinstance(part, int):
                yield _shape(base, "list for one of its elements", use, TextEdit(_dotted(base, use, at), ""))


_FILTERS = re.compile(r"\s*\|\s*(?:from_json|int|float|first)\b")


def lost_filter(base: Base, _chance: Random) -> Iterator[Fault]:
    """A text for what it stands for, or a list for its first element: a filter is missing."""
    for step in base.steps:
        for expression in step.body.expressions:
            span = step.at(expression.span)
            for match in _FILTERS.finditer(base.text_of(span)):
                edit = TextEdit(Span(*match.span()).shift(span.start), "")
                name = "value that a filter must convert"
                yield Fault(Kind.DATA_SHAPE, name, base.name, (edit,), (step.index,), right="behaviour")


def misspelled_field(base: Base, chance: Random) -> Iterator[Fault]:
    """A field of an output or of an item by a wrong name."""
    for use in base.uses:
        path = use.reference.path
        names = [at for at, part in enumerate(path, 1) if isinstance(part, str)]
        if (use.reference.root in base.ids or use.reference.root == "item") and names:
            at = chance.choice(names)
            name = str(path[at - 1])
            edit = base.swap(use.part(at), name, typo(name, (), chance))
            yield Fault(Kind.MISSING_DATA, "field misspelled", base.name, (edit,), (use.step.index,))


def skipped_level(base: Base, chance: Random) -> Iterator[Fault]:
    """A field that lies one level deeper than the reference says."""
    for use in base.uses:
        path = use.reference.path
        inner = [at for at, part in enumerate(path[:-1], 1) if isinstance(part, str) and isinstance(path[at], str)]
        if use.reference.root in (*base.ids, "item") and inner:
            edit = TextEdit(_dotted(base, use, chance.choice(inner)), "")
            yield Fault(Kind.MISSING_DATA, "field one level deeper", base.name, (edit,), (use.step.index,))


def added_level(base: Base, _chance: Random) -> Iterator[Fault]:
    """A field that lies one level higher than the reference says."""
    for use in base.uses:
        if use.reference.root in base.ids and len(use.reference.path) > 1 and isinstance(use.reference.path[1], str):
            at = use.part(2).end
            edit = TextEdit(Span(at, at), ".data")
            yield Fault(Kind.MISSING_DATA, "field one level higher", base.name, (edit,), (use.step.index,))


def misspelled_column(base: Base, chance: Random) -> Iterator[Fault]:
    """A field by a wrong name where it is named as a value."""
    for step in base.steps:
        for path, scalar in base.scalars(step):
            if step.body.action in ("data.pick", "data.join") and path[0] in ("fields", "on"):
                if step.body.condition is not None:
                    continue  # it does not run: nothing would be wrong
                name = str(scalar.value)
                edit = base.swap(step.at(scalar.span), name, typo(name, (), chance))
                yield Fault(Kind.MISSING_DATA, "column misspelled", base.name, (edit,), (step.index,))


def lost_condition(base: Base, _chance: Random) -> Iterator[Fault]:
    """A step that works on nothing: its condition is missing."""
    for step in base.steps:
        entry = base.entry(step, "if")
        if entry and isinstance(step.body.node, Map) and (step.body.action or "").startswith("data."):
            edit = base.without(step.body.node, entry, step.origin)
            yield Fault(Kind.EMPTY_DATA, "nothing to work on", base.name, (edit,), (step.index,), right="behaviour")


def inlined(base: Base, _chance: Random) -> Iterator[Fault]:
    """The default of an input written out in one place; where it was the only one, the declaration is at fault too."""
    for item in base.workflow.inputs:
        if not isinstance(item.default, Scalar) or not isinstance(item.default.value, str):
            continue
        uses = [use for use in base.uses_of("inputs", item.name) if _braces(base, use)]
        for use in uses:
            edit = TextEdit(_braces(base, use) or Span(0, 0), item.default.value)
            spans = () if len(uses) > 1 else (base.declaration(item).span,)
            name = "default of an input written out"
            yield Fault(Kind.HARDCODED, name, base.name, (edit,), (use.step.index,), spans, "behaviour")


def input_lost(base: Base, _chance: Random) -> Iterator[Fault]:
    """An address or a URL written out wherever an input was, and no input declared."""
    for item in base.workflow.inputs:
        if not isinstance(item.default, Scalar) or len(base.inputs.entries) < 2:
            continue
        value = str(item.default.value)
        uses = base.uses_of("inputs", item.name)
        braces = [_braces(base, use) for use in uses]
        if ("@" in value or "://" in value) and all(braces):
            edits = [TextEdit(span, value) for span in braces if span]
            edits.append(base.without(base.inputs, base.declaration(item)))
            places = tuple(dict.fromkeys(use.step.index for use in uses))
            name = "address that belongs in an input"
            yield Fault(Kind.HARDCODED, name, base.name, tuple(edits), places, right="behaviour")


def credential(base: Base, chance: Random) -> Iterator[Fault]:
    """A credential written out where a secret was."""
    entry = base.root.entry("secrets")
    for use in base.uses:
        span = _braces(base, use)
        if use.reference.root == "secrets" and span and entry:
            letters = string.ascii_letters + string.digits
            forms = (
                "".join(chance.choices(letters, k=32)),
                "".join(chance.choices("0123456789abcdef", k=40)),
                "-".join("".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(3)) + "-7",
            )
            for form in forms:
                edits = (TextEdit(span, form), base.without(base.root, entry))
                yield Fault(
                    Kind.SECURITY, "credential in plain text", base.name, edits, (use.step.index,), right="names"
                )


def _shape(base: Base, name: str, use: Used, edit: TextEdit) -> Fault:
    return Fault(Kind.DATA_SHAPE, name, base.name, (edit,), (use.step.index,), right="behaviour")


def _lists(base: Base) -> Iterator[Used]:
    """Yield the references that are the whole value of a parameter which takes a list, or of `for_each`."""
    for use in base.uses:
        step, path = use.step, use.reference.path
        ends = use.expression.plain and use.reference.root in base.ids and bool(path) and isinstance(path[-1], str)
        if ends and (_of_loop(step, use) or _of_list(base, step, use)):
            yield use


def _of_loop(step: Step, use: Used) -> bool:
    node = step.body.for_each
    return isinstance(node, Scalar) and node.template is not None and node.template.whole == use.expression


def _of_list(base: Base, step: Step, use: Used) -> bool:
    spec = SPECS[step.body.action or ""]
    for path, scalar in base.scalars(step):
        declared = spec.parameter(str(path[0]))
        takes_list = declared is not None and declared.type == "array" and len(path) == 1
        if takes_list and scalar.template and scalar.template.whole == use.expression:
            return True
    return False


def _dotted(base: Base, use: Used, at: int) -> Span:
    """Return the span of an element of a path with the dot or brackets that lead to it."""
    parts = use.reference.parts
    at = at % len(parts)
    before, end = use.step.at(parts[at - 1]).end, use.step.at(parts[at]).end
    closed = end + (base.text[end : end + 1] == "]" and "[" in base.text[before:end])
    return Span(before + (base.text[before : before + 1] == "]"), closed)


def _braces(base: Base, use: Used) -> Span | None:
    """Return the span of a plain reference with its braces; None for one within a longer expression."""
    if not use.expression.plain:
        return None
    span = use.step.at(use.expression.span)
    start, end = base.text.rfind("{{", 0, span.start), base.text.find("}}", span.end)
    return Span(start, end + 2) if start >= 0 and end >= 0 and span.start - start <= 3 and end - span.end <= 1 else None


SORTS = (
    wrong_file,
    wrong_range,
    wrong_sql,
    wrong_choice,
    wrong_type,
    lost_wait,
    lost_field,
    one_of_list,
    lost_index,
    lost_filter,
    misspelled_field,
    skipped_level,
    added_level,
    misspelled_column,
    lost_condition,
    inlined,
    input_lost,
    credential,
)
"""Every sort of fault in this file; each yields a fault for every place that it can stand in."""
