"""Where a symbol of a workflow stands: its definition, and everything that names it."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from calibrant.ide.sites import Site, references, sites
from calibrant.ide.things import InputName, ReferencePart, SecretName, StepName, Thing, is_alias, unquoted
from calibrant.model.connector import Specs
from calibrant.model.expression import Path, Reference
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.known import Known

INPUTS = "inputs"
SECRETS = "secrets"
LOOP = frozenset({"item", "index"})


class StepSymbol(msgspec.Struct, frozen=True, tag=True):
    """A step by its id. Of several steps with one id the first (`nth` 0) is the one that others name."""

    name: str
    nth: int = 0


class InputSymbol(msgspec.Struct, frozen=True, tag=True):
    """An input; `nth` as with steps."""

    name: str
    nth: int = 0


class SecretSymbol(msgspec.Struct, frozen=True, tag=True):
    """A secret; `nth` as with steps."""

    name: str
    nth: int = 0


class FieldSymbol(msgspec.Struct, frozen=True, tag=True):
    """What a path leads to behind a root: a field of a step's output, an environment variable."""

    root: str
    path: Path


class LoopSymbol(msgspec.Struct, frozen=True, tag=True):
    """The element that the step number `step` goes through, or its position: `name` is "item" or "index".

    `over` is what is gone through (see `rules.uses.Use`).
    """

    step: int
    name: str
    over: str


Symbol = StepSymbol | InputSymbol | SecretSymbol | FieldSymbol | LoopSymbol
Role = Literal["definition", "use"]


class Occurrence(msgspec.Struct, frozen=True):
    """One place of a symbol; `span` is in the document, at the name itself, without quotes around it.

    `step` is the step that it stands in. In an expression, `site` and `reference` are where, and `part` is the reference's.
    Behind an alias, `span` is the alias.
    """

    span: Span
    role: Role
    step: Step | None = None
    site: Site | None = None
    reference: Reference | None = None
    part: int = 0


def symbol_of(workflow: Workflow, thing: Thing | None) -> Symbol | None:
    """Return the symbol that a thing names, whether it is declared or not; None where it names none."""
    match thing:
        case StepName(definition=False):
            return StepSymbol(thing.name)
        case StepName():
            before = workflow.steps[: thing.step.index]
            return StepSymbol(thing.name, sum(step.body.id == thing.name for step in before))
        case InputName():
            return InputSymbol(thing.input.name, _nth(workflow.inputs, thing.input))
        case SecretName():
            return SecretSymbol(thing.secret.name, _nth(workflow.secrets, thing.secret))
        case ReferencePart():
            return _named_by(thing)
    return None


def occurrences(workflow: Workflow, specs: Specs, symbol: Symbol) -> tuple[Occurrence, ...]:
    """Return where a symbol stands, in the order of the text; its definition is the one with that role, if it is there."""
    found = [*_definitions(workflow, symbol), *_uses(workflow, Known(workflow.language, specs), symbol)]
    return tuple(sorted(found, key=lambda one: one.span))


def definition_of(workflow: Workflow, symbol: Symbol) -> Occurrence | None:
    """Return where a step, input or secret is defined."""
    return next(_definitions(workflow, symbol), None)


def _nth(declared: Iterable[object], one: object) -> int:
    name = getattr(one, "name", "")
    alike = [other for other in declared if getattr(other, "name", "") == name]
    return next((at for at, other in enumerate(alike) if other is one), 0)


def _named_by(thing: ReferencePart) -> Symbol:
    reference = thing.reference
    first = reference.path[0] if reference.path else None
    if thing.part == 1 and isinstance(first, str):
        if reference.root == INPUTS:
            return InputSymbol(first)
        if reference.root == SECRETS:
            return SecretSymbol(first)
    if reference.root in LOOP and thing.part == 0:
        return LoopSymbol(thing.step.index, reference.root, thing.over)
    return FieldSymbol(reference.root, reference.path[: thing.part]) if thing.part else StepSymbol(reference.root)


def _definitions(workflow: Workflow, symbol: Symbol) -> Iterator[Occurrence]:
    spans: list[tuple[Span, Step | None]] = []
    match symbol:
        case StepSymbol(name):
            named = (step for step in workflow.steps if step.body.id == name)
            spans = [(step.at(step.body.id_node.span), step) for step in named if step.body.id_node is not None]
        case InputSymbol(name):
            spans = [(one.name_span, None) for one in workflow.inputs if one.name == name]
        case SecretSymbol(name):
            spans = [(one.span, None) for one in workflow.secrets if one.name == name]
        case _:
            return
    for span, step in spans[symbol.nth : symbol.nth + 1]:
        yield Occurrence(unquoted(workflow.text, span), "definition", step)


def _uses(workflow: Workflow, known: Known, symbol: Symbol) -> Iterator[Occurrence]:
    match symbol:
        case StepSymbol(name, nth=0):
            for step in workflow.steps:
                for need in step.body.needs:
                    if need.id == name:
                        yield Occurrence(_need(step, need.span), "use", step)
                yield from _references(step, known, name, ())
        case InputSymbol(name, nth=0):
            for step in workflow.steps:
                yield from _references(step, known, INPUTS, (name,))
        case SecretSymbol(name, nth=0):
            for step in workflow.steps:
                yield from _references(step, known, SECRETS, (name,))
        case FieldSymbol(root, path):
            for step in workflow.steps:
                yield from _references(step, known, root, path)
        case LoopSymbol(number, name, over):
            step = workflow.steps[number]
            yield from (one for one in _in_sites(step, known, name, ()) if one.site and one.site.over == over)


def _need(step: Step, span: Span) -> Span:
    return step.at(span if is_alias(step.body.text, span) else unquoted(step.body.text, span))


def _references(step: Step, known: Known, root: str, path: Path) -> Iterator[Occurrence]:
    """Yield the references of a step that begin with `root` and `path`."""
    if root in step.body.text or "\\" in step.body.text or "*" in step.body.text:
        yield from _in_sites(step, known, root, path)


def _in_sites(step: Step, known: Known, root: str, path: Path) -> Iterator[Occurrence]:
    for site in sites(step.body, known):
        for reference in references(site):
            if reference.root == root and reference.path[: len(path)] == path:
                span = step.at(reference.parts[len(path)])
                yield Occurrence(span, "use", step, site, reference, len(path))
