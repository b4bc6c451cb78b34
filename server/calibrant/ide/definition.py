"""Where what stands at an offset is defined."""

from calibrant.ide.index import Index
from calibrant.ide.lexical.definition import definition_of as definition_by_lexicon
from calibrant.ide.naming import named_at
from calibrant.ide.occurrences import definition_of
from calibrant.ide.shared import alias_at, anchor_of, anchored
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
from calibrant.ide.target import Target
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.rules.uses import FOR_EACH


def definition_at(index: Index, offset: int) -> Target | None:
    """Return the definition of what stands at an offset; of an alias, the value at its anchor."""
    workflow = index.workflow
    alias = alias_at(workflow, offset)
    if alias is not None:
        return _shared(workflow, alias)
    if index.spoken is not None:
        return definition_by_lexicon(index.spoken, offset)
    named = named_at(index, offset)
    return _defined(workflow, named.span, named.symbol) if named else None


def _shared(workflow: Workflow, alias: Span) -> Target | None:
    """Return the value that an alias stands for: the very place that servers for YAML tell, so that editors show it once."""
    anchor, found = anchor_of(workflow, alias), anchored(workflow, alias)
    if anchor is None or found is None:
        return None
    node, step = found
    value = step.at(node.span) if step else node.span
    return Target(alias, anchor.cover(value), value)


def _defined(workflow: Workflow, origin: Span, symbol: Symbol) -> Target | None:
    match symbol:
        case LoopSymbol(number, _, over):
            gone_through = _loop(workflow, number, over)
            return Target(origin, gone_through, gone_through) if gone_through else None
        case FieldSymbol(root, path):
            first = path[0] if path else None
            if root in (INPUTS, SECRETS) and isinstance(first, str):
                symbol = InputSymbol(first) if root == INPUTS else SecretSymbol(first)
            else:
                symbol = StepSymbol(root)
    found = definition_of(workflow, _meant(workflow, symbol))
    if found is None:
        return None
    return Target(origin, _whole(workflow, symbol, found.step.span if found.step else found.span), found.span)


def _meant(workflow: Workflow, symbol: Symbol) -> Symbol:
    """Return the first declaration for the name of all of them together."""
    if isinstance(symbol, StepSymbol) and workflow.step(symbol.name) is None:
        if symbol.name == INPUTS and workflow.inputs:
            return InputSymbol(workflow.inputs[0].name)
        if symbol.name == SECRETS and workflow.secrets:
            return SecretSymbol(workflow.secrets[0].name)
    return symbol


def _whole(workflow: Workflow, symbol: Symbol, span: Span) -> Span:
    if isinstance(symbol, InputSymbol):
        declared = next((one for one in workflow.inputs if one.name_span.touches(span)), None)
        if declared is not None and not declared.node.aliased:
            return declared.name_span.cover(declared.node.span)
    return span


def _loop(workflow: Workflow, number: int, over: str) -> Span | None:
    """Return where the list stands that is gone through."""
    step = workflow.steps[number]
    given = step.body.parameter(over)
    node = step.body.for_each if over == FOR_EACH else given.value if given else None
    return step.at(node.span) if node is not None else None
