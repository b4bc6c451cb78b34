"""Whatever is applied, typed, undone, redone and rolled back in a document: its text and what is recorded tell the same."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from calibrant.change import Site, history, rollback_edits, rolled_back
from calibrant.model.applied import STANDING, AppliedFix, ChangeSession
from calibrant.model.text import Span, TextEdit, apply_edits
from calibrant.store import open_store
from calibrant.workspace.application import Application
from calibrant.workspace.applications import Applications
from calibrant.workspace.documents import Documents
from calibrant.workspace.door import Door
from calibrant.workspace.told import Told

FAULTS = ("wrong1", "wrong2😀", "wrong3")
TEXT = "name: 😀\n\n" + "".join(f"- step: {n}\n  with: {{value: {fault}}} # é\n\n" for n, fault in enumerate(FAULTS))


def mended(fault: str) -> str:
    return fault.replace("wrong", "right, and longer, ")


class Editing(RuleBasedStateMachine):
    """One document, one store; each rule is one thing that a user does, seen by the server as one new text."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.workspace = Path(self.folder.name).resolve() / "ws"
        self.workspace.mkdir()
        self.path = self.workspace / "a.workflow.yaml"
        self.path.write_text(TEXT)
        self.loop = asyncio.new_event_loop()
        self.said: list[str] = []
        self.documents = Documents()
        self.applications = self.loop.run_until_complete(self._made())
        self.text, self.past, self.future = TEXT, [], []  # type: tuple[str, list[str], list[str]]
        self._seen()

    async def _made(self) -> Applications:
        async def failing(path: Path, sessions: object) -> None:
            raise AssertionError(f"nothing was run: {path} {sessions}")

        told = Told(self.said.append, lambda _: None, failing, lambda _: None, lambda _: None)
        return Applications(
            Door(self._site, self._site),
            workspace_of=lambda _: self.workspace,
            name_of=lambda path: path.name,
            history=lambda _workspace, _name: (),
            told=told,
        )

    @contextmanager
    def _site(self, workspace: Path) -> Iterator[Site]:
        with closing(open_store(workspace.parent / "state", workspace)) as store:
            yield Site(workspace, store.changes)

    def teardown(self) -> None:
        self.loop.close()
        self.folder.cleanup()

    @rule(fault=st.sampled_from(FAULTS), used=st.booleans())
    def fix(self, fault: str, used: bool) -> None:
        """Take a quick fix, or only look at what it would do."""
        if fault not in self.text:
            return
        start = self.text.index(fault)
        edits = (TextEdit(Span(start, start + len(fault)), mended(fault)),)
        after = apply_edits(self.text, edits)
        fixes = (AppliedFix(fault, f"Change ‘{fault}’", "closest-name", fault),)
        self.applications.hand_out(str(self.path), Application(self.path, self.text, edits, len(after), fixes))
        if used:
            self._become(after)

    @rule(line=st.integers(0, 9), words=st.sampled_from(["# mine 😀", "# yours", ""]))
    def type(self, line: int, words: str) -> None:
        """Put a line of one's own anywhere."""
        lines = self.text.splitlines(keepends=True)
        self._become("".join([*lines[:line], words + "\n", *lines[line:]]))

    @precondition(lambda self: self.past)
    @rule(steps=st.integers(1, 3))
    def undo(self, steps: int) -> None:
        """Undo one step, or several that arrive as one."""
        for _ in range(min(steps, len(self.past))):
            self.future.append(self.text)
            self.text = self.past.pop()
        self._seen()

    @precondition(lambda self: self.future)
    @rule(steps=st.integers(1, 3))
    def redo(self, steps: int) -> None:
        """Redo one step, or several that arrive as one."""
        for _ in range(min(steps, len(self.future))):
            self.past.append(self.text)
            self.text = self.future.pop()
        self._seen()

    @precondition(lambda self: self.standing())
    @rule(which=st.integers(0, 2), late=st.booleans())
    def roll_back(self, which: int, late: bool) -> None:
        """Roll back a session, told before the new text arrives or after it."""
        standing = self.standing()
        session = standing[which % len(standing)].id
        with self._site(self.workspace) as site:
            plan = rollback_edits(site, {self.path: self.text}, session)
            if plan.reason:
                assert plan.conflicts
                return
            after = apply_edits(self.text, plan.edits[self.path])
            self.applications.of(str(self.path)).leaving(session, after, "")
            if late:
                self._become(after)
            rolled_back(site, session)
            if not late:
                self._become(after)

    @invariant()
    def the_text_and_the_record_tell_the_same(self) -> None:
        """A session stands for each fix whose words are in the text, and for no other."""
        standing = sorted(session.fixes[0].id for session in self.standing())
        assert standing == [fault for fault in FAULTS if mended(fault) in self.text]
        memory = self.applications.of(str(self.path)).state.standing
        assert sorted(one.session for one in memory) == sorted(session.id for session in self.standing())
        assert self.said == []
        assert all((fault in self.text) != (mended(fault) in self.text) for fault in FAULTS)

    def standing(self) -> list[ChangeSession]:
        """Return the recorded sessions that stand."""
        with self._site(self.workspace) as site:
            return [one for one in history(site, self.path, 1000) if one.status in STANDING]

    def _become(self, text: str) -> None:
        self.past.append(self.text)
        self.future.clear()
        self.text = text
        self._seen()

    def _seen(self) -> None:
        async def told() -> None:
            snapshot = self.documents.put(str(self.path), self.path.as_uri(), self.path, self.text, 1)
            self.applications.changed(snapshot, None, {})
            await self.applications.close()

        self.loop.run_until_complete(told())


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
