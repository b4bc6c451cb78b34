"""How a run goes on after failures: stand-ins, isolation, retries, the end by `on_fatal: stop`."""

from pathlib import Path

import pytest

from calibrant.engine.continuation import LONGEST_PAUSE, attempts, pause
from calibrant.model.connector import Connector, Context, Effect, Params
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.workflow import Retry
from engine.actions import GIVE, TYPED, Failing, Recording, Sleeping, connector, remote
from engine.building import MemoryStore, Steps, run

GOES_ON = sorted(set(Kind) - {Kind.AUTH, Kind.CONNECTION, Kind.LOGIC, Kind.EMPTY_DATA})


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calibrant.engine.continuation.DEFAULT_RETRY", Retry(3, 0.001))


@pytest.mark.parametrize("kind", [None, *GOES_ON])
async def test_the_run_goes_on_and_finds_the_issue_hidden_behind_the_failure(tmp_path: Path, kind: Kind | None) -> None:
    steps: Steps = [
        {"id": "fetch", "uses": "broken", "sample": {"emails": [{"subject": "x"}], "account": {"name": "ops"}}},
        {"id": "use", "uses": "typed", "with": {"items": "{{ fetch.account }}", "text": "{{ fetch.account.name }}"}},
        {"id": "other", "uses": "give"},
    ]
    seen = await run(tmp_path, steps, [Failing(kind).connector, TYPED, GIVE])
    assert seen.status() == {"fetch": "failed", "use": "failed", "other": "completed"}
    hidden = seen.failure("use")
    assert (hidden.code, hidden.kind, hidden.parameter) == ("shape-mismatch", Kind.DATA_SHAPE, ("items",))
    assert seen.finished["use"].provisional
    assert not seen.finished["fetch"].provisional
    assert seen.end.status == "completed"


async def test_stand_ins_the_last_good_output_before_the_sample_before_the_shape(tmp_path: Path) -> None:
    store = MemoryStore()
    seen_by = Recording()
    good: Steps = [
        {"id": "fetch", "uses": "give", "with": {"value": "recorded"}},
        {"id": "use", "uses": "seen", "with": {"value": "{{ fetch.value }}"}},
    ]
    await run(tmp_path, good, [GIVE, seen_by.connector], store=store)
    bad: Steps = [{"id": "fetch", "uses": "broken", "sample": {"value": "sample"}}, good[1]]
    connectors = [Failing(None).connector, seen_by.connector]
    with_record = await run(tmp_path, bad, connectors, store=store)
    with_sample = await run(tmp_path, bad, connectors)
    assert seen_by.values == ["recorded", "recorded", "sample"]
    assert with_record.finished["use"].provisional
    assert with_sample.finished["use"].provisional
    assert store.last_good("x.workflow.yaml", "use") == (True, {"value": "recorded"})


async def test_a_provisional_output_is_never_the_last_good_one(tmp_path: Path) -> None:
    store = MemoryStore()
    steps: Steps = [
        {"id": "fetch", "uses": "broken", "sample": {"value": "sample"}},
        {"id": "use", "uses": "give", "with": {"value": "{{ fetch.value }}"}},
    ]
    await run(tmp_path, steps, [Failing(None).connector, GIVE], store=store)
    assert store.last_good("x.workflow.yaml", "use") == (False, None)


async def test_on_a_shape_the_step_is_not_called_but_checked_as_far_as_known(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "fetch", "uses": "broken"},
        {"id": "use", "uses": "seen", "with": {"value": "{{ fetch.emails[0].subject }}"}},
        {"id": "further", "uses": "seen", "with": {"value": "{{ use.value.anything }}"}},
        {"id": "no_field", "uses": "seen", "with": {"value": "{{ fetch.accounts }}"}},
        {
            "id": "no_choice",
            "uses": "typed",
            "with": {"text": "{{ fetch.account.name }}", "mode": "quick", "count": "3"},
        },
        {"id": "needs_only", "uses": "give", "needs": ["fetch"]},
        {"id": "decided", "uses": "give", "if": "fetch.emails | length > 0"},
        {"id": "each", "uses": "give", "for_each": "{{ fetch.emails }}", "with": {"value": "{{ item.subject }}"}},
    ]
    seen = await run(tmp_path, steps, [Failing(None).connector, seen_by.connector, TYPED, GIVE])
    assert seen_by.calls == []
    assert seen.status() == {
        "fetch": "failed",
        "use": "skipped",
        "further": "skipped",
        "no_field": "failed",
        "no_choice": "failed",
        "needs_only": "completed",
        "decided": "skipped",
        "each": "skipped",
    }
    assert seen.finished["use"].reason == "It depends on ‘fetch’, whose output is not known yet."
    assert seen.finished["further"].reason == "It depends on ‘use’, whose output is not known yet."
    assert seen.finished["use"].failures == ()
    assert (seen.failure("no_field").code, seen.failure("no_field").candidates[0]) == ("missing-field", "account")
    assert [failure.parameter for failure in seen.finished["no_choice"].failures] == [("count",), ("mode",)]
    assert all(seen.finished[step].provisional for step in ("use", "no_field", "no_choice", "decided", "each"))
    assert not seen.finished["needs_only"].provisional


