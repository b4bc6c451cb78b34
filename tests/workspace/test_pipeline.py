"""Many texts at once: one thing at a time, the newest text wins, and messages are handled in between."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from calibrant import app
from calibrant.model.settings import Settings
from calibrant.workspace.analysis import Analysis
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.pipeline import LONG, Pipeline
from calibrant.workspace.turns import Turns

SETTINGS = Settings()


class Desk:
    """A pipeline with the real reading and checking, and a record of what it does."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.shown: list[tuple[str, str]] = []
        self.reading = 0
        self.most = 0
        self.lock = threading.Lock()
        self.go_on = threading.Event()
        self.go_on.set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.documents = Documents()
        self.pipeline = Pipeline(
            self.documents, settings=lambda _: SETTINGS, analyse=self.analyse, show=self.show, spawn=self.spawn
        )

    def analyse(self, path: str, text: str, settings: Settings, previous: Analysis | None) -> Analysis | None:
        with self.lock:
            self.reading += 1
            self.most = max(self.most, self.reading)
            self.log.append(f"read {Path(path).name[0]}")
        if threading.current_thread() is not threading.main_thread():
            assert self.go_on.wait(10)
        try:
            return app.analyse(path, text, settings, previous)
        finally:
            with self.lock:
                self.reading -= 1

    def show(self, snapshot: Snapshot, analysis: Analysis | None) -> None:
        assert analysis
        assert analysis.workflow.text == snapshot.text
        self.shown.append((Path(snapshot.key).name[0], analysis.workflow.name or ""))

    def spawn(self, work: Coroutine[Any, Any, None]) -> object:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def put(self, letter: str, name: str, *, long: bool = False) -> None:
        """Open or change a document."""
        key = f"/ws/{letter}.workflow.yaml"
        text = f"name: {name}\nsteps:\n  - {{id: a, run: 'true'}}\n" + "# long\n" * (LONG // 7 if long else 0)
        self.documents.put(key, f"file://{key}", Path(key), text, version=1)
        self.pipeline.touch(key)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.001)


async def test_the_very_first_text_is_read_beside_the_messages() -> None:
    desk = Desk()
    desk.go_on.clear()
    desk.put("a", "a")
    await until(lambda: desk.log == ["read a"])
    desk.put("b", "b")
    desk.go_on.set()
    await until(lambda: len(desk.shown) == 2)
    desk.go_on.clear()
    desk.put("c", "c")
    await until(lambda: len(desk.shown) == 3)


async def test_between_any_two_of_many_texts_messages_are_handled() -> None:
    desk = Desk()
    desk.pipeline._cold = False
    for letter in "abcdefghijklmnopqrst":
        desk.put(letter, letter)

    async def messages() -> None:
        while len(desk.shown) < 20:
            desk.log.append("message")
            await asyncio.sleep(0)

    async with asyncio.timeout(10):
        await messages()
    assert [one for one in zip(desk.log, desk.log[1:], strict=False) if "message" not in one] == []
    assert sorted(desk.shown) == [(letter, letter) for letter in "abcdefghijklmnopqrst"]


async def test_what_was_touched_last_is_read_first() -> None:
    desk = Desk()
    for letter in "abcd":
        desk.pipeline._soon(letter, desk.log.append)
    await until(lambda: len(desk.log) == 4)
    assert desk.log == ["d", "c", "b", "a"]


async def test_a_change_takes_the_place_of_what_was_due_for_the_text_before() -> None:
    desk = Desk()
    desk.pipeline._cold = False
    desk.put("a", "one")
    desk.pipeline._soon("/ws/a.workflow.yaml", lambda _: desk.log.append("outdated"))
    desk.put("a", "two")
    await until(lambda: bool(desk.shown))
    assert desk.shown == [("a", "two")]
    assert "outdated" not in desk.log


async def test_long_texts_are_first_read_one_at_a_time_the_latest_next() -> None:
    desk = Desk()
    desk.go_on.clear()
    for letter in "abcd":
        desk.put(letter, letter, long=True)
        await asyncio.sleep(0)
    await until(lambda: desk.log == ["read a"])
    desk.go_on.set()
    await until(lambda: len(desk.shown) == 4)
    assert desk.most == 1
    assert [name for name, _ in desk.shown] == ["a", "d", "c", "b"]


async def test_typing_while_a_text_is_first_read_shows_the_newest_text_alone() -> None:
    desk = Desk()
    desk.go_on.clear()
    desk.put("a", "first", long=True)
    await until(lambda: desk.log == ["read a"])
    for number in range(20):
        desk.put("a", f"typed{number}", long=True)
        await asyncio.sleep(0)
    desk.go_on.set()
    await until(lambda: bool(desk.shown))
    await asyncio.sleep(0.1)
    assert desk.shown == [("a", "typed19")]
    assert len(desk.log) == 2


async def test_what_changed_while_it_waited_is_read_as_it_is_then() -> None:
    desk = Desk()
    desk.go_on.clear()
    desk.put("a", "a", long=True)
    desk.put("b", "outdated", long=True)
    await until(lambda: desk.log == ["read a"])
    desk.put("b", "newest", long=True)
    desk.go_on.set()
    await until(lambda: len(desk.shown) == 2)
    assert desk.log.count("read b") == 1
    assert desk.shown == [("a", "a"), ("b", "newest")]


async def test_settings_that_change_while_a_text_is_first_read_hold_for_what_is_shown() -> None:
    desk = Desk()
    desk.go_on.clear()
    desk.put("a", "a", long=True)
    await until(lambda: desk.log == ["read a"])
    strict = Settings(ignore=("never-runs",))
    desk.pipeline._settings = lambda _: strict
    desk.pipeline.again()
    desk.go_on.set()
    await until(lambda: bool(desk.shown))
    assert desk.log == ["read a", "read a"]


async def test_a_document_that_is_let_go_while_it_waits_is_not_read() -> None:
    desk = Desk()
    desk.go_on.clear()
    desk.put("a", "a", long=True)
    desk.put("b", "b", long=True)
    await until(lambda: desk.log == ["read a"])
    desk.documents.remove("/ws/b.workflow.yaml")
    desk.pipeline.forget("/ws/b.workflow.yaml")
    desk.go_on.set()
    await until(lambda: bool(desk.shown) and not desk.tasks)
    assert desk.log == ["read a"]


async def test_what_a_late_request_reads_is_not_kept() -> None:
    desk = Desk()
    key = "/ws/a.workflow.yaml"
    desk.put("a", "first")
    old = desk.documents.get(key)
    desk.put("a", "second")
    new = desk.documents.get(key)
    assert old
    assert new
    newest = desk.pipeline.analysis(new)
    late = desk.pipeline.analysis(old)
    assert late
    assert late.workflow.name == "first"
    assert desk.pipeline.analysis(new) is newest
    desk.documents.remove(key)
    desk.pipeline.forget(key)
    assert desk.pipeline.analysis(new) is not None
    assert desk.pipeline.held(new) is None


async def test_a_turn_that_is_given_up_goes_to_the_next() -> None:
    turns, had = Turns(), list[int]()

    async def take(number: int) -> None:
        async with turns.turn():
            had.append(number)
            await asyncio.sleep(0)

    async with turns.turn():
        tasks = [asyncio.create_task(take(number)) for number in range(4)]
        await asyncio.sleep(0)
        tasks[1].cancel()
    tasks[3].cancel()  # just as it is given the turn
    await asyncio.gather(*tasks, return_exceptions=True)
    assert had == [2, 0]
    async with asyncio.timeout(1), turns.turn():
        pass
