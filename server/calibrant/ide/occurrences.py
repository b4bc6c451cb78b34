"""Where a symbol of a workflow stands: its definition, and everything that names it."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from calibrant.ide.index import Index, naming
from calibrant.ide.lexical.names import NameSymbol, standing
from calibrant.ide.shared import written
from calibrant.ide.sites import Site, part_in_value, references, scalars, sites
from calibrant.ide.symbols import (
    INPUTS,
    SECRETS,
    FieldSymbol,
    InputSymbol,
    LoopSymbol,
    SecretSymbol,
    StepSymbol,
    Symbol,
)
from calibrant.ide.things import inner, is_alias, unquoted
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.text import Span
from calibrant.model.workflow import Need, Step, Workflow
from calibrant.rules.known import Known

Role = Literal["definition", "use"]


class Occurrence(msgspec.Struct, frozen=True):
    """One place of a symbol; `span` is in the document, at the name itself, without quotes around it.

    `step` is the step that says it there. In an expression, `site` is where, `number` the reference among those of the
    expression, and `part` the part of it. `shared`: an alias brought it in, and `span` is at the anchor, or else the alias.
    """

    span: Span
    role: Role
    step: Step | None = None
    site: Site | None = None
    number: int = 0
    part: int = 0
    shared: bool = False


def occurrences(
    workflow: Workflow, specs: Specs, symbol: Symbol, index: Index | None = None, *, only: Step | None = None
) -> tuple[Occurrence, ...]:
    """Return where a symbol stands, in the order of the text; its definition is the one with that role, if it is there.

    `index` is the workflow's, where there is one: then only steps that may name the symbol are looked at. With `only`, what
    one step says is looked for. A place shared by an anchor is there once for each step that takes it.
    """
    if isinstance(symbol, NameSymbol):
        return tuple(_spoken(index, symbol))
    known = Known(workflow.language, specs)
    steps = (only,) if only else naming(index, symbol) if index else workflow.steps
    found = (*_definitions(workflow, symbol), *_uses(workflow, steps, known, symbol))
    return tuple(sorted((placed(workflow, one, symbol) for one in found), key=lambda one: one.span))


def _spoken(index: Index | None, symbol: NameSymbol) -> Iterator[Occurrence]:
    for one in standing(index.spoken, symbol) if index is not None and index.spoken is not None else ():
        yield Occurrence(one.span, "definition" if one.mention.defines else "use")


def definition_of(workflow: Workflow, symbol: Symbol) -> Occurrence | None:
    """Return where a step, input or secret is defined."""
    return next(_definitions(workflow, symbol), None)


def _definitions(workflow: Workflow, symbol: Symbol) -> Iterator[Occurrence]:
    spans: list[tuple[Span, Step | None]] = []
    match symbol:
        case StepSymbol(name):
            named = (step for step in workflow.steps if step.body.id == name)
            spans = [(step.at(inner(step.body.id_node)), step) for step in named if step.body.id_node is not None]
        case InputSymbol(name):
            spans = [(unquoted(workflow.text, one.name_span), None) for one in workflow.inputs if one.name == name]
        case SecretSymbol(name):
            spans = [(unquoted(workflow.text, one.span), None) for one in workflow.secrets if one.name == name]
        case _:
            return
    for span, step in spans[symbol.nth : symbol.nth + 1]:
        yield Occurrence(span, "definition", step)


def _uses(workflow: Workflow, steps: Iterable[Step], known: Known, symbol: Symbol) -> Iterator[Occurrence]:
    match symbol:
        case StepSymbol(name, nth=0):
            for step in steps:
                yield from (needed(step, need) for need in step.body.needs if need.id == name)
                yield from _in_expressions(step, known, name, ())
        case InputSymbol(name, nth=0):
            yield from (one for step in steps for one in _in_expressions(step, known, INPUTS, (name,)))
        case SecretSymbol(name, nth=0):
            yield from (one for step in steps for one in _in_expressions(step, known, SECRETS, (name,)))
        case FieldSymbol(root, path):
            yield from (one for step in steps for one in _in_expressions(step, known, root, path))
        case LoopSymbol(number, name, over, path):
            found = _in_expressions(workflow.steps[number], known, name, path)
            yield from (one for one in found if one.site and one.site.over == over)


def needed(step: Step, need: Need) -> Occurrence:
    """Return an entry of `needs` as it stands in the step."""
    text = step.body.text
    alias = is_alias(text, need.span)
    return Occurrence(step.at(need.span if alias else unquoted(text, need.span)), "use", step, shared=alias)


def _in_expressions(step: Step, known: Known, root: str, path: Path) -> Iterator[Occurrence]:
    for site in sites(step.body, known):
        for number, reference in enumerate(references(site)):
            if reference.root == root and reference.path[: len(path)] == path:
                span = step.at(reference.parts[len(path)])
                yield Occurrence(span, "use", step, site, number, len(path), site.scalar.aliased)


def placed(workflow: Workflow, one: Occurrence, symbol: Symbol) -> Occurrence:
    """Return what an alias brought in as it stands at the anchor, where that can be told; any other as it is."""
    if not one.shared:
        return one
    site = one.site
    value = site.scalar.value if site else getattr(symbol, "name", "")
    found = written(workflow, one.span, value, _nth(one) if site else 0)
    if found is None:
        return one
    start, end = part_in_value(site, one.number, one.part) if site else (0, len(str(value)))
    return msgspec.structs.replace(one, span=found.at(start, end))


def _nth(one: Occurrence) -> int:
    """Return which one the text is among those of the same value that the same alias brought in."""
    if one.site is None or one.step is None:
        return 0
    scalar = one.site.scalar
    alike = [
        other
        for other, _ in scalars(one.step.body.node)
        if other.aliased and other.span == scalar.span and other.value == scalar.value
    ]
    return next((at for at, other in enumerate(alike) if other is scalar), 0)
