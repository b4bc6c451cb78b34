"""Code of a stranger's pull request that a job with the repository's own rights fetches and runs."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path, plain
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Step, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

_EVENT: Final = "pull_request_target"
_OF_STRANGERS: Final = frozenset({"opened", "synchronize", "reopened", "edited", "ready_for_review"})
"""Activities that whoever opened the pull request can cause."""

_FETCHED: Final = "fetched"
_REFUSED: Final = "refused"
_RUN: Final = "run"
_COMMIT: Final = re.compile(
    r"\$\{\{\s*github\.event\.pull_request\.(?:head\.sha|merge_commit_sha)\s*\}\}|refs/pull/\$\{\{[^}]*\}\}/(?:merge|head)",
    re.IGNORECASE,
)
_BRANCH: Final = re.compile(r"\$\{\{\s*github\.(?:head_ref|event\.pull_request\.head\.ref)\s*\}\}", re.IGNORECASE)
_FORK: Final = re.compile(r"\$\{\{\s*github\.event\.pull_request\.head\.repo\.full_name\s*\}\}", re.IGNORECASE)
_VERSION: Final = re.compile(r"v?(\d+)(?:\.(\d+)(?:\.\d+)?)?")
_ASKING: Final = {4: 4, 5: 1, 6: 1}
"""Of each major version of `actions/checkout` the minor one since which it refuses the code of forks (GitHub's changelog of
18 June 2026)."""

_BUILDS: Final = re.compile(
    r"(?m)^[ \t]*(?:sudo[ \t]+)?(?P<command>(?:npm|pnpm|yarn)[ \t]+(?:ci|install|i|test|run|build)\b|yarn[ \t]*$"
    r"|make\b|tox\b|pytest\b"
    r"|python3?[ \t]+(?:-m[ \t]+(?:pytest|build|tox)|setup\.py)\b|pip3?[ \t]+install[ \t]+(?:-e[ \t]+)?\.(?=$|[ \t\[])"
    r"|cargo[ \t]+(?:build|test|run)\b|go[ \t]+(?:test|run|generate)\b|mvn\b|\./(?:mvnw|gradlew)\b|gradle\b"
    r"|bundle[ \t]+(?:install|exec)\b|composer[ \t]+install\b|(?:bash|sh)[ \t]+\./\S+|\./[\w./-]+)"
)
"""Commands that run what a repository says, at the start of a line."""


def _notes(body: StepBody, _known: Known) -> Iterator[Noted]:
    name, _, version = (body.action or "").partition("@")
    if name.lower() == "actions/checkout":
        found = _fetched(body)
        if found is not None and body.condition is None:
            allowed = _text(body, "allow-unsafe-pr-checkout")
            refused = allowed.lower() in {"", "false"} and _asks(version)
            if refused or body.parameter("path") is None:
                yield Noted(_REFUSED if refused else _FETCHED, "", found[0], found[1], ("with", "ref"))
    elif name.startswith("./") and body.action_node is not None:
        yield Noted(_RUN, "", name, body.action_node.span, ("uses",))
    elif (
        body.run is not None and isinstance(body.run.value, str) and at_path(body.node, ("working-directory",)) is None
    ):
        built = _BUILDS.search(body.run.value)
        if built:
            yield Noted(_RUN, "", built["command"], body.run.locate(*built.span("command")), ("run",))


def _fetched(body: StepBody) -> tuple[str, Span] | None:
    """Return what names the pull request's code in the inputs of a checkout, and its place."""
    given = body.parameter("ref")
    value = given.value if given else None
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        return None
    found = _COMMIT.search(value.value)
    if found is None and _FORK.search(_text(body, "repository")):
        found = _BRANCH.search(value.value)  # of the repository itself it would be a branch of its own people
    return (found[0], value.locate(*found.span())) if found else None


def _text(body: StepBody, name: str) -> str:
    given = body.parameter(name)
    return str(given.value.value) if given and isinstance(given.value, Scalar) else ""


