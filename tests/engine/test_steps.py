"""One step's life: parameters, elements, timeouts, effects, the end of a run."""

import asyncio
from pathlib import Path

import pytest

from calibrant.model.connector import Connector, Context, Effect, Output, Params
from calibrant.model.event import StepStarted
from calibrant.model.failure import NotRun
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from engine.actions import GIVE, TYPED, Recording, Sleeping, connector, fail
from engine.building import MemoryStore, Steps, run, start, workflow_of


@pytest.mark.parametrize(
    ("given", "code", "parameter", "message", "candidates"),
    [
        (
            {"items": "{{ a.value }}"},
            "shape-mismatch",
            "items",
            "‘items’ takes a list, but ‘a.value’ gives an object. Its field ‘emails’ holds a list.",
            ("a.value.emails",),
        ),
        (
            {"count": "{{ a.value.text }}"},
            "shape-mismatch",
            "count",
            "‘count’ takes a whole number, but ‘a.value.text’ gives text.",
            (),
        ),
        (
            {"text": "{{ a.value.emails }}"},
            "shape-mismatch",
            "text",
            "‘text’ takes text, but ‘a.value.emails’ gives a list. Its only item is text.",
            ("a.value.emails[0]",),
        ),
        ({"count": True}, "shape-mismatch", "count", "‘count’ takes a whole number, but got true or false.", ()),
        (
            {"mode": "slaw"},
            "invalid-value",
            "mode",
            "‘mode’ cannot be ‘slaw’. It takes: fast, slow.",
            ("slow", "fast"),
        ),
        (
            {"text": "{{ a.value.txet }}"},
            "missing-field",
            "text",
            "‘a.value’ has no field called ‘txet’. It has: text, emails.",
            ("text", "emails"),
        ),
    ],
)
async def test_wrong_parameters(
    tmp_path: Path, given: dict[str, object], code: str, parameter: str, message: str, candidates: tuple[str, ...]
) -> None:
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": {"emails": ["x"], "text": "5"}}},
        {"id": "b", "uses": "typed", "with": given},
    ]
    failure = (await run(tmp_path, steps, [GIVE, TYPED])).failure("b")
    assert (failure.code, failure.parameter, failure.message) == (code, (parameter,), message)
    assert failure.candidates == candidates


async def test_all_wrong_parameters_of_a_step_come_out_at_once(tmp_path: Path) -> None:
    steps: Steps = [{"id": "b", "uses": "typed", "with": {"text": 1, "count": "x", "items": "{{ nothing.here }}"}}]
    seen = await run(tmp_path, steps, [TYPED])
    assert {failure.parameter for failure in seen.finished["b"].failures} == {("text",), ("count",), ("items",)}


async def test_nothing_where_data_is_needed_is_a_warning_and_the_step_runs(tmp_path: Path) -> None:
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": []}},
        {"id": "b", "uses": "typed", "with": {"items": "{{ a.value }}"}},
    ]
    seen = await run(tmp_path, steps, [GIVE, TYPED])
    assert seen.status() == {"a": "completed", "b": "completed"}
    assert (seen.failure("b").code, seen.failure("b").kind) == ("empty-data", Kind.EMPTY_DATA)
    assert seen.failure("b").subject == "a.value"


async def test_for_each_keeps_the_order_of_the_list(tmp_path: Path) -> None:
    sleeping = Sleeping()
    steps: Steps = [
        {"id": "a", "uses": "sleep", "for_each": [0.05, 0.01, 0.03], "with": {"value": "{{ item }}"}},
        {"id": "b", "uses": "give", "with": {"value": "{{ a[2].value }} {{ a | length }}"}},
    ]
    store = MemoryStore()
    seen = await run(tmp_path, steps, [sleeping.connector, GIVE], store=store, concurrency=2)
    assert store.last_good("x.workflow.yaml", "a")[1] == [{"value": 0.05}, {"value": 0.01}, {"value": 0.03}]
    assert store.last_good("x.workflow.yaml", "b")[1] == {"value": "0.03 3"}
    assert sleeping.most == 2
    assert seen.end.status == "completed"


async def test_elements_and_steps_together_stay_within_the_concurrency(tmp_path: Path) -> None:
    sleeping = Sleeping()
    steps: Steps = [{"id": f"s{n}", "uses": "sleep", "for_each": [1, 2, 3, 4, 5]} for n in range(4)]
    await run(tmp_path, steps, [sleeping.connector], concurrency=3)
    assert sleeping.most == 3


