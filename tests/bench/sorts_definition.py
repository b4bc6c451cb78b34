"""Faults in what a workflow says of itself: names, keys, ids, declarations, order, expressions."""

import re
from collections.abc import Iterator
from random import Random

from bench.sites import Base, Fault, typo
from calibrant.model.issue import Kind
from calibrant.model.nodes import Map, Scalar
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Step

DEFINITION = Kind.DEFINITION


def misspelled_step(base: Base, chance: Random) -> Iterator[Fault]:
    """A reference to a step by a wrong name."""
    for use in base.uses:
        root = use.reference.root
        if root in base.ids:
            edit = base.swap(use.part(0), root, typo(root, base.ids, chance))
            yield Fault(DEFINITION, "step in a reference misspelled", base.name, (edit,), (use.step.index,))


def misspelled_need(base: Base, chance: Random) -> Iterator[Fault]:
    """A step in `needs` by a wrong name."""
    for step in base.steps:
        for need in step.body.needs:
            edit = base.swap(step.at(need.span), need.id, typo(need.id, base.ids, chance))
            yield Fault(DEFINITION, "step in ‘needs’ misspelled", base.name, (edit,), (step.index,))


def misspelled_declared(base: Base, chance: Random) -> Iterator[Fault]:
    """A reference to an input or a secret by a wrong name; where it is the only one, the declaration is at fault too."""
    names = {item.name for item in base.workflow.inputs} | {item.name for item in base.workflow.secrets}
    for use in base.uses:
        root, path = use.reference.root, use.reference.path
        if root in ("inputs", "secrets") and path:
            name = str(path[0])
            edit = base.swap(use.part(1), name, typo(name, names, chance))
            spans = () if len(base.uses_of(root, name)) > 1 else _declared(base, root, name)
            yield Fault(
                DEFINITION, "input or secret in a reference misspelled", base.name, (edit,), (use.step.index,), spans
            )


def misspelled_key(base: Base, chance: Random) -> Iterator[Fault]:
    """A key of a step by a wrong name."""
    for step in base.steps:
        assert isinstance(step.body.node, Map)
        for entry in step.body.node.entries:
            if entry.name not in ("id", "if"):
                edit = base.swap(step.at(entry.key.span), entry.name, typo(entry.name, (), chance))
                yield Fault(DEFINITION, "key misspelled", base.name, (edit,), (step.index,))


FOREIGN = {
    "needs": ("depends_on", "dependsOn"),
    "if": ("when", "condition"),
    "for_each": ("foreach", "loop"),
    "uses": ("action", "connector"),
    "with": ("params", "args"),
    "timeout": ("timeout_seconds",),
    "env": ("environment",),
    "cwd": ("working-directory",),
}
"""Keys as other workflow languages call them."""


def foreign_key(base: Base, chance: Random) -> Iterator[Fault]:
    """A key of a step as another workflow language calls it."""
    for step in base.steps:
        assert isinstance(step.body.node, Map)
        for entry in step.body.node.entries:
            if entry.name in FOREIGN:
                edit = base.swap(step.at(entry.key.span), entry.name, chance.choice(FOREIGN[entry.name]))
                yield Fault(DEFINITION, "key of another language", base.name, (edit,), (step.index,))


def misspelled_parameter(base: Base, chance: Random) -> Iterator[Fault]:
    """A parameter by a wrong name."""
    for step in base.steps:
        for parameter in step.body.parameters:
            if not step.body.short:
                edit = base.swap(step.at(parameter.name_span), parameter.name, typo(parameter.name, (), chance))
                yield Fault(DEFINITION, "parameter misspelled", base.name, (edit,), (step.index,))


def misspelled_connector(base: Base, chance: Random) -> Iterator[Fault]:
    """A connector by a wrong name."""
    for step in base.steps:
        name = step.body.action
        if name and not step.body.short and step.body.action_node:
            edit = base.swap(step.at(step.body.action_node.span), name, typo(name, (), chance))
            yield Fault(DEFINITION, "connector misspelled", base.name, (edit,), (step.index,))


def duplicate_id(base: Base, chance: Random) -> Iterator[Fault]:
    """A step copied and its id left as it was; what names the step it was before names one that is not there now."""
    for step in base.steps[1:]:
        other = chance.choice(base.steps[: step.index])
        if step.id and other.id and step.body.id_node and other.body.action == step.body.action:
            edit = base.swap(step.at(step.body.id_node.span), step.id, other.id)
            named = _naming(base, step.id)
            places = (other.index, step.index, *named)
            yield Fault(DEFINITION, "id stands twice", base.name, (edit,), places, right="names")


