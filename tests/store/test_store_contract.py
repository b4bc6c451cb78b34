"""What every store promises, whatever it is made of: one suite for each way of keeping it."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from calibrant.model.applied import AppliedFix, ChangedFile, ChangeSession, ChangeStatus, Outcome
from calibrant.model.event import RunFinished, RunStarted, StepFinished, StepStarted
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding, FixRef, Issue, Kind, Place
from calibrant.model.ports import AlreadyRunningError, UnstorableError
from calibrant.model.session import Groups, SessionResult, StepRecord, StepResult, Summary, UnderWay
from calibrant.model.text import Span
from calibrant.model.value import UNKNOWN
from calibrant.store import Store, open_store

Opener = Callable[[], Store]


def sqlite(folder: Path) -> Opener:
    workspace = folder / "workspace"
    workspace.mkdir()
    return lambda: open_store(folder / "state", workspace)


BACKENDS = [sqlite]


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.__name__)
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    backend: Callable[[Path], Opener] = request.param
    return backend(tmp_path)


@pytest.fixture
def store(opener: Opener) -> Iterator[Store]:
    with opener() as opened:
        yield opened


def put(store: Store, key: str, output: object, *, step: str = "s", workflow: str = "w", masked: bool = False) -> None:
    store.outputs.put(workflow=workflow, step=step, session="one", key=key, output=output, masked=masked)


BIG = {"rows": [{"id": i, "name": f"customer {i}"} for i in range(20_000)], "due": date(2024, 2, 29)}
NOISE = {"noise": b"".join(bytes([i * i * 7919 % 251, i * 31 % 256]) for i in range(100_000)), "n": 1}
OUTPUTS: list[object] = [None, "", {}, {"b": 1, "a": [Decimal("1.50"), datetime(2024, 1, 1, tzinfo=UTC)]}, BIG, NOISE]


@pytest.mark.parametrize("output", OUTPUTS, ids=["none", "empty", "object", "typed", "big", "noise"])
@pytest.mark.parametrize("moment", ["at once", "after flush", "after reopening"])
def test_an_output_comes_back_whole(opener: Opener, output: object, moment: str) -> None:
    with opener() as store:
        put(store, "k", output)
        if moment == "at once":
            assert store.outputs.get("k") == (True, output)
            assert store.outputs.last_good("w", "s") == (True, output)
        if moment == "after flush":
            store.outputs.flush()
            assert store.outputs.get("k") == (True, output)
    with opener() as store:
        assert store.outputs.get("k") == (True, output)
        assert store.outputs.last_good("w", "s") == (True, output)


def test_keys_of_an_output_keep_their_order(store: Store) -> None:
    put(store, "k", {"z": 1, "a": 2})
    store.outputs.flush()
    _, output = store.outputs.get("k")
    assert isinstance(output, dict)
    assert list(output) == ["z", "a"]


def test_what_was_never_put_is_not_there(store: Store) -> None:
    put(store, "k", 1)
    assert store.outputs.get("other") == (False, None)
    assert store.outputs.last_good("w", "other") == (False, None)
    assert store.outputs.last_good("other", "s") == (False, None)


@pytest.mark.parametrize("durable", [False, True])
def test_an_output_without_a_key_is_found_by_its_step_alone(store: Store, durable: bool) -> None:
    put(store, "", "no key")
    if durable:
        store.outputs.flush()
    assert store.outputs.get("") == (False, None)
    assert store.outputs.last_good("w", "s") == (True, "no key")


@pytest.mark.parametrize("durable", [False, True])
def test_the_newest_output_counts(store: Store, durable: bool) -> None:
    for key, output in (("k1", "old"), ("k2", "older key, put later"), ("k1", "new")):
        put(store, key, output)
        if durable:
            store.outputs.flush()
    assert store.outputs.get("k1") == (True, "new")
    assert store.outputs.get("k2") == (True, "older key, put later")
    assert store.outputs.last_good("w", "s") == (True, "new")


@pytest.mark.parametrize("durable", [False, True])
def test_a_masked_output_is_never_used_again(store: Store, durable: bool) -> None:
    put(store, "k1", "good")
    put(store, "k2", "***", masked=True)
    put(store, "k3", "once open")
    put(store, "k3", "***", masked=True)
    if durable:
        store.outputs.flush()
    assert store.outputs.get("k1") == (True, "good")
    assert store.outputs.get("k2") == (False, None)
    assert store.outputs.get("k3") == (False, None)
    assert store.outputs.last_good("w", "s") == (True, "once open")


def kept(store: Store, key: str, step: str = "s", session: str = "another") -> tuple[object, bool] | None:
    """Return what may be used again under a key, and whether it is what the step gave last."""
    found = store.outputs.kept(key, workflow="w", step=step, session=session)
    return None if found is None else (found.output, found.last)


@pytest.mark.parametrize("output", [{"n": 1}, BIG], ids=["small", "large"])
def test_what_may_be_used_again_is_best_of_the_step_itself(store: Store, output: object) -> None:
    put(store, "k", output, step="s")
    put(store, "k", "of another", step="t")
    put(store, "other", 2, step="s")
    store.outputs.flush()
    assert kept(store, "k") == (output, False)
    assert kept(store, "other") == (2, True)
    assert kept(store, "k", step="t") == ("of another", True)
    assert kept(store, "k", step="new") == ("of another", False)
    assert kept(store, "none") is None
    assert kept(store, "") is None
    assert kept(store, "k", session="one") is None  # nothing of a run is used in that run


def test_what_held_a_secret_is_not_used_again_and_what_stood_in_for_something_only_by_its_key(store: Store) -> None:
    put(store, "k", "open")
    put(store, "k", "***", masked=True)
    store.outputs.put(
        workflow="w", step="p", session="one", key="p", output="made on a sample", masked=False, provisional=True
    )
    store.outputs.flush()
    assert kept(store, "k") is None
    assert kept(store, "p", step="p") == ("made on a sample", False)
    assert store.outputs.last_good("w", "p") == (False, None)


def test_the_newest_of_many_steps_with_what_it_hangs_on(store: Store) -> None:
    for key in ("old", "new"):
        store.outputs.put(
            workflow="w", step="ä", session=key, key=key, output=key, masked=False, made=2.5, wrote=b"w", basis=b"b"
        )
    put(store, "m", "***", step="masked", masked=True)
    put(store, "b", BIG, step="big")
    store.outputs.flush()
    found = store.outputs.newest("w", ["big", "none", "ä", "masked"])
    assert set(found) == {"ä", "masked", "big"}
    one = found["ä"]
    assert (one.key, one.session, one.made, one.wrote, one.basis) == ("new", "new", 2.5, b"w", b"b")
    assert (one.masked, found["masked"].masked, found["big"].data) == (False, True, None)
    assert store.outputs.newest("other", ["ä"]) == {}


def test_how_steps_ended_in_the_run_before(store: Store) -> None:
    assert store.outputs.run_before("w", "s1") == {}
    for session, status in (("s1", "failed"), ("s2", "completed")):
        store.begin(session, "w", 1.0)
        store.record(session, StepFinished(0, "fetch", status, key=f"key of {session}"))  # type: ignore[arg-type]
        store.outputs.flush()
    store.begin("s3", "w", 2.0)
    assert store.outputs.run_before("w", "s3") == {"fetch": ("completed", "key of s2")}
    assert store.outputs.run_before("w", "s2") == {}
    assert store.outputs.run_before("another", "s3") == {}


def test_outputs_of_equal_content_are_each_found(store: Store) -> None:
    for step in ("a", "b", "c"):
        put(store, f"key-{step}", BIG, step=step)
    store.outputs.flush()
    assert [store.outputs.last_good("w", step) for step in "abc"] == [(True, BIG)] * 3


def test_a_value_that_cannot_be_stored_is_refused_and_leaves_the_rest(store: Store) -> None:
    put(store, "k", "good")
    with pytest.raises(UnstorableError, match="‘rows\\[1\\]’ is of type ‘Unknown’"):
        put(store, "k", {"rows": [1, UNKNOWN]})
    assert store.outputs.get("k") == (True, "good")


def test_an_output_changed_after_it_was_put_stays_as_it_was(store: Store) -> None:
    rows = [1, 2]
    put(store, "k", {"rows": rows})
    rows.append(3)
    assert store.outputs.get("k") == (True, {"rows": [1, 2]})


def test_many_threads_put_and_read_at_once(store: Store) -> None:
    wrong: list[object] = []

    def work(name: int) -> None:
        for number in range(100):
            put(store, f"{name}-{number}", [name, number], step=f"s{name}")
            if store.outputs.get(f"{name}-{number}") != (True, [name, number]):
                wrong.append((name, number))
            if number % 40 == 0:
                store.outputs.flush()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    store.outputs.flush()
    assert wrong == []
    assert all(store.outputs.get(f"{name}-{number}")[0] for name in range(6) for number in range(100))


def result(session: str, *, path: str = "a.workflow.yaml", text: str = "There is no range ‘X’.") -> SessionResult:
    finding = Finding(
        "unknown-range", Kind.PARAMETER, Span(3, 9), text, step="log", where=("with", "rows", 0), subject="X",
        related=(Place(Span(1, 2), "declared here"),), candidates=("Y",), evidence={"file": text}, provisional=True,
    )  # fmt: skip
    issue = Issue("0123456789ab", path, finding, (FixRef("f1", "Use ‘Y’", "safe", 0.9),))
    steps = (StepResult("fetch", "completed", seconds=0.25), StepResult("log", "failed", text, provisional=True))
    summary = Summary(total=1, auto_repairs=1, completed_steps=1, failed_steps=1, total_steps=2)
    return SessionResult(
        session, path, "completed", summary, Groups(auto_repairs=(issue,)), steps, "", 1700000000.5, 2.5
    )


def run(store: Store, finished: SessionResult) -> None:
    store.begin(finished.session, finished.path, finished.started)
    store.record(finished.session, RunStarted(finished.session, len(finished.steps)))
    for index, step in enumerate(finished.steps):
        store.record(finished.session, StepStarted(index, step.id))
        store.record(finished.session, StepFinished(index, step.id, step.status, step.reason, step.seconds))
    store.record(finished.session, RunFinished(finished.status))
    store.finish(finished)


@pytest.mark.parametrize("text", ["There is no range ‘X’.", "bad\udc80name \ud800", 'quotes " and \x00 and 🎈\u2028'])
def test_a_result_comes_back_as_it_was(opener: Opener, text: str) -> None:
    expected = result("s1", text=text)
    with opener() as store:
        run(store, expected)
        assert list(store.history("a.workflow.yaml")) == [expected]
    with opener() as store:
        assert list(store.history("a.workflow.yaml")) == [expected]


def test_history_is_newest_first_of_one_workflow_and_limited(store: Store) -> None:
    for number in range(5):
        run(store, result(f"s{number}"))
        run(store, result(f"other{number}", path="b.workflow.yaml"))
    assert [found.session for found in store.history("a.workflow.yaml")] == ["s4", "s3", "s2", "s1", "s0"]
    assert [found.session for found in store.history("b.workflow.yaml", limit=2)] == ["other4", "other3"]
    assert list(store.history("c.workflow.yaml")) == []


def test_a_workflow_whose_name_is_no_text_is_remembered(store: Store) -> None:
    for name in ("caf\udce9.workflow.yaml", "caf\udcea.workflow.yaml"):
        run(store, result(name.encode("utf-8", "backslashreplace").decode(), path=name))
        put(store, name, name, workflow=name)
        with store.lease(name, "x"):
            pass
        assert [found.path for found in store.history(name)] == [name]
    store.outputs.flush()
    assert store.outputs.last_good("caf\udce9.workflow.yaml", "s") == (True, "caf\udce9.workflow.yaml")


def test_a_result_without_a_beginning_is_kept(store: Store) -> None:
    store.finish(result("s1"))
    assert [found.session for found in store.history("a.workflow.yaml")] == ["s1"]


def test_a_running_session_is_not_history_and_a_broken_off_one_is(store: Store) -> None:
    failure = Failure("no-range", "There is none.", Kind.PARAMETER)
    with store.lease("w", "s1"):
        store.begin("s1", "w", 12.5)
        store.record("s1", RunStarted("s1", 4))
        store.record("s1", StepFinished(1, "log", "failed", "There is none.", 0.5, failures=(failure,), key="k"))
        store.record("s1", StepFinished(0, "fetch", "rehearsed", reused=True))
        assert list(store.history("w")) == []
    (broken,) = store.history("w")
    assert (broken.session, broken.path, broken.status, broken.started) == ("s1", "w", "failed", 12.5)
    assert "broke off" in broken.reason
    assert [(step.id, step.status, step.reason) for step in broken.steps] == [
        ("fetch", "rehearsed", ""),
        ("log", "failed", "There is none."),
    ]
    assert broken.summary == Summary(completed_steps=1, failed_steps=1, skipped_steps=2, total_steps=4)


def ended(step: str, observed: bytes = b"", **given: Any) -> StepFinished:
    return StepFinished(int(step[1:]), step, given.pop("status", "completed"), observed=observed, **given)


def test_how_steps_came_to_their_ends_is_told_newest_first(opener: Opener) -> None:
    with opener() as store:
        for number in range(9):
            session = f"s{number}"
            store.begin(session, "w", float(number))
            store.record(session, ended("p0", b"%d" % number, seconds=0.5, reused=True), "d x")
            store.record(session, ended("p1", status="failed", reason="Why.", provisional=True), f"d{number} y")
            if number == 2:
                store.record(session, ended("p2", b"once"), "d z")
        store.begin("other", "v", 9.0)
        store.record("other", ended("p0", b"other"), "d x")
    with opener() as store:
        found = store.step_runs("w")
        assert [(one.session, one.observed) for one in found if one.id == "p0"] == [
            (f"s{number}", b"%d" % number) for number in (8, 7, 6, 5)
        ]
        assert found[0] == StepRecord("s8", "p0", "completed", "", 0.5, False, True, "d x", b"8")
        assert found[1] == StepRecord("s8", "p1", "failed", "Why.", 0.0, True, False, "d8 y")
        assert [one.session for one in found if one.id == "p2"] == ["s2"]
        assert [one.observed for one in store.step_runs("v")] == [b"other"]
        assert list(store.step_runs("u")) == []


def test_what_a_step_gave_is_told_however_often_it_failed_since(store: Store) -> None:
    for number in range(15):
        store.begin(f"s{number}", "w", float(number))
        store.record(f"s{number}", ended("p0", b"" if number else b"good"), "d x")
    assert [(one.session, one.observed) for one in store.step_runs("w")] == [
        *((f"s{number}", b"") for number in (14, 13, 12, 11)),
        ("s0", b"good"),
    ]


def test_of_steps_whose_text_is_not_known_nothing_is_told(store: Store) -> None:
    store.begin("s", "w", 1.0)
    store.record("s", ended("p0", b"x"))
    assert list(store.step_runs("w")) == []


def test_a_workspace_is_trusted_only_when_the_user_said_so(opener: Opener) -> None:
    with opener() as store:
        assert not store.trusted()
        store.trust()
        assert store.trusted()
    with opener() as store:
        assert store.trusted()
        store.trust(on=False)
    with opener() as store:
        assert not store.trusted()


def test_what_a_workflow_was_given_is_remembered_until_it_is_forgotten(opener: Opener) -> None:
    values: dict[str, object] = {"a": "ä\udc80", "b": [1, {"c": None, "d": 2**70}], "e": False, "f\x00": ""}
    with opener() as store:
        assert store.inputs("w") == {}
        store.remember_inputs("w", values)
        store.remember_inputs("other", {"a": 1})
        assert store.inputs("w") == values
    with opener() as one, opener() as other:
        one.remember_inputs("w", {"a": "newer", "never given": None, "b": None})
        assert other.inputs("w") == {"a": "newer", "e": False, "f\x00": ""}
        other.remember_inputs("w", {})
        assert one.inputs("other") == {"a": 1}


def test_one_run_of_a_workflow_at_a_time(opener: Opener) -> None:
    with opener() as one, opener() as other:
        with one.lease("w", "first") as lease:
            assert lease.session == "first"
            assert lease.renew()
            for store in (one, other):
                with pytest.raises(AlreadyRunningError, match="first") as caught, store.lease("w", "second"):
                    pytest.fail("two runs of one workflow")
                assert caught.value.session == "first"
            with other.lease("another", "third"):
                pass
        with other.lease("w", "second") as lease:
            assert lease.renew()


def test_a_lease_ends_with_an_error_in_the_run(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lease("w", "first"):
        raise ZeroDivisionError
    with store.lease("w", "second"):
        pass


def test_only_one_of_many_gets_the_lease(opener: Opener) -> None:
    gate = threading.Barrier(8)
    got: list[str] = []
    refused: list[str] = []

    def contend(name: str) -> None:
        with opener() as store:
            gate.wait(10)
            try:
                with store.lease("w", name):
                    got.append(name)
                    time.sleep(0.3)
            except AlreadyRunningError as error:
                refused.append(error.session)

    threads = [threading.Thread(target=contend, args=(f"s{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 1
    assert refused == got * 7


def test_closing_writes_what_is_waiting(opener: Opener) -> None:
    with opener() as store:
        for number in range(500):
            put(store, f"k{number}", {"n": number})
    with opener() as store:
        assert all(store.outputs.get(f"k{number}") == (True, {"n": number}) for number in range(500))


def change(session: str, status: ChangeStatus, *, answers: str = "", path: str = "a.workflow.yaml") -> ChangeSession:
    fixes = (AppliedFix(f"fix of {session}", "Fix it", "valid-value"),)
    return ChangeSession(session, status, (ChangedFile(path, "b", "a"),), fixes, "", answers, time.time(), 1.5)


LIVES: list[tuple[list[ChangeStatus], str]] = [
    ([], "completed"),
    (["prepared"], "completed"),
    (["refused"], "completed"),
    (["applied"], "fixed"),
    (["unverified"], "fixed"),
    (["verified"], "fixed"),
    (["kept"], "fixed"),
    (["rolling_back"], "fixed"),
    (["rolled_back"], "rolled_back"),
    (["rolled_back", "refused"], "rolled_back"),
    (["rolled_back", "verified"], "fixed"),
    (["rolled_back", "rolled_back"], "rolled_back"),
]


@pytest.mark.parametrize(("statuses", "life"), LIVES, ids=str)
def test_a_run_lives_on_in_the_changes_that_answer_it(opener: Opener, statuses: list[ChangeStatus], life: str) -> None:
    with opener() as store:
        run(store, result("s1"))
        run(store, result("s2"))
        for number, status in enumerate(statuses):
            store.changes.write(change(f"c{number}", "prepared", answers="s1"))
            store.changes.write(change(f"c{number}", status, answers="s1"))
    with opener() as store:
        second, first = store.history("a.workflow.yaml")
        assert (first.life, first.status) == (life, "completed")
        assert [(one.session, one.status, one.ended) for one in first.changes] == [
            (f"c{number}", status, 1.5) for number, status in enumerate(statuses)
        ]
        assert all(one.started > 0 for one in first.changes)
        assert (second.life, second.changes) == ("completed", ())


def test_history_of_all_workflows_is_one_row_newest_first(store: Store) -> None:
    for number in range(3):
        run(store, result(f"a{number}"))
        run(store, result(f"b{number}", path="b.workflow.yaml"))
    assert [found.session for found in store.history(None)] == ["b2", "a2", "b1", "a1", "b0", "a0"]
    assert [found.session for found in store.history(None, limit=2)] == ["b2", "a2"]


def test_a_run_that_goes_on_is_told_apart(store: Store) -> None:
    assert list(store.under_way()) == []
    with store.lease("w", "s1"):
        store.begin("s1", "w", 12.5)
        assert list(store.under_way("w")) == list(store.under_way()) == [UnderWay("s1", "w", 12.5)]
        assert list(store.under_way("v")) == []
    assert list(store.under_way()) == []


def test_the_change_that_no_run_has_seen(store: Store) -> None:
    def unseen() -> str:
        return store.unseen_change("flows/a.workflow.yaml", "a.workflow.yaml")

    def ran(session: str) -> None:
        run(store, replace(result(session, path="flows/a.workflow.yaml"), started=time.time()))

    assert unseen() == ""
    store.changes.write(change("c1", "verified"))
    assert unseen() == "c1", "a file that was never run has been changed as well"
    ran("s1")
    assert unseen() == ""
    store.changes.write(change("c2", "kept"))
    store.changes.write(change("c3", "verified", path="other.yaml"))
    store.changes.write(change("c4", "rolled_back"))
    assert unseen() == "c2", "the newest that stands in this file"
    ran("s2")
    assert unseen() == ""


def test_a_fix_counts_once_by_the_last_word_on_it(store: Store) -> None:
    def told(fix: str, outcome: Outcome, session: str = "c") -> dict[Outcome, int]:
        made = ChangeSession(session, "verified", (), (AppliedFix(fix, "Fix it", "valid-value"),))
        store.changes.write(made, outcome)
        return dict(store.changes.outcomes().get("valid-value", {}))

    assert told("f", "verified") == {"verified": 1}
    assert told("f", "verified", "again") == {"verified": 1}
    assert told("f", "undone") == {"undone": 1}, "verified, then taken back: it was taken back"
    assert told("f", "unverified", "c2") == {"unverified": 1}
    assert told("f", "kept", "c2") == {"kept": 1}, "the user wants it after all"
    assert told("g", "kept") == {"kept": 2}
    assert told("g", "rolled_back") == {"kept": 1, "rolled_back": 1}
    assert store.changes.outcomes() == {"valid-value": {"kept": 1, "rolled_back": 1}}


def test_many_processes_of_one_mind_count_right(opener: Opener) -> None:
    words: tuple[Outcome, ...] = ("verified", "undone", "kept", "rolled_back")

    def work(name: int) -> None:
        with opener() as store:
            for number in range(12):
                fixes = (AppliedFix(f"{number}", "Fix it", "nesting"), AppliedFix(f"{name}-{number}", "Fix", "nesting"))
                store.changes.write(ChangeSession(f"{name}-{number}", "kept", (), fixes), words[number % 4])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with opener() as store:
        assert store.changes.outcomes() == {"nesting": dict.fromkeys(words, 3 * 4 + 3)}
