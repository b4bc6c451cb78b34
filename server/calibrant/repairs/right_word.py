"""Words of a script, or of a setup step, that the workspace disagrees with: what would be right, the closest first."""

from collections.abc import Iterator

from calibrant.model.change import Change, EditText, RemoveItem, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Finding, Issue
from calibrant.model.nodes import Scalar, Seq
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, offset_in, origin_of, path_of, scalar_at
from calibrant.repairs.wording import change, quoted
from calibrant.repairs.words import is_plain, may_stand

_OTHERS = frozenset({"wrong-package-manager", "version-mismatch"})
"""Codes of words that were meant as they stand: another one is not closer by its letters, but what the workspace says."""

_OWN_WORDS = frozenset({"wrong-package-manager"})
"""Codes whose other words are ours, and several: no name of the workspace is among them."""

_NAMES = frozenset({"unknown-task", "file-not-found", "wrong-working-dir"})


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    if finding.code == _OF_RUN and workflow.language.runs and not finding.at_run:
        return  # what a check finds there is the value of a parameter
    offer = offered(finding.subject, finding.candidates)
    level = safety(issue, workflow, specs, offer.meant)
    for at, value in enumerate(offer.names):
        made = _change(workflow, finding, value)
        if isinstance(made, RemoveItem):
            yield Proposal(f"Remove {quoted(finding.subject)}", (made,))
            return
        if made is not None:
            safe = "review" if finding.code in _OTHERS else offer.level(at, level)
            yield Proposal(change(finding.subject, value), (made,), safe, offer.rank(at))


def _change(workflow: Workflow, finding: Finding, value: str) -> Change | None:
    """Return the change of a whole value, or of the words of a script at fault."""
    path, wanted = path_of(workflow, finding), finding.subject
    scalar = scalar_at(workflow, path)
    if scalar is None:
        return None
    if scalar.template is None and str(scalar.value) == wanted:
        if _stands_beside(workflow, path, value):
            return RemoveItem(path)
        if not is_plain(value):
            return None
        return SetValue(path, int(value) if isinstance(scalar.value, int) and value.isdigit() else value)
    own, text = finding.span.shift(-origin_of(workflow, path)), scalar.value
    start, end = offset_in(scalar, own.start), offset_in(scalar, own.end)
    if not isinstance(text, str) or not 0 <= start < end or text[start:end] != wanted:
        return None
    fits = finding.code in _OWN_WORDS or may_stand(text, start, end, value)
    return EditText(path, start, end, value) if fits else None


def _stands_beside(workflow: Workflow, path: Path, value: str) -> bool:
    """Tell whether a list has a value already, beside its element at that path."""
    listed = node_at(workflow, path[:-1]) if path and isinstance(path[-1], int) else None
    return isinstance(listed, Seq) and any(isinstance(one, Scalar) and str(one.value) == value for one in listed.items)


_OF_RUN = "file-not-found"
REPAIR = Repair("right-word", _OTHERS | {_OF_RUN}, 0.8, _propose)
OF_ACTIONS = Repair("right-word", _OTHERS | _NAMES, 0.8, _propose)
"""There the names, too, which are values of parameters in native workflows."""
