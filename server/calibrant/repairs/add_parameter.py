"""A parameter that a connector needs and does not get: the output of a step before that fits, or a placeholder."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import ParameterSpec, Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Hole
from calibrant.model.shape import Shape, accepts
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.ordering import downstream
from calibrant.repairs.sites import node_at, path_of, shared, step_at
from calibrant.repairs.wording import field_of, quoted

_MOST = 3
_PLACEHOLDERS: dict[str, object] = {"number": 0, "integer": 0, "boolean": False, "array": [], "object": {}}


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step, path = step_at(workflow, issue.finding), path_of(workflow, issue.finding)
    spec = specs.get(step.body.action or "") if step else None
    declared = spec.parameter(issue.finding.subject) if spec else None
    if step is None or declared is None or len(issue.finding.where) < 1:
        return
    fitting = list(_upstream(workflow, specs, step, declared))[:_MOST]
    for rank, source in enumerate(fitting):
        made = _given(workflow, path, f"{{{{ {source} }}}}")
        if made is not None:
            yield Proposal(f"Give {quoted(declared.name)} what {quoted(source)} gives", (made,), rank=rank)
    value = placeholder(declared)
    made = _given(workflow, path, value)
    if made is not None:
        title = f"Add {quoted(declared.name)}, with {quoted(value)} for you to change"
        yield Proposal(title, (made,), rank=len(fitting))


def placeholder(declared: ParameterSpec) -> object:
    """Return a value of a parameter's type that stands for one still to be written."""
    if declared.enum:
        return declared.enum[0]
    return "true" if declared.role == "per_item" else _PLACEHOLDERS.get(declared.type, "TODO")


def _given(workflow: Workflow, path: Path, value: object) -> Change | None:
    there = node_at(workflow, path)
    if isinstance(there, Hole) and there.missing and not shared(workflow, path):
        return SetValue(path, value)
    if there is not None or shared(workflow, path[:-1]):
        return None
    return AddKey(path[:-1], str(path[-1]), value)


def _upstream(workflow: Workflow, specs: Specs, step: Step, declared: ParameterSpec) -> Iterator[str]:
    """Yield what steps give that fits the parameter: the nearest above first, of one step those of the same name."""
    if declared.role != "value" or declared.type in ("string", "path", "any", "boolean"):
        return  # nearly everything is a text
    behind = downstream(workflow, step)
    used = {reference.root for reference in step.body.references}
    before = [other for other in workflow.steps[: step.index][::-1] if other.index not in behind]
    before.sort(key=lambda other: other.id not in used)
    for other in before:
        spec = specs.get(other.body.action or "")
        if spec is None or other.id is None or workflow.step(other.id) is not other or other.body.for_each is not None:
            continue
        fields = [name for name, shape in spec.output.fields if _fits(declared, shape)]
        for name in sorted(fields, key=lambda name: name != declared.name):
            yield field_of(other.id, name)


def _fits(declared: ParameterSpec, shape: Shape) -> bool:
    return shape.type != "any" and accepts(declared.type, "string" if shape.type == "path" else shape.type)


REPAIR = Repair("add-parameter", frozenset({"missing-parameter"}), 0.35, _propose)
