"""A file or folder that is not there yet when a step wants it, and that another step writes: the step waits for that one."""

from collections.abc import Iterator
from posixpath import normpath

from calibrant.model.change import AddNeed
from calibrant.model.connector import Specs
from calibrant.model.expression import Expression
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.ordering import downstream, upstream
from calibrant.repairs.safety import safety, writes
from calibrant.repairs.sites import path_of, scalar_at, step_at
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    scalar = scalar_at(workflow, path_of(workflow, issue.finding))
    if step is None or scalar is None or not isinstance(scalar.value, str) or scalar.template is not None:
        return
    found = [other for other in workflow.steps if writes(other, specs) and _names(workflow, other, specs, scalar.value)]
    if not found:
        return
    apart = downstream(workflow, step) | upstream(workflow, step)
    writers = [other for other in found if other.index not in apart and other.id]
    for rank, other in enumerate(writers):
        if other.id is not None and workflow.step(other.id) is other:
            title = f"Wait for {quoted(other.id)}, which writes {quoted(scalar.value)}"
            yield Proposal(title, (AddNeed(step.index, other.id),), safety(issue, workflow, specs, len(writers)), rank)


def _names(workflow: Workflow, step: Step, specs: Specs, path: str) -> bool:
    """Tell whether a step names the same file as one of its paths, or a file in the same folder."""
    spec = specs.get(step.body.action or "")
    for given in step.body.parameters:
        declared = spec.parameter(given.name) if spec else None
        if declared is not None and declared.type == "path" and isinstance(given.value, Scalar):
            begin, whole = _known(workflow, given.value)
            if begin and (normpath(begin) == normpath(path) if whole else begin.startswith(f"{normpath(path)}/")):
                return True
    return False


def _known(workflow: Workflow, value: Scalar) -> tuple[str, bool]:
    """Return how a path begins, with the defaults of inputs in it, and whether that is all of it."""
    text = ""
    for part in value.template.parts if value.template else (str(value.value),):
        default = part if isinstance(part, str) else _default(workflow, part)
        if default is None:
            return normpath(text) + "/" * text.endswith("/"), False
        text += default
    return text, True


def _default(workflow: Workflow, expression: Expression) -> str | None:
    reference = expression.references[0] if expression.plain else None
    for item in workflow.inputs if reference and reference.root == "inputs" else ():
        if reference and reference.path == (item.name,) and isinstance(item.default, Scalar):
            return str(item.default.value) if item.default.template is None else None
    return None


REPAIR = Repair("wait-for-writer", frozenset({"file-not-found", "missing-folder"}), 0.9, _propose)
