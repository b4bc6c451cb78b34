"""A package, or a program of one, that is not there: a step before that installs it, which the steps that need it wait for."""

import re
from collections.abc import Iterator

from calibrant.model.change import AddNeed, Change, InsertItem
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.installing import Install, awaitable, installs_one, is_installed_before
from calibrant.repairs.names import fresh
from calibrant.repairs.sites import step_at
from calibrant.repairs.wording import quoted
from calibrant.repairs.words import is_plain

_ITSELF = re.compile(r" -e (?:\.|'\.\[[\w,-]{1,100}\]')(?= |$)")
_STUBS = re.compile(r"pip install (types-[\w.-]{1,100})\"")


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    install = _install(issue)
    if step is None or install is None or not workflow.language.runs or is_installed_before(workflow, step, install):
        return
    everyone = (step, *_others(issue, workflow, step))
    if other := awaitable(workflow, step, install):
        needs = tuple(AddNeed(one.index, other.id or "") for one in everyone if one.index != other.index)
        yield Proposal(f"Wait for {quoted(other.id)}, which installs packages", needs)
    root = issue.finding.evidence.get("root", ".")
    for at, command in enumerate(_commands(issue, install.command)):
        yield _inserted(workflow, everyone, command, root, at + 1)


def _commands(issue: Issue, command: str) -> Iterator[str]:
    """Yield what installs it: where files list what is needed, those alone first, for the project itself has to be built."""
    lesser = _ITSELF.sub("", command)
    if " -r " in lesser and lesser != command and not issue.finding.evidence.get("own"):
        yield lesser
    yield command


def _install(issue: Issue) -> Install | None:
    """Return what installs all that is declared, or where that lacks the package, what installs the package alone."""
    evidence = issue.finding.evidence
    if issue.code == "typecheck-failed":
        return _stubs(issue) if evidence.get("rule") == "import-untyped" else None
    ecosystem, whole = evidence.get("ecosystem", ""), evidence.get("install", "")
    # of a module that is not named like its package it cannot be told; of a program it must be known who brings it
    declared = evidence.get("declared", "no" if issue.code == "command-not-found" else "yes")
    if not is_plain(whole + evidence.get("root", ".")):
        return None
    if whole and "\n" not in whole and declared == "yes":
        return Install(whole, ecosystem)
    if evidence.get("own"):  # a stranger's package may have that name
        return None
    package = evidence.get("package", "") or evidence.get("module", "")
    alone = installs_one(ecosystem, evidence.get("manager", ""), package)
    return Install(alone, ecosystem, package) if alone and issue.code != "command-not-found" else None


def _stubs(issue: Issue) -> Install | None:
    """Return what installs the types of a package that mypy has none of, as its note names them."""
    evidence, named = issue.finding.evidence, _STUBS.search(issue.finding.details)
    alone = installs_one("python", evidence.get("manager", ""), named[1]) if named else ""
    return Install(alone, "python", named[1]) if alone and named else None


def _inserted(workflow: Workflow, everyone: tuple[Step, ...], command: str, root: str, rank: int) -> Proposal:
    name = fresh("install", {step.id for step in workflow.steps if step.id})
    made: dict[str, object] = {"id": name, "run": command, **({"cwd": root} if root != "." else {})}
    first = min(one.index for one in everyone)
    changes: tuple[Change, ...] = (
        *(AddNeed(one.index, name) for one in everyone),
        InsertItem(("steps",), first, made),
    )
    return Proposal(f"Run {quoted(command)} before", changes, rank=rank)


def _others(issue: Issue, workflow: Workflow, step: Step) -> Iterator[Step]:
    """Yield the other steps that fail of the same."""
    for named in dict.fromkeys(place.step for place in issue.finding.related if place.step and not place.path):
        other = workflow.step(named)
        if other is not None and other.index != step.index:
            yield other


REPAIR = Repair(
    "install-first",
    frozenset({"python-missing-dep", "node-missing-dep", "missing-dep", "command-not-found", "typecheck-failed"}),
    0.7,
    _propose,
)
