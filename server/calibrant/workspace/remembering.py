"""What is remembered of the steps of one workflow: how each came to its last end, what it gave lately, and who is at it now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import dropwhile, takewhile

import msgspec

from calibrant.ide.view import NOTHING, StepRun
from calibrant.model.observed import Observed, merged
from calibrant.model.preview import concealed
from calibrant.model.seen import Seen, decode_seen
from calibrant.model.session import StepRecord
from calibrant.model.workflow import Step, Workflow
from calibrant.workspace.definition import definition, form, form_of

Hide = Callable[[str], str]

LATELY = 4
"""Runs in which a step gave something that are taken together."""


class _Gave(msgspec.Struct, frozen=True):
    """What a step gave in one run; `form` is as in `definition.form`."""

    session: str
    form: str
    observed: bytes


class _Lately:
    """One step. `at_work` is the definition that a run is at now, and `session` that run's; empty where none is."""

    def __init__(self) -> None:
        self.last: StepRecord | None = None
        self.gave: list[_Gave] = []
        self.at_work = ""
        self.session = ""
        self._told: tuple[str, Observed, Seen, str] | None = None

    def take(self, record: StepRecord, *, newest: bool) -> None:
        """Take in how the step came to an end: the newest one, or one that is older than all that are known."""
        if newest or self.last is None:
            self.last = record
        if record.observed and all(one.session != record.session for one in self.gave):
            gave = _Gave(record.session, form_of(record.definition), record.observed)
            self.gave = [gave, *self.gave][:LATELY] if newest else [*self.gave, gave][:LATELY]
            self._told = None

    def seen(self, wanted: str) -> tuple[Observed, Seen, str] | None:
        """Return what the step gave lately in a form, in the newest run alone, and that run; None where it gave nothing in it.

        What it gave before it had another form counts no longer.
        """
        if self._told is None or self._told[0] != wanted:
            self._told = self._read(wanted)
        return self._told[1:] if self._told else None

    def _read(self, wanted: str) -> tuple[str, Observed, Seen, str] | None:
        given = list(takewhile(lambda one: one.form == wanted, dropwhile(lambda one: one.form != wanted, self.gave)))
        newest = decode_seen(given[0].observed) if given else None
        if newest is None:
            return None
        observed = newest.observed
        # Most runs give what the one before gave: that is told once, for it would say nothing more.
        for data in dict.fromkeys(one.observed for one in given):
            seen = decode_seen(data) if data != given[0].observed else None
            if seen is not None and seen.observed != newest.observed:
                observed = merged(observed, seen.observed)
        return wanted, observed, newest, given[0].session


class Remembered:
    """The steps of one workflow, by label."""

    def __init__(self) -> None:
        self._steps: dict[str, _Lately] = {}

    def load(self, records: Sequence[StepRecord]) -> None:
        """Take in what is recorded, newer runs first; what is known already is newer."""
        for record in records:
            self._of(record.id).take(record, newest=False)

    def began(self, label: str, session: str, defined: str) -> None:
        """Note that a run is at a step."""
        lately = self._of(label)
        lately.at_work, lately.session = defined, session

    def ended(self, record: StepRecord) -> None:
        """Take in how a step came to its end just now."""
        lately = self._of(record.id)
        lately.at_work = lately.session = ""
        lately.take(record, newest=True)

    def over(self, session: str) -> None:
        """Note that a run is at no step any longer."""
        for lately in self._steps.values():
            if lately.session == session:
                lately.at_work = lately.session = ""

    def of(self, workflow: Workflow, *, previews: bool, hide: Hide = str) -> Mapping[str, StepRun]:
        """Return what is known of the steps of a text, each looked up when it is asked for.

        `hide` takes out of values what is a secret now: when they were kept, nobody may have known that it was one.
        """
        return _Known(self._steps, workflow, hide if previews else None) if self._steps else {}

    def _of(self, label: str) -> _Lately:
        return self._steps.setdefault(label, _Lately())


class _Known(Mapping[str, StepRun]):
    """What is known of the steps of one text, by label. A step that only got another id is still the same."""

    def __init__(self, steps: Mapping[str, _Lately], workflow: Workflow, hide: Hide | None) -> None:
        """Without `hide` no value is shown at all."""
        self._lately = dict(steps)
        self._workflow = workflow
        self._hide = hide
        self._runs: dict[str, StepRun] = {}

    def __getitem__(self, label: str) -> StepRun:
        if label not in self._runs:
            self._runs[label] = self._run(self._steps[label])
        return self._runs[label]

    def __iter__(self) -> Iterator[str]:
        return (label for label, step in self._steps.items() if self._of(step) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @cached_property
    def _steps(self) -> Mapping[str, Step]:
        steps: dict[str, Step] = {}
        for step in self._workflow.steps:
            steps.setdefault(step.label, step)
        return steps

    @cached_property
    def _former(self) -> Mapping[str, str]:
        """Return the labels that steps had which have another one now: those that say the same apart from that."""
        gone = [label for label in self._lately if label not in self._steps or label.startswith("#")]
        new = [step for label, step in self._steps.items() if label not in self._lately or step.id is None]
        if not gone or not new:
            return {}
        said = _unique((lately.definition, label) for label in gone if (lately := self._lately[label].last))
        meant = _unique((definition(step.body), step.label) for step in new)
        return {label: said[of] for of, label in meant.items() if of in said}

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        return {label: former for label, former in self._former.items() if not former.startswith("#")}

    def _of(self, step: Step) -> _Lately | None:
        """Return what is known of a step. A place in the file says nothing of which step it was."""
        named = step.id is not None and step.label in self._lately
        label = step.label if named else self._former.get(step.label)
        lately = self._lately[label] if label is not None else None
        return lately if lately and (lately.last or lately.at_work) else None

    def _run(self, step: Step) -> StepRun:
        lately = self._of(step)
        if lately is None:
            raise KeyError(step.label)
        now = form(step.body)
        observed, seen, session = lately.seen(now) or (None, None, "")
        last = lately.last
        told = lately.at_work or (last.definition if last else "")
        run = StepRun(
            "running" if lately.at_work else last.status if last else "skipped",
            session=lately.session or (last.session if last else ""),
            outdated=not self._says(step, told),
            observed=observed,
            latest=seen.observed if seen else None,
            preview=concealed(seen.preview, self._hide) if seen and self._hide else NOTHING,
            earlier=seen is not None and session != (lately.session or (last.session if last else "")),
        )
        if lately.at_work or last is None:
            return run
        return msgspec.structs.replace(
            run, reason=last.reason, seconds=last.seconds, provisional=last.provisional, reused=last.reused
        )

    def _says(self, step: Step, told: str) -> bool:
        """Tell whether a step says what it said then; that others it refers to have new names makes no difference."""
        if definition(step.body) == told:
            return True
        return bool(self._renamed) and definition(step.body, self._renamed) == told


def _unique(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Return the pairs whose first part stands in one of them alone."""
    found: dict[str, str] = {}
    double: set[str] = set()
    for key, value in pairs:
        if key in found:
            double.add(key)
        found[key] = value
    return {key: value for key, value in found.items() if key not in double}
