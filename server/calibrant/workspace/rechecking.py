"""Fixes of workflows that are only checked, tried by reading the text with each of them again; nothing is run or written."""

from pathlib import Path

import msgspec

from calibrant import failures
from calibrant.dialects import write
from calibrant.model.applied import Verdict
from calibrant.model.change import CannotChange
from calibrant.model.connector import Specs
from calibrant.model.fix import CHECKED, Fix
from calibrant.model.issue import Issue
from calibrant.model.session import Groups
from calibrant.model.settings import Settings
from calibrant.model.text import apply_edits
from calibrant.model.workflow import Workflow
from calibrant.workspace.analysis import Analysis, GroundOf, analyse, around_on_disk, nowhere, standing_on
from calibrant.workspace.verdict import READS_WELL, brought_by, standing


class Bench(msgspec.Struct, frozen=True):
    """A workflow as it was read and checked: what fixes are tried on. `issues` are those that were found in it."""

    path: Path
    analysis: Analysis
    settings: Settings
    issues: tuple[Issue, ...]

    def recheck(self, fix: Fix) -> Verdict:
        """Return whether a fix holds: its issue is gone and there is no new error; None where it cannot be written."""
        workflow = self.analysis.workflow
        try:
            text = apply_edits(workflow.text, write(str(self.path), workflow, fix.changes))
        except CannotChange as error:
            return Verdict(None, str(error))
        specs: Specs = {}
        ground = standing_on(self.analysis.checked.ground)
        again = analyse(str(self.path), text, specs, self.settings, self.analysis, around_on_disk, ground)
        assert again is not None, "the name of a workflow that was checked is that of a workflow"
        found = failures.group("", again.findings)
        return self._verdict(fix, found, again.workflow)

    def _verdict(self, fix: Fix, found: Groups, after: Workflow) -> Verdict:
        before = failures.group("", self.analysis.findings).all
        mended = [one for one in self.issues if one.id == fix.issue]
        places = {(one.code, one.finding.span) for one in mended}
        own = [one for one in before if (one.code, one.finding.span) in places]
        for issue in own:
            still = standing(issue, {one.id for one in before}, found.all)
            if still is not None:
                return Verdict(False, still.finding.message)
        new = brought_by(own, before, found.all, after)
        return Verdict(False, new.finding.message) if new is not None else Verdict(True, READS_WELL)


def bench(path: Path, text: str, settings: Settings, issues: tuple[Issue, ...], ground_of: GroundOf = nowhere) -> Bench:
    """Read and check a text, for fixes to be tried on it."""
    specs: Specs = {}
    analysis = analyse(str(path), text, specs, settings, None, around_on_disk, ground_of)
    assert analysis is not None, "the name of a workflow that was checked is that of a workflow"
    return Bench(path, analysis, settings, issues)


def with_verdict(fix: Fix, verdict: Verdict) -> Fix:
    """Return a fix with what trying it found; one that cannot be written does not hold."""
    return msgspec.structs.replace(
        fix, verified=verdict.holds is True, outcome=CHECKED if verdict.holds else verdict.reason
    )
