"""Applications of fixes beside what else happens: runs whose word cannot be had, and files that are closed."""

import asyncio
import gc
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.change import Site, history
from calibrant.model.applied import AppliedFix
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.model.text import Span, TextEdit
from calibrant.store import open_store
from calibrant.workspace.application import Application
from calibrant.workspace.applications import Applications
from calibrant.workspace.calibration import Outcome
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.door import Door
from calibrant.workspace.told import Failing, Told

TEXT = "steps:\n  - {id: one, uses: file.list, with: {path: wrong}}\n"
FIXED = TEXT.replace("wrong", "right")
FIX = AppliedFix("f", "Change ‘wrong’ to ‘right’", "closest-file", "i")


class Desk:
    """Applications with a real store, and whom they tell; `broken` is what a look at recorded runs raises."""

    def __init__(self, workspace: Path, broken: Exception | None = None) -> None:
        self.workspace = workspace
        self.broken = broken
        self.said: list[str] = []
        self.concluded: list[str] = []
        self.documents = Documents()
        told = Told(self.said.append, lambda _: None, self._failing, self.concluded.append, lambda _: None)
        self.applications = Applications(
            Door(self.site, self.site),
            workspace_of=lambda _: workspace,
            name_of=lambda path: path.name,
            history=self._history,
            told=told,
        )

    @contextmanager
    def site(self, workspace: Path) -> Iterator[Site]:
        with closing(open_store(workspace.parent / "state", workspace)) as store:
            yield Site(workspace, store.changes)

    def become(self, path: Path, text: str) -> Snapshot:
        return self.documents.put(str(path), path.as_uri(), path, text, 1)

    async def fixed(self, path: Path) -> Application:
        """Open a document, and apply a fix in it."""
        self.applications.opened(self.become(path, TEXT))
        at = TEXT.index("wrong")
        edits = (TextEdit(Span(at, at + len("wrong")), "right"),)
        application = self.applications.hand_out(str(path), Application(path, TEXT, edits, len(FIXED), (FIX,)))
        self.applications.changed(self.become(path, FIXED), self.outcome(path, TEXT), {})
        await asyncio.sleep(0)
        await self.applications.recorded.see(path, lambda _: None)  # after all that was begun before
        return application

    def outcome(self, path: Path, text: str) -> Outcome:
        workflow = dialects.read(path.name, text)
        assert workflow
        return Outcome(SessionResult("run", path.name, "completed", Summary(), Groups()), workflow, ())

    def _history(self, _workspace: Path, _name: str) -> Sequence[SessionResult]:
        if self.broken:
            raise self.broken
        return ()

    async def _failing(self, path: Path, sessions: Sequence[Failing]) -> None:
        raise AssertionError(f"nothing fails: {path} {sessions}")


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    return made


async def until(done: Sequence[object]) -> None:
    async with asyncio.timeout(10):
        while not done:
            await asyncio.sleep(0.001)


async def test_whatever_goes_wrong_in_verifying_has_an_end_that_is_told(ws: Path) -> None:
    path = ws / "a.workflow.yaml"
    before = Desk(ws)
    await before.fixed(path)
    await before.applications.close()
    desk = Desk(ws, broken=RuntimeError("a fault of ours"))  # another process: it must look the run up
    desk.applications.opened(desk.become(path, FIXED))
    desk.applications.ran(str(path), path, desk.outcome(path, FIXED), {})
    await until(desk.concluded)
    assert desk.concluded == [str(path)]
    assert len(desk.said) == 1
    assert "a.workflow.yaml hold could not be told (RuntimeError)" in desk.said[0]
    with desk.site(ws) as site:
        assert [one.status for one in history(site, path)] == ["unverified"]
    await desk.applications.close()


async def test_files_that_are_closed_are_let_go(ws: Path) -> None:
    desk = Desk(ws)
    made: list[weakref.ref[object]] = []
    for number in range(60):
        path = ws / f"w{number}.workflow.yaml"
        await desk.fixed(path)
        standing = desk.applications.of(str(path)).state.standing
        assert len(standing) == 1
        made.append(weakref.ref(standing[0]))
        del standing
        desk.documents.remove(str(path))
        desk.applications.forget(str(path))
    await desk.applications.close()
    gc.collect()
    living = [number for number, one in enumerate(made) if one()]
    assert len(living) <= 20
    assert living == list(range(60 - len(living), 60)), "those closed last may still be verified"
    assert desk.applications.recorded.sessions(str(ws / "w0.workflow.yaml")) == ()
    first = ws / "w0.workflow.yaml"
    desk.applications.opened(desk.become(first, FIXED))
    await desk.applications.close()
    assert len(desk.applications.recorded.sessions(str(first))) == 1, "opened again, all is looked up"
    assert len(desk.applications.of(str(first)).state.standing) == 1
    assert desk.said == []
