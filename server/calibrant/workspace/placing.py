"""Where the findings of an earlier run stand in the text of now."""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.nodes import at_path
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow


def place(findings: Iterable[Finding], ran: Workflow, now: Workflow) -> list[Finding]:
    """Return the findings of a run of `ran` that still hold in `now`, moved to where their steps stand.

    A finding falls away when the text of its step was edited, or, outside the steps, the text it stands on.
    """
    return [there for there in moved(findings, ran, now) if there]


def moved(findings: Iterable[Finding], ran: Workflow, now: Workflow) -> list[Finding | None]:
    """Return, for each finding of a run of `ran`, where it stands in `now`; None where it fell away, as with `place`."""
    if ran.text == now.text:
        return list(findings)
    moves = _Moves(ran, now)
    return [_placed(finding, moves) for finding in findings]


def same_steps(ran: Workflow, now: Workflow) -> list[int | None]:
    """Return for each step of `ran` the position in `now` of the step with the same text; of equal ones the nth stays the nth."""
    if ran.text == now.text:
        return [step.index for step in now.steps]
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for step in now.steps:
        waiting[step.body.text].append(step.index)
    return [waiting[step.body.text].popleft() if waiting[step.body.text] else None for step in ran.steps]


def by_step(findings: Iterable[Finding], workflow: Workflow) -> dict[int | None, list[Finding]]:
    """Return the findings by the position of the step that they stand in; None: in none."""
    origins = [step.origin for step in workflow.steps]
    out: dict[int | None, list[Finding]] = defaultdict(list)
    for finding in findings:
        out[_step_at(finding.span, workflow, origins)].append(finding)
    return dict(out)


def outside(findings: Iterable[Finding], steps: AbstractSet[int], ran: Workflow, now: Workflow) -> list[Finding]:
    """Return the findings, of `now`, that stand in none of these steps of `ran`."""
    there = {at for number, at in enumerate(same_steps(ran, now)) if number in steps}
    return [one for at, some in by_step(findings, now).items() if at is None or at not in there for one in some]


def _step_at(span: Span, workflow: Workflow, origins: Sequence[int]) -> int | None:
    """Return the position of the step that a span lies in, its end included; `origins` are those of the steps."""
    at = bisect_right(origins, span.start) - 1
    end = origins[at] + len(workflow.steps[at].body.text) if at >= 0 else -1
    return at if span.start < end or span == Span(end, end) else None


def by_label(workflow: Workflow) -> dict[str, Step]:
    """Return the steps by what they are called; of two of one name the first."""
    return {step.label: step for step in reversed(workflow.steps)}


def roughly(finding: Finding, now: Workflow, steps: Mapping[str, Step]) -> Span:
    """Return where to show a finding that fell away: at what stands at its path now, else its step, else the start.

    `steps` are those of `now`, see `by_label`.
    """
    step = steps.get(finding.step) if finding.step is not None else None
    if step is None:
        there = at_path(now.root, finding.where) if finding.where and finding.step is None else None
        return there.span if there and _within(there.span, Span(0, len(now.text))) else Span(0, 0)
    there = at_path(step.body.node, finding.where) if finding.where else None
    return step.at(there.span) if there and _within(there.span, step.body.node.span) else step.head


def _within(inner: Span, outer: Span) -> bool:
    """Tell whether a span lies in another: what an alias stands for has a place of its own, elsewhere."""
    return outer.start <= inner.start <= inner.end <= outer.end


def _placed(finding: Finding, moves: "_Moves") -> Finding | None:
    by = moves.of(finding.span)
    if by is None:
        return None
    related = []
    for here in finding.related:
        shift = 0 if here.path else moves.of(here.span)
        if shift is not None:
            related.append(msgspec.structs.replace(here, span=here.span.shift(shift)))
    return msgspec.structs.replace(finding, span=finding.span.shift(by), related=tuple(related))


class _Moves:
    """By how much each part of the earlier text has moved."""

    def __init__(self, ran: Workflow, now: Workflow) -> None:
        self._ran, self._now = ran, now
        self._origins = [step.origin for step in ran.steps]
        pairs = zip(ran.steps, same_steps(ran, now), strict=True)
        self._steps = [None if at is None else now.steps[at].origin - step.origin for step, at in pairs]

    @cached_property
    def _head(self) -> int:
        """How many characters at the start are the same."""
        return _common(self._ran.text, self._now.text)

    @cached_property
    def _tail(self) -> int:
        """Where the characters at the end of the earlier text begin that are the same."""
        left = min(len(self._ran.text), len(self._now.text)) - self._head
        ran, now = self._ran.text, self._now.text
        return len(ran) - _common(ran[len(ran) - left :][::-1], now[len(now) - left :][::-1])

    def of(self, span: Span) -> int | None:
        """Return by how many code points the span has moved; None where its text, or what touches it, was edited."""
        at = _step_at(span, self._ran, self._origins)
        if at is not None:
            return self._steps[at]
        if span.end < self._head:
            return 0
        return len(self._now.text) - len(self._ran.text) if span.start > self._tail else None


def _common(one: str, other: str) -> int:
    """Return how many characters two texts share at their start, by halving (a loop over the characters is slow)."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