def invalid_id(base: Base, chance: Random) -> Iterator[Fault]:
    """An id with a sign that ids cannot have, at the step and wherever it is named."""
    for step in base.steps:
        if step.id and step.body.id_node and len(step.id) > 3:
            at = chance.randrange(2, len(step.id))
            new = step.id[:at] + chance.choice("- .") + step.id[at:]
            edits = [base.swap(step.at(step.body.id_node.span), step.id, new)]
            edits += [base.swap(use.part(0), step.id, new) for use in base.uses if use.reference.root == step.id]
            for other in base.steps:
                spans = [other.at(need.span) for need in other.body.needs if need.id == step.id]
                edits += [base.swap(span, step.id, new) for span in spans]
            places = (step.index, *_naming(base, step.id))
            yield Fault(DEFINITION, "id that no reference can name", base.name, tuple(edits), places, right="names")


def cycle(base: Base, chance: Random) -> Iterator[Fault]:
    """A step that is made to wait for one that waits for it."""
    for step in base.steps:
        behind = sorted(base.downstream(step))
        first = base.entry(step, "id")
        if behind and first and not step.body.needs and isinstance(step.body.node, Map):
            last = chance.choice(behind)
            edit = base.behind(step.body.node, first, "needs", [base.steps[last].id], step.origin)
            between = {at for at in behind if last in base.downstream(base.steps[at]) or at == last}
            yield Fault(
                DEFINITION, "steps that wait for each other", base.name, (edit,), (step.index, *sorted(between))
            )


def lost_key(base: Base, chance: Random) -> Iterator[Fault]:
    """A step without its id (nothing names it) or without its connector."""
    for step in base.steps:
        key = chance.choice(("id", "uses"))
        if key == "id" and base.named(step):
            key = "uses"
        found = base.entry(step, key)
        if found and isinstance(step.body.node, Map):
            edit = base.without(step.body.node, found, step.origin)
            right = "names" if key == "id" else "text"
            yield Fault(DEFINITION, f"‘{key}’ left out", base.name, (edit,), (step.index,), right=right)  # type: ignore[arg-type]


def lost_parameter(base: Base, _chance: Random) -> Iterator[Fault]:
    """A step without a parameter that it needs."""
    from bench.sites import SPECS

    for step in base.steps:
        spec, given = SPECS.get(step.body.action or ""), base.entry(step, "with")
        if spec is None or given is None or not isinstance(given.value, Map) or len(given.value.entries) < 2:
            continue
        for entry in given.value.entries:
            declared = spec.parameter(entry.name)
            if declared and declared.required:
                edit = base.without(given.value, entry, step.origin)
                unused = [
                    span
                    for item in base.workflow.inputs
                    if (uses := base.uses_of("inputs", item.name))
                    and all(use.step is step and edit.span.holds(use.part(0).start) for use in uses)
                    for span in _declared(base, "inputs", item.name)
                ]
                yield Fault(DEFINITION, "required parameter left out", base.name, (edit,), (step.index,), tuple(unused))


def lost_declaration(base: Base, _chance: Random) -> Iterator[Fault]:
    """An input or the secrets without their declaration: what they were is lost but for their names."""
    if len(base.inputs.entries) > 1:
        for item in base.workflow.inputs:
            edit = base.without(base.inputs, base.declaration(item))
            places = tuple({use.step.index: 0 for use in base.uses_of("inputs", item.name)})
            yield Fault(DEFINITION, "declaration left out", base.name, (edit,), places)
    entry = base.root.entry("secrets")
    if entry is not None:
        edit = base.without(base.root, entry)
        places = tuple(use.step.index for use in base.uses if use.reference.root == "secrets")
        yield Fault(DEFINITION, "declaration left out", base.name, (edit,), places)


def unused(base: Base, chance: Random) -> Iterator[Fault]:
    """An input that no step uses."""
    for item in base.workflow.inputs:
        entry = base.declaration(item)
        name = chance.choice(("region", "owner", "language", "verbose"))
        edit = base.behind(base.inputs, entry, name, {"type": "string", "default": "none"})
        at = edit.span.start
        yield Fault(DEFINITION, "unused input", base.name, (edit,), spans=(Span(at, at),))


