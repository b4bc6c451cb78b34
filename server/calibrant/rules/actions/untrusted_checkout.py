"""Code of a stranger's pull request that a job with the repository's own rights fetches and runs."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.nodes import Map, Node, Scalar, Seq, at_path, plain
from calibrant.model.workflow import Job, Step, StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Rule

_EVENT: Final = "pull_request_target"
_OF_STRANGERS: Final = frozenset({"opened", "synchronize", "reopened", "edited", "ready_for_review"})
"""Activities that whoever opened the pull request can cause."""

_FETCHED: Final = "fetched"
_RUN: Final = "run"
_HEAD: Final = re.compile(
    r"\$\{\{\s*(?:github\.head_ref|github\.event\.pull_request\.head\.(?:sha|ref))\s*\}\}|refs/pull/\$\{\{[^}]*\}\}/(?:merge|head)",
    re.IGNORECASE,
)
_BUILDS: Final = re.compile(
    r"(?m)^[ \t]*(?:sudo[ \t]+)?(?P<command>(?:npm|pnpm|yarn)[ \t]+(?:ci|install|i|test|run|build)\b|yarn[ \t]*$"
    r"|make\b|tox\b|pytest\b"
    r"|python3?[ \t]+(?:-m[ \t]+(?:pytest|build|tox)|setup\.py)\b|pip3?[ \t]+install[ \t]+(?:-e[ \t]+)?\.(?=$|[ \t\[])"
    r"|cargo[ \t]+(?:build|test|run)\b|go[ \t]+(?:test|run|generate)\b|mvn\b|\./(?:mvnw|gradlew)\b|gradle\b"
    r"|bundle[ \t]+(?:install|exec)\b|composer[ \t]+install\b|(?:bash|sh)[ \t]+\./\S+|\./[\w./-]+)"
)
"""Commands that run what a repository says, at the start of a line."""


def _notes(body: StepBody, _known: Known) -> Iterator[Noted]:
    if (body.action or "").partition("@")[0].lower() == "actions/checkout":
        given = body.parameter("ref")
        value = given.value if given else None
        found = _HEAD.search(value.value) if isinstance(value, Scalar) and isinstance(value.value, str) else None
        if found and given and isinstance(value, Scalar) and body.parameter("path") is None and body.condition is None:
            yield Noted(_FETCHED, "", found[0], value.locate(*found.span()), given.path)
    elif (body.action or "").startswith("./") and body.action_node is not None:
        yield Noted(_RUN, "", body.action or "", body.action_node.span, ("uses",))
    elif (
        body.run is not None and isinstance(body.run.value, str) and at_path(body.node, ("working-directory",)) is None
    ):
        found = _BUILDS.search(body.run.value)
        if found:
            yield Noted(_RUN, "", found["command"], body.run.locate(*found.span("command")), ("run",))


def _together(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    if not any(noted) or not _by_strangers(workflow.root):
        return
    for job in workflow.jobs:
        if not _guarded(workflow.root, job):
            yield from _of_job(workflow.steps[job.first : job.after], noted[job.first : job.after])


def _of_job(steps: Sequence[Step], noted: Sequence[Sequence[Noted]]) -> Iterator[Finding]:
    fetched: tuple[Step, Noted] | None = None
    for step, notes in zip(steps, noted, strict=True):
        for note in notes:
            if note.sort == _FETCHED:
                fetched = fetched or (step, note)
            elif fetched is not None:
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
