"""A value that its target rejects: each value that would be valid, the closest first."""

from collections.abc import Iterator

from calibrant.model.change import Change, EditText, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue, Kind
from calibrant.model.nodes import Scalar, Seq
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import in_value, node_at, path_of, scalar_at, source_at, step_at
from calibrant.repairs.wording import change
from calibrant.repairs.words import is_plain, may_stand


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    wanted = finding.evidence.get("value") or finding.subject
    offer = offered(wanted, finding.candidates)
    path = _in_list(workflow, path_of(workflow, finding), wanted)
    scalar = scalar_at(workflow, path)
    if finding.code in _ANOTHER:
        return
    if finding.code == "missing-field" and source_at(workflow, finding) is not None:
        return  # a name in an expression, not a value
    if not offer.names or scalar is None or not finding.where:
        return
    level = safety(issue, workflow, specs, offer.choices)
    for at, value in enumerate(offer.names):
        made = _change(issue, workflow, path, scalar, wanted, value)
        if made is not None:
            yield Proposal(change(wanted, value), (made,), offer.level(at, level), offer.rank(at))


def _in_list(workflow: Workflow, path: Path, wanted: str) -> Path:
    """Return the path of the one item that a list has of a value, else the list's own."""
    node = node_at(workflow, path)
    if not isinstance(node, Seq):
        return path
    found = [at for at, item in enumerate(node.items) if isinstance(item, Scalar) and item.value == wanted]
    return (*path, found[0]) if len(found) == 1 else path


def _change(issue: Issue, workflow: Workflow, path: Path, scalar: Scalar, wanted: str, value: str) -> Change | None:
    """Return the change of the value, or of the part of a longer text that is at fault."""
    if scalar.template is None and str(scalar.value) == wanted:
        return SetValue(path, value) if is_plain(value) else None
    step = step_at(workflow, issue.finding)
    text = scalar.value
    if step is None or not isinstance(text, str):
        return None
    part = in_value(step, scalar, issue.finding.span)
    if part is None or text[part[0] : part[1]] != wanted:
        return _of_default(workflow, scalar, wanted, value)
    in_script = step.body.script is not None and step.body.script.span == scalar.span
    if not (may_stand(text, *part, value) if in_script else is_plain(value)):
        return None
    return EditText(path, *part, value)


def _of_default(workflow: Workflow, scalar: Scalar, wanted: str, value: str) -> Change | None:
    """Return the change of the input's default from which the value came."""
    whole = scalar.template.whole if scalar.template else None
    if whole is None or not whole.plain or whole.references[0].root != "inputs" or len(whole.references[0].path) != 1:
        return None
    for item in workflow.inputs:
        for key, node in (("default", item.default), ("sample", item.sample)):
            if item.name == whole.references[0].path[0] and isinstance(node, Scalar):
                fits = node.value == wanted and not node.aliased
                return SetValue(("inputs", item.name, key), value) if fits else None
    return None


_ANOTHER = frozenset({"wrong-package-manager", "version-mismatch"})
"""Codes of words that were meant as they stand: see `right_word`."""

_CODES = frozenset({"missing-field", "unknown-column", "python-missing-dep"})
"""Codes of other kinds that tell of rejected values too."""

REPAIR = Repair("valid-value", _CODES, 0.8, _propose, kinds=frozenset({Kind.PARAMETER}))
