"""Rows to be joined whose sides call the field differently: the name on each side."""

import json
from collections.abc import Iterator

from calibrant.model.change import Change, RenameKey, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Node, Scalar, Seq, plain
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, path_of, shared
from calibrant.repairs.slots import is_data
from calibrant.repairs.wording import quoted

_MOST = 3


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    evidence, wrong = issue.finding.evidence, issue.finding.subject
    path = path_of(workflow, issue.finding)
    node = node_at(workflow, path)
    if (
        "side" not in evidence
        or "fields" not in evidence
        or node is None
        or not is_data(node)
        or shared(workflow, path)
    ):
        return
    offer = offered(wrong, json.loads(evidence["fields"]))
    level = safety(issue, workflow, specs, offer.choices)
    for at, name in enumerate(offer.names[:_MOST]):
        left = evidence["side"] == "left"
        pair = (name, evidence["other"]) if left else (evidence["other"], name)
        made = _change(node, path, wrong, pair, left=left)
        if made is not None:
            title = f"Join {quoted(pair[0])} of ‘left’ with {quoted(pair[1])} of ‘right’"
            yield Proposal(title, (made,), offer.level(at, level), offer.rank(at))


def _change(node: Node, path: Path, wrong: str, pair: tuple[str, str], *, left: bool) -> Change | None:
    """Return the change that names the field on each side, whether one name, a list or a map of them is written."""
    if isinstance(node, Map):
        key = wrong if left else pair[0]
        if node.entry(key) is None or (left and node.entry(pair[0]) is not None):
            return None
        return RenameKey((*path, key), pair[0]) if left else SetValue((*path, key), pair[1])
    names = [node.value] if isinstance(node, Scalar) else plain(node) if isinstance(node, Seq) else []
    if not isinstance(names, list) or wrong not in names or pair[0] in set(names) - {wrong}:
        return None
    return SetValue(path, dict(pair if name == wrong else (name, name) for name in names))


REPAIR = Repair("join-fields", frozenset({"missing-field"}), 0.75, _propose)
