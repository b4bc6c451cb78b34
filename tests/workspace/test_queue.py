"""The run queue without an editor: order, cancelling, ends of every kind."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.model.event import Event, RunStarted
from calibrant.model.ports import StoreError
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.model.settings import Settings
from calibrant.workspace.analysis import Analysis
from calibrant.workspace.calibration import Found, Outcome, RunOptions
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.queue import Rooms, Run, RunQueue


class Slow:
    """Runs that go on until they are let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.texts: list[str] = []

    async def run(
        self,
        path: Path,
        text: str,
        options: RunOptions,
        listen: Callable[[Event], None],
        *,
        session: str = "",
        found: Found | None = None,
        known: Analysis | None = None,
    ) -> Outcome:
        del options, found, known
        self.texts.append(text)
        listen(RunStarted(session, 1))
        await self.go.wait()
        if text == "refused":
            raise StoreError("The disk is full.")
        workflow = dialects.read(path.name, text)
        assert workflow
        return Outcome(SessionResult(session, path.name, "completed", Summary(), Groups()), workflow, ())


class Told:
    """Everything that a listener was told, in order."""

    def __init__(self) -> None:
        self.words: list[tuple[str, str]] = []
        self.results: list[SessionResult] = []

    def began(self, run: Run) -> None:
        self.words.append(("began", run.snapshot.text))

    def happened(self, run: Run, event: Event) -> None:
        self.words.append((type(event).__name__, run.snapshot.text))

    def learned(self, run: Run) -> None:
        self.words.append(("learned", run.snapshot.text))

    def ended(self, run: Run, result: SessionResult, error: BaseException | None) -> None:
        self.words.append((type(error).__name__ if error else result.status, run.snapshot.text))
        self.results.append(result)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def queue(slow: Slow, told: Told, tmp_path: Path) -> RunQueue:
    @contextmanager
    def calibration(_workspace: Path, _settings: Settings) -> Iterator[Slow]:
        yield slow

    return RunQueue(
        Rooms(calibration, lambda _workspace, _name: [], lambda _path: Settings(), lambda _path: tmp_path, str), told
    )


def text(words: str, name: str = "a.workflow.yaml") -> Snapshot:
    path = Path("/ws") / name
    return Documents().put(str(path), path.as_uri(), path, words)


async def ended(told: Told, number: int) -> None:
    async with asyncio.timeout(5):
        while len(told.results) < number:
            await asyncio.sleep(0.001)


async def test_a_newer_run_ends_the_older_ones(queue: RunQueue, slow: Slow, told: Told) -> None:
    for words in ("one", "two", "three"):
        queue.start(text(words), RunOptions(), asked=False)
        async with asyncio.timeout(5):
            while words not in slow.texts:
                await asyncio.sleep(0.001)
    slow.go.set()
    await ended(told, 3)
    assert slow.texts == ["one", "two", "three"], "one after the other"
    ends = [word for word in told.words if word[0] in {"cancelled", "completed"}]
    assert ends == [("cancelled", "one"), ("cancelled", "two"), ("completed", "three")]
    outcome = queue.outcome(text("").key)
    assert outcome
    assert outcome.workflow.text == "three"
    queue.forget(text("").key)
    assert queue.outcome(text("").key) is None


async def test_a_live_run_is_waited_for(queue: RunQueue, slow: Slow, told: Told) -> None:
    live = queue.start(text("live"), RunOptions(live=True), asked=True)
    await asyncio.sleep(0.01)
    waiting = queue.start(text("save"), RunOptions(), asked=False)
    await asyncio.sleep(0.01)
    assert slow.texts == ["live"]
    assert queue.cancel(waiting)
    await ended(told, 1)
    current = queue.current(text("").key)
    assert current
    assert current.session == live
    slow.go.set()
    await ended(told, 2)
    assert told.words[-1] == ("completed", "live")
    assert queue.current(text("").key) is None


async def test_workflows_do_not_wait_for_each_other(queue: RunQueue, slow: Slow, told: Told) -> None:
    queue.start(text("one"), RunOptions(), asked=False)
    queue.start(text("other", "b.workflow.yaml"), RunOptions(), asked=False)
    await asyncio.sleep(0.01)
    assert slow.texts == ["one", "other"]
    await queue.close()
    assert told.results == [], "after closing no one is told"


async def test_a_run_that_cannot_be_made(queue: RunQueue, slow: Slow, told: Told) -> None:
    slow.go.set()
    session = queue.start(text("refused"), RunOptions(), asked=True)
    await ended(told, 1)
    assert told.words[-1] == ("StoreError", "refused")
    assert (told.results[0].session, told.results[0].status) == (session, "failed")
    assert told.results[0].reason == "The disk is full."
    assert not queue.cancel(session)
    with pytest.raises(ValueError, match="file"):
        queue.start(Documents().put("untitled:a", "untitled:a", None, ""), RunOptions(), asked=True)


async def test_the_store_is_used_in_threads_and_ends_keep_their_order(slow: Slow, told: Told, tmp_path: Path) -> None:
    opened_by: list[threading.Thread] = []
    looked_up = threading.Event()

    @contextmanager
    def calibration(_workspace: Path, _settings: Settings) -> Iterator[Slow]:
        opened_by.append(threading.current_thread())
        yield slow
        opened_by.append(threading.current_thread())

    def history(_workspace: Path, _name: str) -> Sequence[SessionResult]:
        opened_by.append(threading.current_thread())
        assert looked_up.wait(5)
        return []

    rooms = Rooms(calibration, history, lambda _path: Settings(), lambda _path: tmp_path, str)
    queue = RunQueue(rooms, told)
    queue.start(text("first"), RunOptions(), asked=True)
    await asyncio.sleep(0.05)
    queue.start(text("second"), RunOptions(), asked=True)
    slow.go.set()
    async with asyncio.timeout(5):
        while queue.current(text("").key):
            await asyncio.sleep(0.001)
    assert told.results == [], "the second one has ended, and waits until the end of the first one is told"
    looked_up.set()
    await ended(told, 2)
    assert [word for word in told.words if word[0] in {"cancelled", "completed"}] == [
        ("cancelled", "first"),
        ("completed", "second"),
    ]
    assert len(opened_by) == 5
    assert threading.main_thread() not in opened_by


async def test_a_run_that_never_began_is_not_looked_up(slow: Slow, told: Told, tmp_path: Path) -> None:
    @contextmanager
    def calibration(_workspace: Path, _settings: Settings) -> Iterator[Slow]:
        yield slow

    def history(_workspace: Path, _name: str) -> Sequence[SessionResult]:
        raise AssertionError

    queue = RunQueue(Rooms(calibration, history, lambda _path: Settings(), lambda _path: tmp_path, str), told)
    assert queue.cancel(queue.start(text("first"), RunOptions(), asked=True))
    await ended(told, 1)
    assert told.results[0].status == "cancelled"
