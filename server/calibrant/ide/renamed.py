"""Whether an edited text is the same workflow but for one name."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from calibrant import dialects
from calibrant.ide.index import Index, index_of
from calibrant.ide.new_names import NamedSymbol
from calibrant.ide.occurrences import Occurrence, occurrences
from calibrant.ide.sites import scalars
from calibrant.ide.symbols import InputSymbol, SecretSymbol, StepSymbol
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span, TextEdit, apply_edits
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions

_Told = Hashable


def is_renamed(
    path: str, index: Index, found: Iterable[Occurrence], edits: Sequence[TextEdit], symbol: NamedSymbol, name: str
) -> bool:
    """Tell whether the edited text is read as the same workflow in which that symbol, and nothing else, is called `name`.

    `found` are the symbol's occurrences before.
    """
    before = index.workflow
    after = dialects.read(path, apply_edits(before.text, edits), before)
    if after is None or len(after.steps) != len(before.steps) or _problems(before) != _problems(after):
        return False
    if _declared(before, symbol, name) != _declared(after, symbol, symbol.name):
        return False
    known = Known(before.language, index.specs)
    for old, new in zip(before.steps, after.steps, strict=True):
        if old.body is not new.body and _said(old.body, known) != _said(new.body, known):
            return False
    made = type(symbol)(name)
    expected = _places(found) + _places(occurrences(before, index.specs, made, index))
    return expected == _places(occurrences(after, index.specs, made, index_of(after, index.specs, index)))


def _problems(workflow: Workflow) -> Counter[str]:
    inside = (problem for step in workflow.steps for problem in step.body.problems)
    return Counter(problem.code for problem in (*workflow.problems, *inside))


def _declared(workflow: Workflow, symbol: NamedSymbol, name: str) -> _Told:
    """Return the names that a workflow declares, with `name` in place of the symbol's."""

    def told(names: list[str], sort: type) -> tuple[str, ...]:
        at = [number for number, one in enumerate(names) if one == symbol.name] if isinstance(symbol, sort) else []
        for number in at[symbol.nth : symbol.nth + 1]:
            names[number] = name
        return tuple(names)

    return (
        told([one.name for one in workflow.inputs], InputSymbol),
        told([one.name for one in workflow.secrets], SecretSymbol),
        told([one.body.id or "" for one in workflow.steps], StepSymbol),
    )


def _said(body: StepBody, known: Known) -> _Told:
    """Return what a step says, less the names in it."""
    named = {need.span for need in body.needs} | {body.id_node.span if body.id_node else None}
    expressions = [one.span for one in (*body.expressions, *loose_expressions(body, known))]
    values = tuple(
        (path, None if scalar.span in named or _holds(scalar, expressions) else (type(scalar.value), scalar.value))
        for scalar, path in scalars(body.node)
    )
    return body.action, body.templating, values, tuple(len(one.path) for one in body.references)


def _holds(scalar: Scalar, expressions: Iterable[Span]) -> bool:
    """Tell whether a text holds expressions, and so perhaps names."""
    if scalar.template is not None:
        return True
    return any(scalar.span.start <= span.start and span.end <= scalar.span.end for span in expressions)


def _places(found: Iterable[Occurrence]) -> Counter[_Told]:
    return Counter((one.role, one.step.index if one.step else -1, one.number, one.part) for one in found)
