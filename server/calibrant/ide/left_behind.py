"""Where a name may be meant though that cannot be told."""

import re
from collections.abc import Iterator

from calibrant.ide.index import Index
from calibrant.ide.lexical.names import NameSymbol
from calibrant.ide.lexical.renaming import left_of
from calibrant.ide.new_names import NamedSymbol
from calibrant.ide.occurrences import occurrences
from calibrant.ide.sites import references
from calibrant.ide.symbols import INPUTS, SECRETS, FieldSymbol, InputSymbol, SecretSymbol
from calibrant.ide.things import step_at
from calibrant.model.issue import Kind
from calibrant.model.text import Span
from calibrant.model.workflow import Step
from calibrant.rules.places import unreadable


def left_behind(index: Index, symbol: NamedSymbol | NameSymbol) -> list[Span]:
    """Return where a symbol may be meant though that cannot be told, so that a rename leaves it as it is.

    That is its name in text that cannot be read, and all inputs or secrets taken together: the name may be made in the run.
    """
    workflow = index.workflow
    if isinstance(symbol, NameSymbol):
        return left_of(index.spoken, symbol) if index.spoken is not None else []
    if symbol.nth or not symbol.name:
        return []
    word = re.compile(rf"(?<!\w){re.escape(symbol.name)}(?!\w)")
    found = [
        step.at(Span(*match.span()))
        for step in workflow.steps
        if _is_flawed(step)
        for match in word.finditer(step.body.text)
    ]
    if any(problem.kind is Kind.SYNTAX for problem in workflow.problems):
        outside = (Span(*match.span()) for match in word.finditer(workflow.text))
        found += [span for span in outside if step_at(workflow, span.start) is None]
    known = {one.span for one in occurrences(workflow, index.specs, symbol, index)} if found else set()
    return sorted({*(span for span in found if span not in known), *_together(index, symbol)})


def _together(index: Index, symbol: NamedSymbol) -> Iterator[Span]:
    """Yield where all inputs, or all secrets, are taken together."""
    root = {InputSymbol: INPUTS, SecretSymbol: SECRETS}.get(type(symbol))
    if root is None:
        return
    for one in occurrences(index.workflow, index.specs, FieldSymbol(root, ()), index):
        if one.site is not None and not references(one.site)[one.number].path:
            yield one.span


def _is_flawed(step: Step) -> bool:
    """Tell whether a step has text that could not be read, in which names may stand."""
    return unreadable(step.body) or any(one.error is not None for one in step.body.expressions)
