"""What targets have, as the server remembers it: bounded waits, and answers that hold while files stay the same."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from calibrant.model.connector import Choice
from calibrant.model.event import ChoicesFound, Choosing, Seen
from calibrant.workspace.choices import Choices, Wanted

LONG = 10.0


def wanted(path: Path, name: str = "a") -> Wanted:
    return Wanted(path, "steps: []", Choosing(0, ("range",)), (str(path), name))


def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.create_task(work)


def lines_of(path: Path, gate: asyncio.Event, asked: list[str]) -> Callable[[Wanted], Awaitable[ChoicesFound]]:
    """Return a way to choose among the lines of a file, once a gate is open."""

    async def choose(one: Wanted) -> ChoicesFound:
        asked.append(one.key[-1])
        await gate.wait()
        stat = path.stat()
        lines = tuple(Choice(line) for line in path.read_text(encoding="utf-8").split())
        return ChoicesFound(lines, (Seen(str(path), stat.st_mtime_ns, stat.st_size),))

    return choose


async def test_an_answer_waits_no_longer_than_it_may_and_is_there_later(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one two", encoding="utf-8")
    gate, asked = asyncio.Event(), list[str]()
    choices = Choices(choose=lines_of(file, gate, asked), spawn=spawn)
    assert await choices.get(wanted(file), 0.01) is None
    assert await choices.get(wanted(file), 0.01) is None
    gate.set()
    found = await choices.get(wanted(file), LONG)
    assert found is not None
    assert [one.value for one in found] == ["one", "two"]
    assert asked == ["a"], "it was looked up once"


async def test_what_is_known_holds_while_the_file_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one", encoding="utf-8")
    gate, asked = asyncio.Event(), list[str]()
    gate.set()
    choices = Choices(choose=lines_of(file, gate, asked), spawn=spawn)
    assert await choices.get(wanted(file), LONG)
    await asyncio.sleep(0.6)
    assert await choices.get(wanted(file), LONG)
    assert asked == ["a"]
    file.write_text("other", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    await asyncio.sleep(0.6)
    found = await choices.get(wanted(file), LONG)
    assert found is not None
    assert [one.value for one in found] == ["other"]
    file.unlink()
    await asyncio.sleep(0.6)
    gate.clear()
    assert await choices.get(wanted(file), 0.01) is None


async def test_what_is_wanted_now_comes_before_what_was_wanted(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one", encoding="utf-8")
    gate, asked = asyncio.Event(), list[str]()
    choices = Choices(choose=lines_of(file, gate, asked), spawn=spawn)
    for name in "abc":
        assert await choices.get(wanted(file, name), 0.01) is None
    choices.prepare(wanted(file, "d"))
    assert asked == ["a", "b", "c"]
    gate.set()
    assert await choices.get(wanted(file, "c"), LONG)
    assert await choices.get(wanted(file, "b"), LONG)
    assert asked == ["a", "b", "c"]
    assert await choices.get(wanted(file, "a"), LONG)
    assert asked == ["a", "b", "c", "a"], "it had been given up"


async def test_what_comes_next_is_looked_up_beforehand(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one", encoding="utf-8")
    gate, asked = asyncio.Event(), list[str]()
    gate.set()
    choices = Choices(choose=lines_of(file, gate, asked), spawn=spawn)
    choices.prepare(wanted(file))
    await asyncio.sleep(0.05)
    choices.prepare(wanted(file))
    assert await choices.get(wanted(file), 0.0)
    assert asked == ["a"]


async def test_a_look_that_fails_is_no_answer_and_may_be_made_again(tmp_path: Path) -> None:
    tried = []

    async def fails(one: Wanted) -> ChoicesFound:
        tried.append(one)
        raise OSError("no process")

    choices = Choices(choose=fails, spawn=spawn)
    assert await choices.get(wanted(tmp_path), LONG) is None
    assert await choices.get(wanted(tmp_path), LONG) is None
    assert len(tried) == 2


async def test_what_was_known_before_a_look_that_fails_is_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one", encoding="utf-8")
    gate, asked = asyncio.Event(), list[str]()
    gate.set()
    choices = Choices(choose=lines_of(file, gate, asked), spawn=spawn)
    assert await choices.get(wanted(file), LONG)
    file.unlink()
    await asyncio.sleep(0.6)
    assert await choices.get(wanted(file), LONG) is None
    assert asked == ["a", "a"]
