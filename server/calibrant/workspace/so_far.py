"""What a run found so far, in place of what was known of the steps that it has come to."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

import msgspec

from calibrant import failures, rules
from calibrant.model.event import Event, RunFinished, RunStatus, StepFinished, StepStarted
from calibrant.model.issue import Finding
from calibrant.model.session import SessionResult, StepResult, digest_of_text, result_of
from calibrant.model.settings import Settings
from calibrant.model.workflow import Step, Workflow
from calibrant.workspace.analysis import Analysis
from calibrant.workspace.placing import by_step, place, same_steps


class Known(msgspec.Struct, frozen=True, eq=False):
    """What runs found of one text: findings with the user's settings applied, and how each step ended, None where unknown.

    `ended` are the positions of the steps that a run under way has come to.
    """

    workflow: Workflow
    findings: tuple[Finding, ...]
    steps: Sequence[StepResult | None]
    ended: AbstractSet[int] = frozenset()


class SoFar:
    """One run, as far as it was heard. What was known before counts for each step until the run has come to its end.

    It may be what a fix is measured by (`result`), while the run goes on or after it was cut short.
    """

    def __init__(self, session: str, path: str, settings: Settings, analysis: Analysis, before: Known | None) -> None:
        """`path` is as in results; `analysis` is of the text that runs."""
        self.session = session
        self.workflow = analysis.workflow
        self._path = path
        self._settings = settings
        self._static = analysis.findings
        self._findings: dict[int, tuple[Finding, ...]] = {}
        self._steps: dict[int, StepResult] = {}
        self._ended: set[int] = set()
        self._whole: tuple[Finding, ...] = ()
        self._whole_before: tuple[Finding, ...] = ()
        self._status: RunStatus = "cancelled"
        self._cached: tuple[Finding, ...] | None = None
        if before:
            self._take(before)

    @property
    def is_whole(self) -> bool:
        """Tell whether all that is known here is what the run itself found."""
        return not self._whole_before and self._findings.keys() <= self._ended

    def hear(self, event: Event, findings: Sequence[Finding]) -> bool:
        """Take an event with the findings it holds, in the offsets of the text that runs; tells whether issues change by it."""
        changed = False
        if isinstance(event, RunFinished):
            self._status = event.status
        elif isinstance(event, StepStarted | StepFinished):
            changed = bool(self._whole_before)  # what the run says of its inputs comes before its first step
            self._whole_before = ()
            if isinstance(event, StepFinished):
                changed |= self._end(event, tuple(findings))
        else:
            changed = bool(findings)
            self._whole += tuple(findings)
        if changed:
            self._cached = None
        return changed

    def findings(self) -> tuple[Finding, ...]:
        """Return what is known now, with the settings and the ignores of the text applied."""
        if self._cached is None:
            found = chain(self._whole_before, self._whole, *self._findings.values())
            self._cached = tuple(failures.apply(rules.unsilenced(self.workflow, found), self._settings))
        return self._cached

    def known(self, *, going: bool = False) -> Known:
        """Return what is known now; `going`: the run is under way."""
        steps = [self._steps.get(step.index) for step in self.workflow.steps]
        return Known(self.workflow, self.findings(), steps, self._ended if going else frozenset())

    @property
    def result(self) -> SessionResult:
        """The result of the run as far as it came, with what is still known of the steps that it has not come to."""
        groups = failures.group(self._path, (*self._static, *self.findings()))
        steps = tuple(self._steps.get(step.index) or _unreached(step) for step in self.workflow.steps)
        return SessionResult(
            session=self.session,
            path=self._path,
            status=self._status,
            summary=failures.summarise(groups, steps),
            issues=groups,
            steps=steps,
            text=digest_of_text(self.workflow.text),
        )

    def _take(self, before: Known) -> None:
        """Begin with what was known of each step whose text is the same, and of the workflow as a whole."""
        here = by_step(place(before.findings, before.workflow, self.workflow), self.workflow)
        self._whole_before = tuple(here.pop(None, ()))
        self._findings = {at: tuple(findings) for at, findings in here.items() if at is not None}
        for result, at in zip(before.steps, same_steps(before.workflow, self.workflow), strict=True):
            if at is not None and result is not None:
                self._steps[at] = msgspec.structs.replace(result, id=self.workflow.steps[at].label)

    def _end(self, event: StepFinished, findings: tuple[Finding, ...]) -> bool:
        self._ended.add(event.index)
        self._steps[event.index] = result_of(event)
        if self._findings.get(event.index, ()) == findings:
            return False
        self._findings[event.index] = findings
        return True


def _unreached(step: Step) -> StepResult:
    return StepResult(step.label, "skipped", reason="The run has not come to this step.")