async def test_failing_elements_are_one_failure_that_says_which(tmp_path: Path) -> None:
    async def odd(params: Params, context: Context) -> Output:
        if params["value"] in (1, 3):
            raise fail("odd", Kind.RUNTIME, f"{params['value']} is odd")
        return {"value": params["value"]}

    steps: Steps = [{"id": "a", "uses": "odd", "for_each": [0, 1, 2, 3, 4], "with": {"value": "{{ index }}"}}]
    seen = await run(tmp_path, steps, [connector("odd", odd)])
    failure = seen.failure("a")
    assert failure.elements == (1, 3)
    assert failure.message == "Elements 2, 4 of 5: 1 is odd"
    assert "3 is odd" in failure.details
    assert seen.status() == {"a": "failed"}


async def test_each_cause_among_the_elements_is_a_failure_of_its_own(tmp_path: Path) -> None:
    steps: Steps = [
        {"id": "a", "uses": "typed", "for_each": ["x", 1], "with": {"text": "{{ item }}", "count": "{{ item }}"}}
    ]
    seen = await run(tmp_path, steps, [TYPED])
    found = {failure.parameter: failure.elements for failure in seen.finished["a"].failures}
    assert found == {("text",): (1,), ("count",): (0,)}


@pytest.mark.parametrize("count", [0, 1])
async def test_for_each_over_few(tmp_path: Path, count: int) -> None:
    store = MemoryStore()
    steps: Steps = [{"id": "a", "uses": "give", "for_each": ["x"] * count, "with": {"value": "{{ item }}{{ index }}"}}]
    seen = await run(tmp_path, steps, [GIVE], store=store)
    assert store.last_good("x.workflow.yaml", "a") == (True, [{"value": "x0"}] * count)
    assert seen.status() == {"a": "completed"}


async def test_for_each_over_something_else(tmp_path: Path) -> None:
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": [1]}},
        {"id": "b", "uses": "give", "for_each": "{{ a }}"},
    ]
    failure = (await run(tmp_path, steps, [GIVE])).failure("b")
    assert failure.code == "shape-mismatch"
    assert failure.message == "‘for_each’ takes a list, but ‘a’ gives an object. Its field ‘value’ holds a list."
    assert failure.candidates == ("a.value",)
    assert failure.span is not None


async def test_a_step_that_takes_too_long(tmp_path: Path) -> None:
    sleeping = Sleeping(30)
    steps: Steps = [{"id": "a", "uses": "sleep", "timeout": 0.05}, {"id": "b", "uses": "give"}]
    seen = await run(tmp_path, steps, [sleeping.connector, GIVE])
    assert seen.status() == {"a": "failed", "b": "completed"}
    assert seen.failure("a").code == "step-timeout"
    assert sleeping.cancelled == 1


async def test_a_timeout_of_the_connectors_own_is_not_taken_for_the_steps(tmp_path: Path) -> None:
    async def slow(params: Params, context: Context) -> Output:
        raise TimeoutError("mine")

    seen = await run(tmp_path, [{"id": "a", "uses": "slow"}], [connector("slow", slow)])
    assert seen.failure("a").code == "connector-error"


async def test_the_runs_time_limit(tmp_path: Path) -> None:
    sleeping = Sleeping(30)
    steps: Steps = [{"id": "a", "uses": "sleep"}, {"id": "b", "uses": "give", "needs": "a"}]
    seen = await run(tmp_path, steps, [sleeping.connector, GIVE], time_limit=0.05)
    assert seen.end.status == "failed"
    assert "time limit of 0.05 seconds" in seen.end.reason
    assert seen.status() == {"a": "not_run"}
    assert sleeping.cancelled == 1


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_cancelling_leaves_nothing_behind(tmp_path: Path, how: str) -> None:
    sleeping = Sleeping(30)
    steps: Steps = [{"id": f"s{n}", "uses": "sleep", "for_each": [1, 2]} for n in range(3)]
    running = start(tmp_path, workflow_of(steps), [sleeping.connector])

    async def consume() -> None:
        async for event in running:
            if isinstance(event, StepStarted) and event.index == 2 and how == "close":
                break

    consumer = asyncio.ensure_future(consume())
    await asyncio.sleep(0.05)
    assert sleeping.now == 6
    if how == "cancel":
        consumer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await consumer
    else:
        await consumer
        await running.aclose()  # type: ignore[attr-defined]
    assert sleeping.cancelled == 6
    assert asyncio.all_tasks() == {asyncio.current_task()}


