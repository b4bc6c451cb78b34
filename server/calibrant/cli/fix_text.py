"""What `calibrant fix` tells: what is on offer, what was applied, what was left out and why, and what to do next."""

import difflib
import re
import shlex
from collections.abc import Iterator, Sequence

import msgspec

from calibrant.cli.targets import Target
from calibrant.model.fix import Fix, best_safe
from calibrant.report.visible import one_line, visible
from calibrant.rules.concealing import concealer, confidential
from calibrant.workspace.calibration import Outcome, RunOptions
from calibrant.workspace.fixing import Plan

_STEERED = re.compile(r"[^\t\n]+")


class Wanted(msgspec.Struct, frozen=True):
    """What the user asks for: all `safe` fixes, or those with these `ids`, which may be kept although they do not hold."""

    safe: bool
    ids: tuple[str, ...]
    keep: bool
    dry_run: bool
    options: RunOptions


def offers(outcome: Outcome, target: Target) -> Iterator[str]:
    """Yield the fixes on offer with their ids, issue by issue."""
    if not outcome.fixes:
        yield f"No fixes on offer for {target.shown}."
        return
    for issue in outcome.result.issues.all:
        if issue.id in outcome.fixes:
            yield one_line(f"{issue.code}: {issue.finding.message}")
            for fix in outcome.fixes[issue.id]:
                yield one_line(f"    {fix.id}  {fix.safety:<6}  {fix.title}{_beside(fix)}")
    yield f"Apply with: calibrant fix {shlex.quote(target.shown)} --safe, or --fix ID (again for each further one)."


def _beside(fix: Fix) -> str:
    """Return what a trial said of a fix, to stand behind its title."""
    if fix.verified:
        return f"  [verified{f', {fix.outcome}' if fix.outcome else ''}]"
    if fix.verified is False:
        return f"  [tried: {fix.outcome}]"
    return f"  [not verified: {fix.outcome}]" if fix.outcome else ""


def diff(plan: Plan, outcome: Outcome, target: Target, *, steerable: bool) -> Iterator[str]:
    """Yield what a plan changes, as a unified diff that `patch -p1` takes where no credential is hidden in it.

    `outcome` is of the text before. `steerable`: a terminal reads it, to which the file's own characters must not speak.
    """
    name = one_line(target.shown.removeprefix("/"))
    hidden = concealer(confidential(outcome.workflow, (issue.finding for issue in outcome.result.issues.all)))
    before, after = _lines(plan.before), _lines(plan.after)
    for shown in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm=""):
        line = hidden(shown)
        yield _STEERED.sub(lambda kept: visible(kept[0]), line) if steerable else line


def _lines(text: str) -> list[str]:
    """Return the lines of a text as a diff has them: with their carriage returns, and a mark where the last has no end."""
    lines = text.split("\n") if "\n" in text else text.splitlines()
    if lines and not lines[-1]:
        return lines[:-1]
    return [*lines[:-1], f"{lines[-1]}\n\\ No newline at end of file"] if lines else []


def told(plan: Plan, verb: str) -> Iterator[str]:
    """Yield each fix of a plan, and how it verified."""
    codes = {issue.id: issue.code for issue in plan.issues}
    how = {True: "verified", None: "not verified", False: "although it does not hold"}[plan.verdict.holds]
    for fix in plan.fixes:
        answered = f" ({codes[fix.issue]})" if fix.issue in codes else ""
        yield one_line(f"{verb}, {how}: {fix.title}{answered}")
    if plan.fixes and not plan.verdict.holds:
        yield one_line(plan.verdict.reason)


def left_out(plan: Plan, outcome: Outcome, target: Target, wanted: Wanted) -> Iterator[str]:
    """Yield which fixes are left out and why, and how to have those all the same that were run and did not hold."""
    for one in plan.left:
        yield one_line(f"Left out: {one.fix.title}. {one.why}")
        if one.failed:
            yield _all_the_same(one.fix, target, wanted)
    if wanted.safe:
        for fixes in outcome.fixes.values():  # those that no run was worth, and in whose place no other is applied
            safe = [fix for fix in fixes if fix.safety == "safe"]
            if safe and best_safe(safe) is None:
                yield one_line(f"Left out: {safe[0].title}. Tried: {safe[0].outcome}")
                yield _all_the_same(safe[0], target, wanted)


def _all_the_same(fix: Fix, target: Target, wanted: Wanted) -> str:
    trust = " --trust" if wanted.options.trust else ""
    return f"    To have it all the same: calibrant fix {shlex.quote(target.shown)} --fix {fix.id} --keep{trust}"


def nothing_done(plan: Plan, target: Target, left: Sequence[str]) -> Iterator[str]:
    """Yield that the file is as it was, and where to go from there; `left` is what was told to be left out."""
    if not left:
        yield "There is nothing to do: no safe fix is on offer."
    if plan.remaining.fixes:
        yield f"For the fixes that are yours to choose: calibrant fix {shlex.quote(target.shown)}"
    yield "Nothing was changed."
