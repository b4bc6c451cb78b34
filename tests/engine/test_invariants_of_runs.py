"""Whatever the workflow: each step ends once, after what it waits for, and the run comes to its end."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.connector import Context, Effect, Output, Params
from calibrant.model.event import RunFinished, RunStarted, StepFinished, StepStarted
from calibrant.model.issue import Kind
from calibrant.model.ports import StoreError
from engine.actions import GIVE, VALUE, connector, fail
from engine.building import MemoryStore, Seen, Steps, run

KINDS = [None, Kind.AUTH, Kind.CONNECTION, Kind.LOGIC, Kind.RUNTIME, Kind.UNKNOWN]


async def _act(params: Params, context: Context) -> Output:
    match params.get("value"):
        case ["sleep", *_]:
            await asyncio.sleep(0.001)
        case ["fail", number, *_] if isinstance(number, int):
            raise fail("broke", KINDS[number % len(KINDS)])
    return {"value": params.get("value")}


ACT = connector("act", _act, VALUE, effect=Effect.EXECUTE, origin=lambda _params: "http://x")


@st.composite
def workflows(draw: st.DrawFn) -> Steps:
    count = draw(st.integers(1, 12))
    steps: Steps = []
    for number in range(count):
        others = st.integers(0, count - 1)
        verb = draw(st.sampled_from(["give", "sleep", "fail"]))
        read = [f"{{{{ s{other}.value }}}}" for other in draw(st.lists(others, max_size=2)) if draw(st.booleans())]
        step: dict[str, Any] = {
            "id": f"s{number}",
            "uses": "act",
            "needs": [f"s{other}" for other in draw(st.lists(others, max_size=2))],
            "with": {"value": [verb, draw(st.integers(0, 5)), *read]},
        }
        if draw(st.integers(0, 4)) == 0:
            step["sample"] = {"value": draw(st.sampled_from([1, "x", [1]]))}
        if draw(st.integers(0, 4)) == 0:
            step["if"] = draw(st.sampled_from(["true", "false", f"s{draw(others)}.value", "nothing.there"]))
        if draw(st.integers(0, 4)) == 0:
            step["for_each"] = draw(st.sampled_from([[], [1, 2, 3], f"{{{{ s{draw(others)}.value }}}}"]))
        steps.append(step)
    return steps


@settings(max_examples=150, deadline=None)
@given(workflows(), st.integers(1, 4), st.sampled_from(["isolate", "stop"]))
def test_every_run_ends_well(steps: Steps, concurrency: int, on_fatal: str) -> None:
    seen = asyncio.run(run(Path("/nowhere"), steps, [ACT], concurrency=concurrency, on_fatal=on_fatal))
    assert isinstance(seen.events[0], RunStarted)
    assert [event for event in seen.events if isinstance(event, RunFinished)] == [seen.end]
    ended: dict[str, int] = {}
    began: dict[str, int] = {}
    for at, event in enumerate(seen.events):
        if isinstance(event, StepFinished):
            assert event.step not in ended
            ended[event.step] = at
        elif isinstance(event, StepStarted):
            began[event.step] = at
    for step in steps:
        for need in step["needs"]:
            if step["id"] in began:
                assert ended[need] < began[step["id"]]
    assert set(began) <= set(ended)
    if on_fatal == "isolate":
        assert seen.end.status == "completed"
        assert len(ended) == len(steps)
    for event in seen.finished.values():
        assert event.status == "completed" or event.reason or event.failures


class BrokenStore(MemoryStore):
    """A store whose disk is full at some point."""

    def __init__(self, broken: str) -> None:
        super().__init__()
        self.broken = broken

    def put(self, **given: Any) -> bytes:
        self._maybe("put")
        return super().put(**given)

    def get(self, key: str) -> tuple[bool, object]:
        self._maybe("get")
        return super().get(key)

    def last_good(self, workflow: str, step: str) -> tuple[bool, object]:
        self._maybe("last_good")
        return super().last_good(workflow, step)

    def flush(self) -> None:
        self._maybe("flush")

    def _maybe(self, now: str) -> None:
        if now == self.broken:
            raise StoreError("The disk is full. Make room in /state.")


@pytest.mark.parametrize("broken", ["put", "get", "last_good", "flush"])
async def test_trouble_with_the_store_costs_no_step_and_is_told_at_the_end(tmp_path: Path, broken: str) -> None:
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": 1}},
        {"id": "bad", "uses": "act", "with": {"value": ["fail", 4]}, "sample": {"value": 2}},
        {"id": "b", "uses": "give", "with": {"value": "{{ bad.value }}"}},
    ]
    seen: Seen = await run(tmp_path, steps, [GIVE, ACT], store=BrokenStore(broken), resume="partial")
    assert seen.status() == {"a": "completed", "bad": "failed", "b": "completed"}
    assert seen.end.status == "failed"
    assert "The disk is full. Make room in /state." in seen.end.reason
    assert [problem.failure.code for problem in seen.problems] == ["store-failed"]
