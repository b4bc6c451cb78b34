"""A program that is called by a name it has elsewhere, or that is a script which nobody may run: the program that does run it."""

import re
from collections.abc import Iterator
from posixpath import splitext

from calibrant.model.change import EditText
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import in_value, path_of, scalar_at, step_at
from calibrant.repairs.wording import change

_ELSEWHERE = {
    "python": "python3",
    "python2": "python3",
    "py": "python3",
    "pip": "python3 -m pip",
    "pip3": "python3 -m pip",
    "nodejs": "node",
    "pytest": "python3 -m pytest",
}
"""Programs that go by another name on many machines."""

_READERS = {".sh": "sh", ".bash": "bash", ".py": "python3", ".js": "node", ".mjs": "node", ".rb": "ruby", ".pl": "perl"}
_SCRIPT = re.compile(r"(?:\.{0,2}/)?[\w./-]+")
_NOT_EXECUTABLE = "126"


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step, path = step_at(workflow, issue.finding), path_of(workflow, issue.finding)
    scalar = scalar_at(workflow, path)
    if step is None or scalar is None or not isinstance(scalar.value, str):
        return
    place = in_value(step, scalar, issue.finding.span)
    if place is None:
        return
    program = scalar.value[place[0] : place[1]]
    other = _by_reader(program) if _is_not_executable(issue) else _ELSEWHERE.get(program, "")
    if other:
        edit = EditText(path, *place, other)
        yield Proposal(change(program, other), (edit,), safety(issue, workflow, specs, 1))


def _is_not_executable(issue: Issue) -> bool:
    return issue.finding.evidence.get("exit_code") == _NOT_EXECUTABLE


def _by_reader(program: str) -> str:
    reader = _READERS.get(splitext(program)[1])
    return f"{reader} {program}" if reader and _SCRIPT.fullmatch(program) else ""


REPAIR = Repair("other-program", frozenset({"command-not-found", "permission-error"}), 0.75, _propose)
