"""Whether a mended workflow is right: it reads as the valid one, or does the same."""

import re
from collections.abc import Mapping

from bench.running import Ran
from bench.sites import Base, Fault
from calibrant import dialects
from calibrant.model.nodes import Map, plain
from calibrant.model.workflow import Workflow


def reads_right(base: Base, fault: Fault, text: str) -> bool:
    """Tell whether a mended text reads as the valid one; with "names", whatever its steps, inputs and secrets are called."""
    mended = dialects.read(base.name, text)
    if mended is None or mended.problems or len(mended.steps) != len(base.steps):
        return False
    found = _data(mended)
    if fault.right == "names":
        found = _renamed(found, _names(mended, base.workflow))
    return found == _data(base.workflow)


def does_right(valid: Ran, mended: Ran) -> bool:
    """Tell whether a run of the mended text found nothing, and each step did what it does in the valid workflow."""
    return (
        mended.clean
        and mended.steps.keys() == valid.steps.keys()
        and all(did.same(valid.steps[at]) for at, did in mended.steps.items())
    )


def _data(workflow: Workflow) -> object:
    root = plain(workflow.root) if isinstance(workflow.root, Map) else {}
    assert isinstance(root, dict)
    steps = [plain(step.body.node) for step in workflow.steps]
    for step in steps:
        if isinstance(step, dict) and isinstance(step.get("needs"), str):
            step["needs"] = [step["needs"]]
    return {**root, "steps": steps}


def _names(mended: Workflow, valid: Workflow) -> dict[str, str]:
    """Return what is called otherwise, and what it is called in the valid workflow."""
    steps = {
        mine.id: other.id
        for mine, other in zip(mended.steps, valid.steps, strict=True)
        if mine.id and other.id and mine.id != other.id
    }
    mine, others = ([secret.name for secret in one.secrets] for one in (mended, valid))
    secrets = dict(zip(mine, others, strict=True)) if len(mine) == len(others) else {}
    # what still goes by a name that nothing has any more leads nowhere
    lost = {name: f"lost_{name}" for name in steps.values() if name not in steps and mended.step(name) is None}
    return {
        **steps,
        **lost,
        **{f"secrets.{name}": f"secrets.{other}" for name, other in secrets.items() if name != other},
    }


def _renamed(data: object, names: Mapping[str, str], key: str = "") -> object:
    if isinstance(data, dict):
        return {name: _renamed(value, names, name) for name, value in data.items()}
    if isinstance(data, list):
        return [_renamed(value, names, key) for value in data]
    if not isinstance(data, str) or not names:
        return data
    if key in ("id", "needs"):
        return names.get(data, data)
    if key == "secrets" and f"secrets.{data}" in names:
        return names[f"secrets.{data}"].partition(".")[2]
    pattern = "|".join(map(re.escape, names))
    return re.sub(rf"(?<![\w.'\"-])(?:{pattern})(?=[\s.\[|}}])", lambda match: names[match[0]], data)
