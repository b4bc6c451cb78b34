"""Literals in steps that give way to a reference: every place where one stands, and what is put there."""

import json
from collections.abc import Iterator

from calibrant.model.change import Change, EditText, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.issue import Finding
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.scripts import may_stand
from calibrant.repairs.sites import path_of, scalar_at


def places(workflow: Workflow, finding: Finding) -> list[Path]:
    """Return the paths at which the literal of a `hardcoded-value` stands, that of the finding first."""
    steps: dict[str, Step] = {}
    for step in workflow.steps:
        steps.setdefault(step.label, step)
    found = [path_of(workflow, finding)]
    for label, where in json.loads(finding.evidence.get("places", "[]")):
        if label in steps:
            found.append(("steps", steps[label].index, *where))
    return list(dict.fromkeys(found))


def replaced(workflow: Workflow, specs: Specs, path: Path, literal: str, reference: str) -> list[Change]:
    """Return the changes that put `reference` (in braces) in the literal's place at a path; none where it cannot stand."""
    scalar = scalar_at(workflow, path)
    step = workflow.steps[path[1]] if path[:1] == ("steps",) and isinstance(path[1], int) else None
    if scalar is None or step is None or not step.body.templating or not _templated(path):
        return []
    if scalar.template is None and str(scalar.value) == literal:
        return [SetValue(path, reference)]
    if not isinstance(scalar.value, str):
        return []
    script = _is_script(step, path, specs)
    text, length = scalar.value, len(literal)
    starts = [at for at in _found(scalar, literal) if not script or may_stand(step, text, at, at + length)]
    # from the end, so that each offset holds when the others are written
    return [EditText(path, at, at + len(literal), reference) for at in reversed(starts)]


def _templated(path: Path) -> bool:
    return path[2:3] in (("with",), ("run",), ("cwd",), ("env",), ("shell",), ("for_each",))


def _found(scalar: Scalar, literal: str) -> Iterator[int]:
    """Yield where the literal stands in a text, but for its expressions and for longer words."""
    at = 0
    text = scalar.value if isinstance(scalar.value, str) else ""
    parts = scalar.template.parts if scalar.template else (text,)
    for part in parts:
        if not isinstance(part, str):
            at = text.find("}}", at) + 2
            continue
        at = text.find(part, at) if scalar.template else 0
        start = part.find(literal)
        while start >= 0:
            before, after = part[start - 1 : start] if start else "", part[start + len(literal) :][:1]
            # beside a brace, the braces of a reference would be read differently
            if not (before.isalnum() or after.isalnum() or before == "{" or after == "}"):
                yield at + start
            start = part.find(literal, start + len(literal))
        at += len(part)


def _is_script(step: Step, path: Path, specs: Specs) -> bool:
    spec = specs.get(step.body.action or "")
    given = next((one for one in step.body.parameters if one.path == path[2:]), None)
    declared = spec.parameter(given.name) if spec and given else None
    return declared is not None and declared.role == "script"
