"""An input without any value: a sample for calibration, or a default."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Hole, Map
from calibrant.model.workflow import Input, Workflow
from calibrant.repairs.sites import shared
from calibrant.repairs.wording import quoted

_VALUES: dict[str, object] = {
    "string": "example",
    "path": "example.txt",
    "number": 1,
    "integer": 1,
    "boolean": True,
    "array": [],
    "object": {},
}


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    item = next((one for one in workflow.inputs if one.name == issue.finding.subject), None)
    if item is None or not isinstance(item.node, Map) or shared(workflow, ("inputs", item.name)):
        return
    value = item.enum[0] if item.enum else _VALUES.get(item.type, "example")
    # where a live run must be given a value, a default would take that away
    keys = ("sample",) if item.required else ("sample", "default")
    for rank, key in enumerate(keys):
        made = _change(item, item.node, key, value)
        if made is not None:
            yield Proposal(f"Give {quoted(item.name)} the {key} {quoted(value)}, for you to change", (made,), rank=rank)


def _change(item: Input, node: Map, key: str, value: object) -> Change | None:
    there = node.get(key)
    if there is None:
        return AddKey(("inputs", item.name), key, value)
    return SetValue(("inputs", item.name, key), value) if isinstance(there, Hole) and there.missing else None


REPAIR = Repair("input-value", frozenset({"missing-input"}), 0.6, _propose)
