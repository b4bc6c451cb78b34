"""Runs the rules over a workflow, keeping what is known of steps that have not changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from calibrant.model.connector import Specs
from calibrant.model.issue import Finding
from calibrant.model.toolchain import Ground
from calibrant.model.words import shortened
from calibrant.model.workflow import Job, Step, StepBody, Workflow
from calibrant.rules.concealing import conceal, confidential
from calibrant.rules.ignoring import outside_silent_jobs, silenced, unsilenced
from calibrant.rules.known import Known
from calibrant.rules.rule import Noted, Reached, Rule, RuleSet

_Findings = tuple[Finding, ...]
_Notes = tuple[tuple[Noted, ...], ...]
_Kept = TypeVar("_Kept")
_LONGEST = 1_000
"""Characters of a message, or of a hint, that are shown."""


class Checked(msgspec.Struct, frozen=True):
    """The findings of a workflow, and what the next check needs: each step's own findings and what reached it, relative to it.

    `noted` is what each rule that takes notes has noted of each step, `jobs` are the findings of each job, relative to it, and
    `reached_jobs` what reached it; `confidential` are the texts in the workflow that must not be shown anywhere.
    """

    workflow: Workflow
    specs: Specs
    local: tuple[_Findings, ...]
    reached: tuple[Reached, ...]
    findings: _Findings
    confidential: tuple[str, ...] = ()
    noted: tuple[_Notes, ...] = ()
    jobs: tuple[_Findings, ...] = ()
    reached_jobs: tuple[Reached, ...] = ()
    ground: Ground | None = None


def check(
    ruleset: RuleSet, workflow: Workflow, specs: Specs, previous: Checked | None, ground: Ground | None = None
) -> Checked:
    """Return what the rules find; see `rules.check`."""
    known, rules = Known(workflow.language, specs, ground), ruleset.rules
    if previous is not None and not _same_beside(previous, known):
        previous = None
    kept = _by_body(previous, previous.local) if previous else {}
    local: list[_Findings] = []
    for step in workflow.steps:
        found = kept.get(id(step.body))
        local.append(_of_step(rules, step.body, known) if found is None else found)
    findings = [finding for step, found in zip(workflow.steps, local, strict=True) for finding in _placed(step, found)]
    jobs = _of_jobs(rules, workflow, known, previous)
    findings += [placed for job, found in zip(workflow.jobs, jobs, strict=True) for placed in _in_job(job, found)]
    reached = ruleset.reach(rules, workflow, known, _by_body(previous, previous.reached) if previous else {})
    for step, one in zip(workflow.steps, reached, strict=True):
        findings += _placed(step, one.findings)
    reached_jobs = _reached_jobs(ruleset, workflow, known, previous)
    for job, one in zip(workflow.jobs, reached_jobs, strict=False):
        findings += _in_job(job, one.findings)
    noted = _noted(rules, workflow, known, _by_body(previous, previous.noted) if previous else {})
    findings += unsilenced(workflow, _around(rules, workflow, known))
    findings += unsilenced(workflow, _together(rules, workflow, known, noted))
    findings = outside_silent_jobs(workflow, findings)
    findings.sort(key=_place)
    findings = ruleset.settle(workflow, findings) if ruleset.settle else findings
    hidden = confidential(workflow, findings)
    shown = _readable(conceal(findings, hidden))
    return Checked(workflow, specs, tuple(local), reached, shown, hidden, noted, jobs, reached_jobs, ground)


def _same_beside(previous: Checked, known: Known) -> bool:
    """Tell whether all that checks may know beside a step is as it was, so that what was found of it still holds."""
    language, ground = previous.workflow.language, previous.ground
    return (
        previous.specs == known.specs
        and language == known.language
        and (ground is known.ground or ground == known.ground)
    )


def _readable(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with words that a person could read: a name of a hundred thousand characters is cut."""
    return tuple(
        finding if max(len(finding.message), len(finding.hint)) <= _LONGEST else _cut(finding) for finding in findings
    )


def _cut(finding: Finding) -> Finding:
    message, hint = shortened(finding.message, _LONGEST), shortened(finding.hint, _LONGEST)
    return msgspec.structs.replace(finding, message=message, hint=hint)


def _by_body(previous: Checked, kept: Sequence[_Kept]) -> dict[int, _Kept]:
    """Return what is kept of the steps checked before, by the identity of their bodies, which `previous` keeps alive."""
    return {id(step.body): found for step, found in zip(previous.workflow.steps, kept, strict=True)}


def _of_step(rules: Sequence[Rule], body: StepBody, known: Known) -> _Findings:
    found = list(body.problems)
    for rule in rules:
        if rule.step is not None:
            found += rule.step(body, known)
    return tuple(finding for finding in found if not silenced(finding, body.ignores))


def _of_jobs(
    rules: Sequence[Rule], workflow: Workflow, known: Known, previous: Checked | None
) -> tuple[_Findings, ...]:
    kept: dict[int, _Findings] = {}
    if previous is not None:
        kept = {id(job.body): found for job, found in zip(previous.workflow.jobs, previous.jobs, strict=True)}
    checks = [rule.job for rule in rules if rule.job is not None]
    found: list[_Findings] = []
    for job in workflow.jobs:
        before, body = kept.get(id(job.body)), job.body
        own = (
            (*body.problems, *(finding for check in checks for finding in check(body, known))) if before is None else ()
        )
        found.append(tuple(one for one in own if not silenced(one, body.ignores)) if before is None else before)
    return tuple(found)


def _reached_jobs(ruleset: RuleSet, workflow: Workflow, known: Known, previous: Checked | None) -> tuple[Reached, ...]:
    if ruleset.reach_jobs is None:
        return ()
    kept: dict[int, Reached] = {}
    if previous is not None:
        kept = {id(job.body): found for job, found in zip(previous.workflow.jobs, previous.reached_jobs, strict=True)}
    return ruleset.reach_jobs(workflow, known, kept)


def _in_job(job: Job, found: _Findings) -> Iterable[Finding]:
    for finding in found:
        yield msgspec.structs.replace(finding.shifted(job.origin), where=(*job.path, *finding.where))


def _around(rules: Sequence[Rule], workflow: Workflow, known: Known) -> Iterable[Finding]:
    yield from workflow.problems
    if workflow.is_workflow:
        for rule in rules:
            if rule.workflow is not None:
                yield from rule.workflow(workflow, known)


def _noted(rules: Sequence[Rule], workflow: Workflow, known: Known, kept: Mapping[int, _Notes]) -> tuple[_Notes, ...]:
    notes = [rule.notes for rule in rules if rule.notes is not None]
    out: list[_Notes] = []
    for step in workflow.steps:
        before = kept.get(id(step.body))
        out.append(tuple(tuple(take(step.body, known)) for take in notes) if before is None else before)
    return tuple(out)


def _together(rules: Sequence[Rule], workflow: Workflow, known: Known, noted: Sequence[_Notes]) -> Iterable[Finding]:
    taking = [rule for rule in rules if rule.notes is not None]
    for at, rule in enumerate(taking):
        if rule.together is not None and workflow.is_workflow:
            yield from rule.together(workflow, [notes[at] for notes in noted], known)


def _placed(step: Step, found: _Findings) -> Iterable[Finding]:
    for finding in found:
        placed = finding.shifted(step.origin)
        yield placed if placed.step is not None else msgspec.structs.replace(placed, step=step.label)


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.span.start, finding.span.end, finding.code
