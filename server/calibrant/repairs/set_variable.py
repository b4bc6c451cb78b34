"""A variable by which a program finds what it needs: Python its own modules, the encoding UTF-8, Node.js more memory."""

import re
from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import node_at, shared, step_at
from calibrant.repairs.wording import quoted

_OF_LOCALE = re.compile(r"Unicode(?:Encode|Decode)Error: '(?:ascii|latin-1|charmap|cp\d{1,5})' codec")
_OF_NODE = re.compile(r"JavaScript heap out of memory")
_FOLDER = re.compile(r"[\w.@+ -]{1,100}(?:/[\w.@+ -]{1,100}){0,20}")
_MEGABYTES = 4096


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    if step is None or step.body.script is None or not workflow.language.runs:
        return
    path: Path = ("steps", step.index, *(("env",) if step.body.short else ("with", "env")))
    given, said = node_at(workflow, path), f"{issue.finding.details}\n{_said(issue)}"
    if shared(workflow, path) or not (given is None or isinstance(given, Map)):
        return
    script = str(step.body.script.value)
    if issue.code == "python-missing-dep" and _FOLDER.fullmatch(issue.finding.evidence.get("holding", "")):
        yield from _set(path, given, "PYTHONPATH", issue.finding.evidence["holding"], fresh=True)
    if issue.code == "wrong-encoding" and _OF_LOCALE.search(said):
        yield from _set(path, given, "PYTHONIOENCODING", "utf-8", only=True)
        yield from _set(path, given, "PYTHONUTF8", "1")
    if issue.code == "out-of-memory" and _OF_NODE.search(said) and "--max-old-space-size" not in script:
        yield from _set(path, given, "NODE_OPTIONS", f"--max-old-space-size={_MEGABYTES}")


def _said(issue: Issue) -> str:
    return "\n".join((issue.finding.message, *(place.message for place in issue.finding.related)))


def _set(
    path: Path, given: object, name: str, value: str, *, only: bool = False, fresh: bool = False
) -> Iterator[Proposal]:
    """Yield the change that gives a variable its value; `only` where the step sets it already, `fresh` only where not."""
    entry = given.entry(name) if isinstance(given, Map) else None
    if entry is None:
        changes: tuple[Change, ...] = () if only else (AddKey(path, name, value),)
    elif not fresh and isinstance(entry.value, Scalar) and entry.value.template is None and entry.value.value != value:
        changes = (SetValue((*path, name), value),)
    else:
        changes = ()
    if changes:
        # every program of the step sees it
        yield Proposal(f"Set {quoted(name)} to {quoted(value)}", changes, "review")


REPAIR = Repair("set-variable", frozenset({"wrong-encoding", "out-of-memory", "python-missing-dep"}), 0.55, _propose)