def effectful(effect: Effect, calls: list[str], *, rehearses: bool = True) -> Connector:
    async def really(params: Params, context: Context) -> Output:
        calls.append("run")
        return {"value": "real"}

    async def rehearse(params: Params, context: Context) -> Output:
        calls.append("rehearse")
        return {"value": "rehearsed"}

    return connector("act", really, effect=effect, rehearse=rehearse if rehearses else None)


@pytest.mark.parametrize(
    ("effect", "live", "called", "status", "behind"),
    [
        (Effect.WRITE, False, "rehearse", "rehearsed", True),
        (Effect.WRITE, True, "run", "completed", False),
        (Effect.WRITE_LOCAL, False, "run", "rehearsed", False),
        (Effect.WRITE_LOCAL, True, "run", "completed", False),
        (Effect.READ, False, "run", "completed", False),
        (Effect.EXECUTE, False, "run", "completed", False),
    ],
)
async def test_what_a_call_touches_decides_how_it_runs(
    tmp_path: Path, effect: Effect, live: bool, called: str, status: str, behind: bool
) -> None:
    calls: list[str] = []
    steps: Steps = [{"id": "a", "uses": "act"}, {"id": "b", "uses": "give", "with": {"value": "{{ a.value }}"}}]
    seen = await run(tmp_path, steps, [effectful(effect, calls), GIVE], live=live)
    assert calls == [called]
    assert seen.status() == {"a": status, "b": "completed"}
    assert seen.finished["b"].provisional is behind
    assert not seen.finished["a"].provisional


async def test_what_a_rehearsal_cannot_know_makes_no_issue(tmp_path: Path) -> None:
    async def really(params: Params, context: Context) -> Output:
        raise AssertionError("a rehearsed call is not made")

    async def rehearse(params: Params, context: Context) -> Output:
        return {"value": UNKNOWN}

    post = connector("act", really, effect=Effect.WRITE, rehearse=rehearse)
    steps: Steps = [{"id": "a", "uses": "act"}, {"id": "b", "uses": "give", "with": {"value": "{{ a.value.id }}"}}]
    seen = await run(tmp_path, steps, [post, GIVE])
    assert seen.status() == {"a": "rehearsed", "b": "skipped"}
    assert not seen.finished["b"].failures


async def test_an_outside_write_that_cannot_be_rehearsed_is_not_run(tmp_path: Path) -> None:
    calls: list[str] = []
    steps: Steps = [{"id": "a", "uses": "act"}]
    seen = await run(tmp_path, steps, [effectful(Effect.WRITE, calls, rehearses=False)])
    assert calls == []
    assert seen.status() == {"a": "not_run"}
    assert "--live" in seen.finished["a"].reason


async def test_not_run_is_no_failure(tmp_path: Path) -> None:
    async def refuse(params: Params, context: Context) -> Output:
        raise NotRun("The workspace is not trusted.")

    steps: Steps = [{"id": "a", "uses": "act"}, {"id": "b", "uses": "give", "with": {"value": "{{ a.value }}"}}]
    seen = await run(tmp_path, steps, [connector("act", refuse), GIVE])
    assert seen.status() == {"a": "not_run", "b": "skipped"}
    assert seen.finished["a"].reason == "The workspace is not trusted."
    assert seen.finished["a"].failures == ()


async def test_an_output_that_cannot_be_stored_is_an_error(tmp_path: Path) -> None:
    async def odd(params: Params, context: Context) -> Output:
        return {"value": {"deep": object()}}

    seen = await run(tmp_path, [{"id": "a", "uses": "odd"}], [connector("odd", odd)])
    assert seen.failure("a").code == "unstorable-output"
    assert "value.deep" in seen.failure("a").message


async def test_events_of_a_long_run_come_while_it_runs(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [{"id": f"s{n}", "uses": "seen"} for n in range(3000)]
    called_when_first_came = -1
    async for event in start(tmp_path, workflow_of(steps), [seen_by.connector]):
        if isinstance(event, StepStarted) and called_when_first_came < 0:
            called_when_first_came = len(seen_by.calls)
    assert called_when_first_came < 3000
