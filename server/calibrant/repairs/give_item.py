"""`item` where no list is gone through: the list that was probably meant, or the step whose field it names."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path, Reference
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.shape import Shape
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.closest_name import with_name
from calibrant.repairs.ordering import by_id, downstream
from calibrant.repairs.sites import sources, step_at
from calibrant.repairs.wording import change, field_of, quoted
from calibrant.syntax.draft import is_empty

_MOST = 3
_NAMES = ("item", "index")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    reference = _reference(step, issue) if step else None
    if step is None or reference is None:
        return
    field = reference.path[0] if reference.path and isinstance(reference.path[0], str) else None
    before = _before(workflow, step)
    rank = 0
    if field is not None and reference.root == "item":
        for other in before:
            spec = specs.get(other.body.action or "")
            if spec is None or other.body.for_each is not None or field not in dict(spec.output.fields):
                continue
            made = _named(step, reference, other.id or "")
            if made:
                yield Proposal(change("item", other.id), made, rank=rank)
                rank += 1
            if rank == _MOST:
                break  # of very many steps, the nearest
    if _can_loop(step):
        for source in _lists(workflow, specs, before, field)[:_MOST]:
            made = (_over(step, f"{{{{ {source} }}}}"),)
            yield Proposal(f"Run the step for each element of {quoted(source)}", made, rank=rank)
            rank += 1


def _reference(step: Step, issue: Issue) -> Reference | None:
    """Return the reference that the issue is about."""
    span = issue.finding.span.shift(-step.origin)
    for expression in step.body.expressions:
        for reference in expression.references:
            if reference.root in _NAMES and reference.parts[0] == span:
                return reference
    return None


def _before(workflow: Workflow, step: Step) -> list[Step]:
    """Return the steps that this one may wait for: those that it waits for already first, then the nearest above it."""
    behind, first = downstream(workflow, step), by_id(workflow)
    waits = {reference.root for reference in step.body.references} | {need.id for need in step.body.needs}
    others = [one for one in workflow.steps if one.index not in behind and one.id and first[one.id] is one]
    return sorted(others, key=lambda one: (one.id not in waits, one.index > step.index, abs(step.index - one.index)))


def _can_loop(step: Step) -> bool:
    """Tell whether `for_each` would give `item` a meaning: a condition is looked at once, before any element."""
    condition = step.body.condition
    outside = condition is not None and any(one.root in _NAMES for one in condition.references)
    given = step.body.node.get("for_each") if isinstance(step.body.node, Map) else step.body.node
    return (given is None or is_empty(given)) and not outside


def _over(step: Step, source: str) -> Change:
    path: Path = ("steps", step.index)
    there = isinstance(step.body.node, Map) and step.body.node.entry("for_each") is not None
    return SetValue((*path, "for_each"), source) if there else AddKey(path, "for_each", source)


def _lists(workflow: Workflow, specs: Specs, before: list[Step], field: str | None) -> list[str]:
    """Return the lists whose elements may have the field, those that are known to have it first."""
    found: list[tuple[bool, str]] = []
    for other in before:
        spec = specs.get(other.body.action or "")
        if spec is None or other.id is None:
            continue
        if other.body.for_each is not None:
            found += [(knows, other.id) for knows in _has(spec.output, field)]
            continue
        for name, shape in spec.output.fields:
            if shape.type == "array":
                found += [(knows, field_of(other.id, name)) for knows in _has(shape.item, field)]
    found += [(field is None, f"inputs.{item.name}") for item in workflow.inputs if item.type == "array"]
    return [name for _, name in sorted(found, key=lambda one: not one[0])]


def _has(shape: Shape | None, field: str | None) -> Iterator[bool]:
    """Yield whether elements of a shape are known to have a field; nothing where they are known not to."""
    if field is None:
        yield True
    elif shape is None or shape.type == "any" or (shape.type == "object" and (shape.open or not shape.fields)):
        yield shape is not None and field in dict(shape.fields)
    elif field in dict(shape.fields):
        yield True


def _named(step: Step, reference: Reference, name: str) -> tuple[Change, ...]:
    """Return the changes that name the step wherever this one says the same of `item`."""
    made: list[Change] = []
    for source in sources(step):
        same = [one.parts[0] for one in source.expression.references if str(one) == str(reference)]
        text = with_name(source, "item", name, same) if same and name else None
        made += [source.to(text)] if text is not None else []
    return tuple(made)


REPAIR = Repair("give-item", frozenset({"item-outside-loop"}), 0.55, _propose)