def _asks(version: str) -> bool:
    """Tell whether a version of `actions/checkout` refuses the code of forks."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return False
    major = int(found[1])
    return major > max(_ASKING) or (major in _ASKING and (found[2] is None or int(found[2]) >= _ASKING[major]))


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    if not any(noted) or _EVENT not in _events(workflow.root):
        return
    for job in workflow.jobs:
        mine = slice(job.first, job.after)
        if job.body.condition is None and not job.body.needs:
            for step, notes in zip(workflow.steps[mine], noted[mine], strict=True):
                yield from (_refused(step, note) for note in notes if note.sort == _REFUSED)
        if _by_strangers(workflow.root) and not _guarded(workflow.root, job):
            yield from _of_job(workflow.steps[mine], noted[mine])


def _refused(step: Step, note: Noted) -> Finding:
    return Finding(
        code="untrusted-checkout",
        kind=Kind.SECURITY,
        span=step.at(note.span),
        message=(
            f"‘actions/checkout’ refuses the code of a fork on ‘{_EVENT}’, where the job has the repository’s own rights and"
            " secrets: for pull requests from forks this step fails."
        ),
        hint=(
            "Build and test pull requests on ‘pull_request’. Where nothing of the code is run, say so with"
            " ‘allow-unsafe-pr-checkout: true’."
        ),
        severity="warning",
        step=step.label,
        where=note.where,
        subject=note.value[:80],
    )


def _of_job(steps: Sequence[Step], noted: Sequence[Sequence[Noted]]) -> Iterator[Finding]:
    fetched: tuple[Step, Noted] | None = None
    for step, notes in zip(steps, noted, strict=True):
        for note in notes:
            if note.sort == _FETCHED:
                fetched = fetched or (step, note)
            elif note.sort == _RUN and fetched is not None:
                yield _finding(*fetched, step, note)
                return


def _finding(step: Step, note: Noted, runs: Step, command: Noted) -> Finding:
    return Finding(
        code="untrusted-checkout",
        kind=Kind.SECURITY,
        span=step.at(note.span),
        message=(
            f"This fetches the code of a pull request, and ‘{command.value[:60]}’ runs it. On ‘{_EVENT}’ the job has the"
            " repository’s own rights and secrets, so whoever opens a pull request has them too."
        ),
        hint=(
            "Build and test pull requests on ‘pull_request’, which has neither, and leave to a second workflow what needs"
            " the rights."
        ),
        severity="warning",
        step=step.label,
        where=note.where,
        subject=note.value[:80],
        related=(Place(runs.at(command.span), "Here it is run."),),
    )


def _events(root: Node) -> tuple[str, ...]:
    node = root.get("on") if isinstance(root, Map) else None
    given = plain(node) if node is not None else None
    return tuple(map(str, given)) if isinstance(given, list | dict) else (str(given),)


def _by_strangers(root: Node) -> bool:
    """Tell whether nothing but such an event starts the workflow, and whoever opens a pull request can cause it alone.

    A label, for one, is given by someone who may look at the code first.
    """
    given = root.get("on") if isinstance(root, Map) else None
    if isinstance(given, Seq) and len(given.items) == 1:
        given = given.items[0]
    if not isinstance(given, Map):
        return isinstance(given, Scalar) and given.value == _EVENT
    event = given.get(_EVENT) if len(given.entries) == 1 else None
    listed = event.get("types") if isinstance(event, Map) else None
    if listed is None:
        return event is not None
    named = plain(listed)
    return not _OF_STRANGERS.isdisjoint(map(str, named if isinstance(named, list) else [named]))


def _guarded(root: Node, job: Job) -> bool:
    """Tell whether someone may have seen to it: a condition, an environment, or rights that allow nothing but reading."""
    node = job.body.node
    if not isinstance(node, Map) or job.body.condition is not None or node.get("environment") is not None:
        return True
    if job.body.needs or "secrets." in job.body.text:
        return bool(job.body.needs)  # another job may have asked
    rights = node.get("permissions") or (root.get("permissions") if isinstance(root, Map) else None)
    return rights is not None and not _writes(rights)


def _writes(rights: Node) -> bool:
    if isinstance(rights, Map):
        return any(isinstance(entry.value, Scalar) and entry.value.value == "write" for entry in rights.entries)
    return isinstance(rights, Scalar) and rights.value == "write-all"


RULE = Rule(("untrusted-checkout",), notes=_notes, together=_together)
