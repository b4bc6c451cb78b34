"""What documents call of their repository, followed as it changes."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from calibrant.app import analyse
from calibrant.model.settings import Settings
from calibrant.workspace.analysis import Analysis
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.neighbours import Neighbours

CALLER = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./act
        with: {one: 1}
"""
ACTION = "name: a\ndescription: b\ninputs: {one: {}}\nruns: {using: composite, steps: []}\n"


class Desk:
    """Documents that are read whenever they are outdated, as a server does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents = Documents()
        self.reads: list[str] = []
        self.analyses: dict[str, Analysis | None] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.neighbours = Neighbours(outdate=self.outdate, spawn=self.spawn)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.add(asyncio.create_task(work))

    def outdate(self, key: str) -> None:
        asyncio.get_running_loop().call_soon(self.read, key)

    def read(self, key: str) -> None:
        snapshot = self.documents.get(key)
        if snapshot is not None:
            self.reads.append(snapshot.path.name if snapshot.path else "")
            held = self.analyses.get(key)
            found = analyse(key, snapshot.text, Settings(), held, self.neighbours.around)
            self.analyses[key] = found
            self.neighbours.seen(snapshot, found)

    def write(self, name: str, text: str) -> Snapshot:
        path = self.root / name
        snapshot = self.documents.put(str(path), path.as_uri(), path, text, 1)
        self.read(snapshot.key)
        return snapshot

    async def rest(self) -> None:
        """Wait until nothing is left to be done."""
        for _ in range(5):
            while self.tasks:
                await self.tasks.pop()
            await asyncio.sleep(0)
        assert len(self.reads) < 30, "it does not come to rest"

    def codes(self, snapshot: Snapshot) -> list[str]:
        found = self.analyses[snapshot.key]
        return [one.code for one in found.findings] if found else []


def root(tmp_path: Path) -> Path:
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / "act").mkdir()
    (tmp_path / "act" / "action.yml").write_text(ACTION, encoding="utf-8")
    return tmp_path


async def test_what_is_on_disk_is_read_once(tmp_path: Path) -> None:
    desk = Desk(root(tmp_path))
    ci = desk.write(".github/workflows/ci.yml", CALLER)
    await desk.rest()
    assert desk.codes(ci) == []
    assert desk.reads == ["ci.yml", "ci.yml"], "first without what it calls, then with it"
    desk.write(".github/workflows/ci.yml", CALLER + "  # more\n")
    await desk.rest()
    assert len(desk.reads) == 3


async def test_an_unsaved_text_comes_before_the_disk_and_only_who_calls_it_is_read_anew(tmp_path: Path) -> None:
    desk = Desk(root(tmp_path))
    ci = desk.write(".github/workflows/ci.yml", CALLER)
    desk.write(".github/workflows/other.yml", CALLER.replace("./act", "./.github/actions/none"))
    await desk.rest()
    desk.reads.clear()
    action = desk.write("act/action.yml", ACTION.replace("one:", "two:"))
    await desk.rest()
    assert desk.codes(ci) == ["unknown-parameter"]
    assert "other.yml" not in desk.reads
    desk.write("act/action.yml", ACTION + "# nothing else\n")
    await desk.rest()
    assert desk.codes(ci) == []
    desk.reads.clear()
    desk.write("act/action.yml", ACTION + "# nothing else at all\n")
    await desk.rest()
    assert desk.reads == ["action.yml"]
    desk.documents.remove(action.key)
    (tmp_path / "act" / "action.yml").unlink()
    desk.neighbours.gone(action.key)
    await desk.rest()
    assert desk.codes(ci) == ["missing-action"]


async def test_what_appears_is_found(tmp_path: Path) -> None:
    desk = Desk(root(tmp_path))
    ci = desk.write(".github/workflows/ci.yml", CALLER.replace("./act", "./new"))
    await desk.rest()
    assert desk.codes(ci) == ["missing-action"]
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "Dockerfile").touch()
    desk.neighbours.saved(tmp_path / ".github/workflows/ci.yml")
    await desk.rest()
    assert desk.codes(ci) == []


async def test_a_file_that_was_never_saved_counts(tmp_path: Path) -> None:
    desk = Desk(root(tmp_path))
    ci = desk.write(".github/workflows/ci.yml", CALLER.replace("./act", "./$new"))
    await desk.rest()
    assert desk.codes(ci) == ["missing-action"]
    new = desk.write("$new/action.yml", ACTION)
    await desk.rest()
    assert desk.codes(ci) == []
    desk.documents.remove(new.key)
    desk.neighbours.gone(new.key)
    await desk.rest()
    assert desk.codes(ci) == ["missing-action"]


async def test_a_file_that_calls_itself_comes_to_rest(tmp_path: Path) -> None:
    text = "on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/loop.yml\n"
    desk = Desk(root(tmp_path))
    (tmp_path / ".github/workflows/loop.yml").write_text(text, encoding="utf-8")
    loop = desk.write(".github/workflows/loop.yml", text)
    await desk.rest()
    desk.write(
        ".github/workflows/loop.yml", text.replace("workflow_call", "{workflow_call: {inputs: {x: {required: true}}}}")
    )
    await desk.rest()
    assert "missing-parameter" in desk.codes(loop)


async def test_a_circle_of_calls_is_seen_through_files_that_are_not_open(tmp_path: Path) -> None:
    desk = Desk(root(tmp_path))
    call = "on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/{}.yml\n"
    for name, other in (("b", "c"), ("c", "d"), ("d", "b")):
        (tmp_path / f".github/workflows/{name}.yml").write_text(call.format(other), encoding="utf-8")
    text = call.format("b")
    path = tmp_path / ".github/workflows/a.yml"
    found = analyse(str(path), text, Settings(), None, desk.neighbours.around_aside)
    assert found is not None
    assert [one.code for one in found.findings] == ["call-loop"], "in another thread all is read at once"
    a = desk.write(".github/workflows/a.yml", text)
    await desk.rest()
    assert desk.codes(a) == ["call-loop"]
    desk.write(
        ".github/workflows/d.yml",
        call.format("none").replace("uses: ./.github/workflows/none.yml", "runs-on: ubuntu-latest"),
    )
    await desk.rest()
    assert desk.codes(a) == [], "who calls it by way of others is read anew, too"
