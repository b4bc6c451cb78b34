"""What steps left for those behind them: outputs, else stand-ins, and what keeps a later step from running."""

import msgspec

from calibrant.engine.inputs import Start
from calibrant.engine.outputs import Records
from calibrant.engine.plan import Plan
from calibrant.engine.standin import stand_in
from calibrant.engine.step import Ended, Given
from calibrant.expressions import Evaluator
from calibrant.model.connector import Registry
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN, holds_unknown
from calibrant.model.workflow import StepBody


class _Left(msgspec.Struct):
    """What a step left for those behind it. `output` is a stand-in, made when first read, where `good` is False.

    `lost`: it should have done something and did not.
    """

    good: bool = False
    output: object = None
    made: bool = False
    provisional: bool = False
    unknown: bool = False
    isolating: str = ""
    lost: bool = False


class Ledger:
    """What the steps of a plan left, by position."""

    def __init__(self, plan: Plan, start: Start, connectors: Registry, records: Records, evaluator: Evaluator) -> None:
        self._plan = plan
        self._start = start
        self._connectors = connectors
        self._records = records
        self._evaluator = evaluator
        self._left: list[_Left | None] = [None] * len(plan.steps)
        self._readers = [0] * len(plan.steps)
        for position, others in enumerate(plan.data):
            for other in others if position not in plan.barred else ():
                self._readers[other] += 1

    def bar(self, position: int) -> None:
        """Note that a step was not called at all."""
        self._left[position] = _Left(lost=True)

    def keep(self, position: int, ended: Ended, isolating: str = "") -> None:
        """Keep what a step left; `isolating` is why it was not run itself, where a failed decision before it is why."""
        if ended.status == "failed" and any(failure.kind is Kind.LOGIC for failure in ended.failures):
            label = self._plan.steps[position].label
            isolating = f"Not run: ‘{label}’, which it depends on, could not be decided."
        self._left[position] = _Left(
            ended.good,
            ended.output,
            ended.good,
            ended.provisional or ended.tentative,
            ended.unknown,
            isolating,
            not ended.good and not ended.declined,
        )

    def let_go(self, position: int) -> None:
        """Drop the outputs that nobody will read any more, now that a step has ended: they may be large."""
        for other in self._plan.data[position]:
            self._readers[other] -= 1
        for other in (position, *self._plan.data[position]):
            left = self._left[other]
            if left is not None and not self._readers[other]:
                self._evaluator.forget(left.output)
                left.output = None

    def lost(self, position: int) -> bool:
        """Tell whether a step that has ended should have done something and did not."""
        left = self._left[position]
        return left is not None and left.lost

    def isolated(self, position: int) -> str:
        """Return why a step behind a failed decision is not run, however far behind it is."""
        for other in self._plan.before[position]:
            left = self._left[other]
            if left is not None and left.isolating:
                return left.isolating
        return ""

    def given(self, position: int) -> Given:
        """Return the values a step may refer to: outputs, else stand-ins for them."""
        scope: dict[str, object] = dict(self._start.scope)
        provisional, unknown = False, self._unknown_value(position)
        for other in self._plan.data[position]:
            left = self._left[other]
            body = self._plan.steps[other].body
            if left is None or body.id is None:
                continue
            if not left.good:
                self._make_stand_in(left, body)
            provisional = provisional or left.provisional or not left.good
            if left.unknown and not unknown:
                unknown = f"It depends on ‘{body.id}’, whose output is not known yet."
            scope[body.id] = left.output
        return Given(scope, provisional, unknown, position)

    def not_real(self, position: int) -> str:
        """Return which step, whose output a step reads, gave nothing real."""
        for other in self._plan.data[position]:
            left = self._left[other]
            if left is not None and (left.provisional or not left.good):
                return self._plan.steps[other].label
        return ""

    def _make_stand_in(self, left: _Left, body: StepBody) -> None:
        if left.made:
            return
        connector = self._connectors.get(body.action or "")
        left.output = stand_in(body, connector.spec.output if connector else None, self._records)
        left.made = True
        left.unknown = holds_unknown(left.output)

    def _unknown_value(self, position: int) -> str:
        """Return which input or secret of a step has no value, in words."""
        for reference in self._plan.references[position]:
            values = self._start.scope.get(reference.root)
            if values is None:
                continue
            named = [values.get(str(reference.path[0]))] if reference.path else list(values.values())
            if any(value is UNKNOWN for value in named):
                return f"It needs ‘{reference}’, which has no value."
        return ""