def stray_key(base: Base, chance: Random) -> Iterator[Fault]:
    """A key of commands beside a connector that is none."""
    for step in base.steps:
        entry = base.entry(step, "uses")
        if entry and isinstance(step.body.node, Map):
            key, value = chance.choice((("shell", "bash"), ("cwd", "src"), ("run", "echo done")))
            edit = base.behind(step.body.node, entry, key, value, step.origin)
            yield Fault(DEFINITION, "keys that exclude each other", base.name, (edit,), (step.index,))


def quoted_number(base: Base, _chance: Random) -> Iterator[Fault]:
    """A number as text where a key wants a number."""
    for step in base.steps:
        entry = base.entry(step, "timeout")
        if entry and isinstance(entry.value, Scalar):
            edit = TextEdit(step.at(entry.value.span), f'"{entry.value.value}"')
            yield Fault(DEFINITION, "key’s value of a wrong type", base.name, (edit,), (step.index,))


def single_quotes(base: Base, _chance: Random) -> Iterator[Fault]:
    """A reference of a script in single quotes, where the shell puts no value."""
    for step in base.steps:
        script = step.body.parameter("command")
        if step.body.short and script and isinstance(script.value, Scalar):
            span = step.at(script.value.span)
            for match in re.finditer(r'"(\{\{[^"]*?\}\})"', base.text_of(span)):
                if "'" not in match[1]:
                    edit = TextEdit(Span(*match.span()).shift(span.start), f"'{match[1]}'")
                    name = "reference in single quotes"
                    yield Fault(DEFINITION, name, base.name, (edit,), (step.index,), right="behaviour")


WORDS = (
    (r" and ", (" && ",)),
    (r"(?<![\w.])not (?!none)", ("!",)),
    (r" == ", (" = ", " === ")),
    (r" != ", (" <> ", " !== ")),
    (r" is not none", (" is not null", " is not None")),
)
"""Words of expressions, and what other languages say for them."""


def foreign_operator(base: Base, chance: Random) -> Iterator[Fault]:
    """An operator as another language writes it."""
    for step in base.steps:
        for expression in step.body.expressions:
            span = step.at(expression.span)
            source = base.text_of(span)
            for pattern, others in WORDS:
                for match in re.finditer(pattern, source):
                    edit = TextEdit(Span(*match.span()).shift(span.start), chance.choice(others))
                    yield Fault(Kind.SYNTAX, "operator of another language", base.name, (edit,), (step.index,))


def open_end(base: Base, chance: Random) -> Iterator[Fault]:
    """An expression without one of its closing braces, or without its closing bracket or quote."""
    for step in base.steps:
        for expression in step.body.expressions:
            end = step.at(expression.span).end
            close = base.text.find("}}", end, end + 3)
            source = base.text_of(step.at(expression.span))
            if close >= 0 and not expression.plain and (last := max(source.rfind(")"), source.rfind("'"))) >= 0:
                at = step.at(expression.span).start + last
                edits = chance.choice((Span(at, at + 1), Span(close, close + 1)))
            elif close >= 0:
                edits = Span(close, close + 1)
            else:
                continue
            yield Fault(Kind.SYNTAX, "expression not closed", base.name, (TextEdit(edits, ""),), (step.index,))


def _declared(base: Base, root: str, name: str) -> tuple[Span, ...]:
    if root == "secrets":
        return tuple(item.span for item in base.workflow.secrets if item.name == name)
    return tuple(base.declaration(item).span for item in base.workflow.inputs if item.name == name)


def _naming(base: Base, name: str) -> list[int]:
    def names(step: Step) -> bool:
        return name in {reference.root for reference in step.body.references} | {need.id for need in step.body.needs}

    return [step.index for step in base.steps if names(step)]


SORTS = (
    misspelled_step,
    misspelled_need,
    misspelled_declared,
    misspelled_key,
    foreign_key,
    misspelled_parameter,
    misspelled_connector,
    duplicate_id,
    invalid_id,
    cycle,
    lost_key,
    lost_parameter,
    lost_declaration,
    unused,
    stray_key,
    quoted_number,
    single_quotes,
    foreign_operator,
    open_end,
)
"""Every sort of fault in this file; each yields a fault for every place that it can stand in."""
