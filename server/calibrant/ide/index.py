"""Which steps of a workflow name what: made once for each analysis, from what is known of steps that have not changed."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from calibrant import dialects
from calibrant.ide.lexical.names import Names as Spoken
from calibrant.ide.lexical.names import names_of
from calibrant.ide.sites import references, sites
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
from calibrant.model.connector import Specs
from calibrant.model.expression import Reference
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions

Names = frozenset[str]


class Index(msgspec.Struct, frozen=True, eq=False):
    """A workflow's steps by their ids, of several with one id the first; and the positions of the steps that name something.

    `named` is by root, and by root and first element for inputs and secrets ("inputs.box"). `names` are what each step
    names, for the index after this one. `spoken` are the names of a language with a lexicon, in place of all these.
    """

    workflow: Workflow
    specs: Specs
    ids: Mapping[str, int]
    named: Mapping[str, Sequence[int]]
    names: tuple[Names, ...]
    spoken: Spoken | None = None

    def step(self, step_id: str) -> Step | None:
        """Return the first step with that id."""
        at = self.ids.get(step_id)
        return None if at is None else self.workflow.steps[at]


def index_of(workflow: Workflow, specs: Specs, previous: Index | None = None) -> Index:
    """Return the index of a workflow; `previous` lends what it knows of steps whose text is the same."""
    lexicon = dialects.lexicon(workflow.language.name)
    if lexicon is not None:
        before = previous.spoken if previous is not None else None
        return Index(workflow, specs, {}, {}, (), names_of(workflow, lexicon, before))
    known = Known(workflow.language, specs)
    kept: dict[int, Names] = {}
    if previous is not None and previous.specs is specs and previous.spoken is None:
        kept = {id(step.body): one for step, one in zip(previous.workflow.steps, previous.names, strict=True)}
    ids: dict[str, int] = {}
    named: dict[str, list[int]] = {}
    names: list[Names] = []
    for step in workflow.steps:
        found = kept.get(id(step.body))
        names.append(frozenset(_names(step.body, known)) if found is None else found)
        for name in names[-1]:
            named.setdefault(name, []).append(step.index)
        if step.body.id is not None:
            ids.setdefault(step.body.id, step.index)
    return Index(workflow, specs, ids, named, tuple(names))


def naming(index: Index, symbol: Symbol) -> Iterator[Step]:
    """Yield the steps that name a symbol, and perhaps some that do not."""
    match symbol:
        case StepSymbol(name) | FieldSymbol(name):
            key = name
        case InputSymbol(name):
            key = f"{INPUTS}.{name}"
        case SecretSymbol(name):
            key = f"{SECRETS}.{name}"
        case LoopSymbol(number):
            yield index.workflow.steps[number]
            return
    for at in index.named.get(key, ()):
        yield index.workflow.steps[at]


def _names(body: StepBody, known: Known) -> Iterator[str]:
    yield from (need.id for need in body.needs)
    for reference in _references(body, known):
        yield reference.root
        if reference.root in (INPUTS, SECRETS) and reference.path:
            yield f"{reference.root}.{reference.path[0]}"


def _references(body: StepBody, known: Known) -> Iterator[Reference]:
    yield from body.references
    for expression in loose_expressions(body, known):
        yield from expression.references
    if any(expression.error is not None for expression in body.expressions):
        yield from (reference for site in sites(body, known) for reference in references(site))