async def test_an_unknown_value_that_is_not_used_holds_nothing_up(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "fetch", "uses": "broken", "sample": {"a": 1}},
        {"id": "other", "uses": "broken"},
        {"id": "use", "uses": "seen", "with": {"value": "{{ 'x' if fetch.a else other.emails }}"}},
    ]
    seen = await run(tmp_path, steps, [Failing(None).connector, seen_by.connector])
    assert seen_by.values == ["x"]
    assert seen.finished["use"].provisional


async def test_an_unreachable_origin_is_not_tried_again_but_others_are(tmp_path: Path) -> None:
    connector, calls = remote({"http://down a": Kind.CONNECTION})
    steps: Steps = [
        {"id": "first", "uses": "remote", "with": {"value": "http://down a"}, "sample": {"value": "http://up a"}},
        {"id": "same", "uses": "remote", "needs": ["first"], "with": {"value": "http://down b"}},
        {"id": "other", "uses": "remote", "with": {"value": "{{ first.value }}"}},
    ]
    seen = await run(tmp_path, steps, [connector])
    assert seen.status() == {"first": "failed", "same": "skipped", "other": "completed"}
    assert seen.finished["same"].reason == "Not tried: ‘first’ could not reach http://down."
    assert calls == ["http://down a"] * 3 + ["http://up a"]
    assert seen.failure("first").origin == "http://down"


async def test_steps_that_fail_together_do_not_each_go_on_trying(tmp_path: Path) -> None:
    connector, calls = remote({"http://down a": Kind.CONNECTION})
    with_retry = {"uses": "remote", "with": {"value": "http://down a"}}
    steps: Steps = [
        {"id": "soon", **with_retry},
        {"id": "late", **with_retry, "retry": {"attempts": 9, "delay": 0.2}},
    ]
    seen = await run(tmp_path, steps, [connector])
    assert seen.status() == {"soon": "failed", "late": "failed"}
    assert len(calls) == 4


async def test_a_refused_login_isolates_that_credential_at_that_origin_only(tmp_path: Path) -> None:
    connector, calls = remote({"http://x joe": Kind.AUTH})
    steps: Steps = [{"id": "first", "uses": "remote", "with": {"value": "http://x joe"}}]
    others = {"same": "http://x joe", "ann": "http://x ann", "elsewhere": "http://y joe"}
    steps += [
        {"id": name, "uses": "remote", "needs": ["first"], "with": {"value": text}} for name, text in others.items()
    ]
    seen = await run(tmp_path, steps, [connector])
    assert seen.status() == {"first": "failed", "same": "skipped", "ann": "completed", "elsewhere": "completed"}
    assert "http://x refused the login of ‘first’" in seen.finished["same"].reason
    assert calls.count("http://x joe") == 1


async def test_without_trust_nothing_outside_is_reached(tmp_path: Path) -> None:
    connector, calls = remote({})
    steps: Steps = [{"id": "a", "uses": "remote", "with": {"value": "http://x joe"}}]
    seen = await run(tmp_path, steps, [connector], trusted=False)
    assert seen.status() == {"a": "not_run"}
    assert "calibrant trust" in seen.finished["a"].reason
    assert calls == []


async def test_a_condition_that_cannot_be_evaluated_isolates_all_that_follows(tmp_path: Path) -> None:
    seen_by = Recording()
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": 1}},
        {"id": "decide", "uses": "give", "if": "a.value.nothing > 1"},
        {"id": "reads", "uses": "seen", "with": {"value": "{{ decide.value }}"}},
        {"id": "waits", "uses": "seen", "needs": ["reads"]},
        {"id": "free", "uses": "seen", "with": {"value": "free"}},
    ]
    seen = await run(tmp_path, steps, [GIVE, seen_by.connector])
    assert seen.status() == {
        "a": "completed",
        "decide": "failed",
        "reads": "skipped",
        "waits": "skipped",
        "free": "completed",
    }
    assert seen.failure("decide").kind is Kind.LOGIC
    assert seen.failure("decide").span is not None
    assert "‘decide’" in seen.finished["waits"].reason
    assert seen_by.values == ["free"]


@pytest.mark.parametrize(("value", "status"), [(0, "skipped"), ("", "skipped"), (3, "completed"), ("x", "completed")])
async def test_if(tmp_path: Path, value: object, status: str) -> None:
    steps: Steps = [
        {"id": "a", "uses": "give", "with": {"value": value}},
        {"id": "b", "uses": "give", "if": "{{ a.value }}"},
        {"id": "after", "uses": "give", "needs": "b"},
    ]
    seen = await run(tmp_path, steps, [GIVE])
    assert seen.status()["b"] == status
    assert seen.status()["after"] == "completed"
    assert seen.finished["b"].reason == ("Its condition is false: a.value" if status == "skipped" else "")


