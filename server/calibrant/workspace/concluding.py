"""What a run says of the fixes that stand in its text and were not verified yet: this editor's, and those of an earlier one."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant import failures
from calibrant.change import Site, conclude, history
from calibrant.model.applied import ChangeSession, Verdict
from calibrant.model.connector import Specs
from calibrant.model.issue import Issue
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.model.settings import Settings
from calibrant.workspace.analysis import analyse, around_on_disk, standing_on
from calibrant.workspace.application import Application, stands_in
from calibrant.workspace.loading import recorded
from calibrant.workspace.verdict import verdict_on

if TYPE_CHECKING:
    from calibrant.workspace.calibration import Outcome

GONE = "A run with it found the issue gone."


class Concluded(msgspec.Struct, frozen=True):
    """What a verification found of one session."""

    session: ChangeSession
    verdict: Verdict


class _Measure(msgspec.Struct, frozen=True):
    """What was found before."""

    result: SessionResult


def standing_sessions(site: Site, path: Path) -> list[ChangeSession]:
    """Return the sessions that changed a file and may be verified by a run of it, the oldest first.

    Raises:
        StoreError: the store cannot be read.
    """
    found = [one for one in history(site, path) if one.status == "unverified" and one.holds is None]
    return [one for one in reversed(found) if len(one.files) == 1]


def conclude_all(
    site: Site,
    path: Path,
    outcome: "Outcome",
    inputs: Mapping[str, object],
    known: Mapping[str, Application],
    results: Callable[[], Sequence[SessionResult]],
) -> list[Concluded]:
    """Verify the fixes that stand in the text of a run, and remember what could be told.

    `inputs` are those of the run, `known` the applications of this process by session, `results` the recorded runs.

    Raises:
        StoreError: the store cannot be used.
    """
    found: list[Concluded] = []
    for session in standing_sessions(site, path):
        application = known.get(session.id) or recorded(site, path, session)
        if application is None or not stands_in(application, outcome.workflow.text):
            continue
        verdict = _verdict(session, known.get(session.id), inputs, results, outcome)
        if verdict.holds is not None:
            conclude(site, session.id, verdict)
            found.append(Concluded(session, verdict))
    return found


def _verdict(
    session: ChangeSession,
    application: Application | None,
    inputs: Mapping[str, object],
    results: Callable[[], Sequence[SessionResult]],
    outcome: "Outcome",
) -> Verdict:
    """Return what a run says of one session. A run with other inputs is nothing to compare with."""
    if application and not outcome.workflow.language.runs:
        return verdict_on(application.issues, _read_before(application, outcome), outcome)
    if application:
        before = application.baseline.result if application.baseline else None
        comparable = before is not None and application.inputs == inputs
        return verdict_on(application.issues, _measure(before, application.issues, comparable=comparable), outcome)
    answered = [fix.issue for fix in session.fixes if fix.issue]
    before = next((one for one in results() if one.session == session.answers), None) if session.answers else None
    issues = [one for one in before.issues.all if one.id in answered] if before else []
    if answered and len(issues) == len(set(answered)):
        return verdict_on(issues, _measure(before, issues, comparable=False), outcome)
    return _by_identity(answered, outcome)


def _read_before(application: Application, outcome: "Outcome") -> _Measure:
    """Return what a workflow that is only checked is measured by: what is wrong in the very text that the fixes changed."""
    specs: Specs = {}
    path, ground = str(application.path), standing_on(outcome.ground)
    analysis = analyse(path, application.before, specs, Settings(), None, around_on_disk, ground)
    assert analysis is not None, "the name of a workflow that was checked is that of a workflow"
    groups = failures.group(outcome.result.path, analysis.findings)
    return _Measure(SessionResult("", outcome.result.path, "completed", Summary(), groups))


def _measure(before: SessionResult | None, issues: Sequence[Issue], *, comparable: bool) -> _Measure | None:
    """Return what a run is measured by: where it was given something else than the run before, only by the issues."""
    if before is None:
        return _Measure(_only(issues)) if issues else None
    return _Measure(before if comparable else msgspec.structs.replace(before, steps=()))


def _only(issues: Sequence[Issue]) -> SessionResult:
    return SessionResult("", "", "completed", Summary(), Groups(critical=tuple(issues)))


def _by_identity(answered: Sequence[str], outcome: "Outcome") -> Verdict:
    """Return what can be told where the issues are known by their identities alone: not which steps they were in."""
    if outcome.result.status != "completed" or not answered:
        return Verdict(None)
    still: Issue | None = next((one for one in outcome.result.issues.all if one.id in answered), None)
    if still:
        return Verdict(False, still.finding.message)
    whole = not outcome.workflow.language.runs or all(
        step.status not in ("not_run", "skipped") for step in outcome.result.steps
    )
    clean = all(one.severity != "error" for one in outcome.result.issues.all)
    return Verdict(True, GONE) if whole and clean else Verdict(None)
