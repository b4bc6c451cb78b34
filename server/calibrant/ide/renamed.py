"""Whether an edited text is the same workflow but for one name."""

from collections import Counter
from collections.abc import Hashable, Sequence

from calibrant import dialects
from calibrant.ide.index import Index, index_of
from calibrant.ide.new_names import Named
from calibrant.ide.occurrences import occurrences
from calibrant.ide.sites import references, scalars, sites
from calibrant.ide.symbols import InputSymbol, SecretSymbol, StepSymbol
from calibrant.model.text import TextEdit, apply_edits
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known

_Told = Hashable


def is_renamed(path: str, index: Index, edits: Sequence[TextEdit], symbol: Named, name: str) -> bool:
    """Tell whether the edited text is read as the same workflow in which that symbol, and nothing else, is called `name`."""
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
    expected = _places(index, symbol) + _places(index, made)
    return expected == _places(index_of(after, index.specs, index), made)


def _problems(workflow: Workflow) -> Counter[str]:
    inside = (problem for step in workflow.steps for problem in step.body.problems)
    return Counter(problem.code for problem in (*workflow.problems, *inside))


def _declared(workflow: Workflow, symbol: Named, name: str) -> _Told:
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
    inside = [(site.path, site.over, tuple(len(one.path) for one in references(site))) for site in sites(body, known)]
    with_names = {path for path, _, _ in inside}
    values = [
        (path, None if path in with_names or scalar.span in named else (type(scalar.value), scalar.value))
        for scalar, path in scalars(body.node)
    ]
    return body.action, body.templating, tuple(inside), tuple(values)


def _places(index: Index, symbol: Named) -> Counter[_Told]:
    found = occurrences(index.workflow, index.specs, symbol, index)
    return Counter((one.role, one.step.index if one.step else -1, one.number, one.part) for one in found)