@pytest.mark.parametrize("kind", [Kind.AUTH, Kind.CONNECTION, Kind.LOGIC, Kind.RUNTIME])
async def test_on_fatal_stop(tmp_path: Path, kind: Kind) -> None:
    sleeping, seen_by = Sleeping(0.05), Recording()
    steps: Steps = [
        {"id": "at_work", "uses": "sleep"},
        {"id": "bad", "uses": "broken"},
        {"id": "later", "uses": "seen", "needs": ["at_work"]},
    ]
    failing = Failing(kind, effect=Effect.WRITE_LOCAL)
    seen = await run(tmp_path, steps, [failing.connector, sleeping.connector, seen_by.connector], on_fatal="stop")
    if kind is Kind.RUNTIME:
        assert seen.end.status == "completed"
        assert len(seen_by.calls) == 1
        return
    assert seen.end.status == "failed"
    assert seen.end.reason == "Stopped at ‘bad’: it broke"
    assert seen.status() == {"bad": "failed", "at_work": "completed"}
    assert seen_by.calls == []


@pytest.mark.parametrize(
    ("kind", "effect", "retry", "calls", "status"),
    [
        (Kind.TRANSIENT, Effect.READ, None, 3, "completed"),
        (Kind.RATE_LIMIT, Effect.NOTHING, None, 3, "completed"),
        (Kind.CONNECTION, Effect.READ, None, 3, "completed"),
        (Kind.TRANSIENT, Effect.EXECUTE, None, 1, "failed"),
        (Kind.TRANSIENT, Effect.READ, {"attempts": 1}, 1, "failed"),
        (Kind.RUNTIME, Effect.EXECUTE, None, 1, "failed"),
        (Kind.RUNTIME, Effect.EXECUTE, {"attempts": 3, "delay": 0.001}, 3, "completed"),
        (None, Effect.EXECUTE, {"attempts": 2, "delay": 0.001}, 2, "failed"),
        (Kind.PARAMETER, Effect.READ, {"attempts": 3, "delay": 0.001}, 1, "failed"),
        (Kind.AUTH, Effect.READ, {"attempts": 3, "delay": 0.001}, 1, "failed"),
    ],
)
async def test_retries(
    tmp_path: Path, kind: Kind | None, effect: Effect, retry: dict[str, float] | None, calls: int, status: str
) -> None:
    failing = Failing(kind, times=2, effect=effect)
    step = {"id": "a", "uses": "broken"} | ({"retry": retry} if retry else {})
    seen = await run(tmp_path, [step], [failing.connector])
    assert failing.calls == calls
    assert seen.status() == {"a": status}


def test_pauses_double_with_jitter_and_honour_the_server_up_to_a_bound() -> None:
    plain, asked = Failure("x", "x", Kind.TRANSIENT), Retry(9, 2.0)
    assert [pause(asked, attempt, plain, lambda: 0.5) for attempt in (1, 2, 3)] == [2.0, 4.0, 8.0]
    assert pause(asked, 1, plain, lambda: 0.0) == 1.5
    assert pause(asked, 1, plain, lambda: 1.0) == 2.5
    assert pause(asked, 99, plain) == LONGEST_PAUSE
    assert pause(None, 1, Failure("x", "x", Kind.RATE_LIMIT, retry_after=7.0)) == 7.0
    assert pause(None, 1, Failure("x", "x", Kind.RATE_LIMIT, retry_after=3600.0)) == LONGEST_PAUSE


def test_a_live_write_is_repeated_only_where_the_step_asks() -> None:
    failure = Failure("x", "x", Kind.CONNECTION)
    assert attempts(None, failure, Effect.WRITE, rehearsed=False) == 1
    assert attempts(None, failure, Effect.WRITE, rehearsed=True) == 3
    assert attempts(Retry(5, 1.0), failure, Effect.WRITE, rehearsed=False) == 5


async def test_a_connectors_own_mistake_is_one_steps_failure(tmp_path: Path) -> None:
    async def crash(params: Params, context: Context) -> dict[str, object]:
        raise KeyError("oops")

    async def wrong(params: Params, context: Context) -> dict[str, object]:
        return ["no object"]  # type: ignore[return-value]

    made: list[Connector] = [connector("crash", crash), connector("wrong", wrong), GIVE]
    steps: Steps = [{"id": "a", "uses": "crash"}, {"id": "b", "uses": "wrong"}, {"id": "c", "uses": "give"}]
    seen = await run(tmp_path, steps, made)
    assert seen.status() == {"a": "failed", "b": "failed", "c": "completed"}
    assert seen.failure("a").code == "connector-error"
    assert "Traceback" in seen.failure("a").details
    assert "Traceback" not in seen.failure("a").message
