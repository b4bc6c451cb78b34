"""Issues of a run that goes on: shown step by step, in place of the last run's, and mended while it goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.desk import Desk, plain
from lsp.editor import Editor, capabilities_of, editing, with_status
from lsp.gates import Gates, gates
from lsp.test_lsp_status import told

STEP = '  - id: {name}\n    uses: http.request\n    with: {{url: "{url}/{name}"}}\n'
SORT = '  - id: sort_{name}\n    uses: data.sort\n    with: {{items: "{{{{ {name}.body.of_{name} }}}}"}}\n'
GOOD, BAD = {"of_one": [1], "of_two": [1]}, {"off_one": [1], "off_two": [1]}
ON_SAVE = {"trials": "off", "ignore": ["hardcoded-value"]}
OPTIONS = {"run": "manual", **ON_SAVE}
ONE, TWO = "of_one", "of_two"


@pytest.fixture
def door() -> Iterator[Gates]:
    with gates() as made:
        made.bodies = {"one": BAD, "two": BAD}
        yield made


@pytest.fixture
def text(door: Gates) -> str:
    """First `one` and what sorts it, then `two` and what sorts that."""
    parts = [template.format(name=name, url=door.url) for name in ("one", "two") for template in (STEP, SORT)]
    return "name: a\nsteps:\n" + "".join(parts).replace('/two"}\n', '/two"}\n    needs: [sort_one]\n')


@pytest.fixture
def uri(ws: Path, text: str) -> str:
    (ws / "a.workflow.yaml").write_text(text)
    return (ws / "a.workflow.yaml").as_uri()


async def begun(editor: Editor, uri: str, text: str) -> None:
    editor.open(uri, text)
    await editor.checked(uri, 1)
    await editor.command("trust", uri=uri)


async def calibrated(editor: Editor, uri: str) -> Any:
    return await editor.session((await editor.command("calibrate", uri=uri))["session"])


async def at_gate(editor: Editor, door: Gates, name: str, times: int = 1) -> None:
    await editor.until(lambda: door.asked.count(name) >= times, f"the run at ‘{name}’")


def places(diagnostics: Any, text: str) -> list[str]:
    """Return what the diagnostics stand on, as far as it is one line."""
    lines = text.split("\n")
    return sorted(
        lines[one.range.start.line][one.range.start.character : one.range.end.character].strip("{} ")
        for one in diagnostics
    )


async def shown(editor: Editor, uri: str, text: str, *wanted: str) -> None:
    await editor.until(lambda: places(editor.shown(uri), text) == sorted(wanted), f"issues at {wanted}")


async def answered(editor: Editor, uri: str) -> str:
    """Wait until the newest change is verified, which is recorded beside the messages, and return what it answers."""
    async with asyncio.timeout(15):
        while True:
            history = plain(await editor.command("history", uri=uri))
            change = next(one["change"] for one in history if one.get("change"))
            if change["status"] == "verified":
                return str(change["answers"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_an_issue_shows_as_soon_as_its_step_has_ended(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str, encoding: str
) -> None:
    text = text.replace("name: a\n", "name: 😀\n").replace("\n", "\r\n")
    text = text.replace("id: sort_one", "name: 😀\r\n    id: sort_one")
    (ws / "a.workflow.yaml").write_bytes(text.encode())
    capabilities = with_status()
    assert capabilities.general
    capabilities.general.position_encodings = [types.PositionEncodingKind(encoding)]
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, capabilities=capabilities) as editor:
        await begun(editor, uri, text)
        session = (await editor.command("calibrate", uri=uri))["session"]
        door.open("one")
        await at_gate(editor, door, "two")
        await shown(editor, uri, text, ONE)
        await told(editor, state="running", counts={"error": 1, "warning": 0, "hint": 0})
        assert not editor.sessions
        early = editor.shown(uri)[0]
        door.open("two")
        result = await editor.session(session)
        await shown(editor, uri, text, ONE, TWO)
        assert early in editor.shown(uri), "the same issue with the same identity, from first to last"
        assert {plain(one.data)["id"] for one in editor.shown(uri)} == ids(result)


def ids(result: Any) -> set[str]:
    found = plain(result)["issues"]
    return {issue["id"] for group in found.values() for issue in group}


async def test_what_was_known_stays_until_its_step_has_ended_again(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await begun(editor, uri, text)
        door.open("one", "two")
        await calibrated(editor, uri)
        await shown(editor, uri, text, ONE, TWO)
        first = len(editor.published)
        await calibrated(editor, uri)
        assert {tuple(places(one.diagnostics, text)) for one in editor.published[first:]} == {(ONE, TWO)}
        door.bodies["one"] = GOOD
        door.shut("two")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two", 3)
        await shown(editor, uri, text, TWO)
        assert not any(one.session == session for one in editor.sessions)
        door.bodies["two"] = GOOD
        door.open("two")
        await editor.session(session)
        await shown(editor, uri, text)


async def test_of_a_cancelled_run_counts_what_it_came_to(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await begun(editor, uri, text)
        door.open("one", "two")
        await calibrated(editor, uri)
        door.bodies["one"] = GOOD
        door.shut("two")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two", 2)
        await shown(editor, uri, text, TWO)
        await editor.command("cancel", session=session)
        assert (await editor.session(session)).status == "cancelled"
        await shown(editor, uri, text, TWO)
        door.bodies["one"] = BAD
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two", 3)
        await shown(editor, uri, text, ONE, TWO)
        door.bodies["two"] = GOOD
        door.open("two")
        await editor.session(session)
        await shown(editor, uri, text, ONE)


async def test_typing_while_it_runs_moves_and_outdates_what_it_found(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await begun(editor, uri, text)
        door.open("one")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two")
        await shown(editor, uri, text, ONE)
        moved = text.replace("steps:\n", "# 😀 more\n\nsteps:\n")
        editor.change(uri, moved, 2)
        await editor.checked(uri, 2)
        assert places(editor.shown(uri), moved) == [ONE]
        edited = moved.replace(ONE, "more")
        editor.change(uri, edited, 3)
        await editor.checked(uri, 3)
        assert not editor.shown(uri)
        door.open("two")
        await editor.session(session)
        await shown(editor, uri, edited, TWO)
        assert editor.published[-1].version == 3


async def test_a_fix_of_a_run_that_goes_on_is_applied_and_verified(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=ON_SAVE) as editor:
        await begun(editor, uri, text)
        door.open("one")
        editor.save(uri)
        await at_gate(editor, door, "two")
        await shown(editor, uri, text, ONE)
        desk = Desk(editor, uri, text)
        await desk.fix(ONE)
        assert "one.body.off_one" in desk.text
        await at_gate(editor, door, "two", 2)
        await editor.until(lambda: editor.sessions, "the end of the run that the fix outdates")
        assert (editor.sessions[0].status, len(ids(editor.sessions[0]))) == ("cancelled", 1)
        door.open("two")
        await editor.until(lambda: len(editor.sessions) == 2, "the run that verifies it")
        await shown(editor, uri, desk.text, TWO)
        assert await answered(editor, uri) == editor.sessions[0].session


async def test_a_fix_applied_during_a_run_that_was_asked_for_waits_for_its_end(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=ON_SAVE) as editor:
        await begun(editor, uri, text)
        door.open("one")
        asked = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two")
        await shown(editor, uri, text, ONE)
        desk = Desk(editor, uri, text)
        await desk.fix(ONE)
        assert not editor.sessions
        door.open("two")
        assert (await editor.session(asked)).status == "completed"
        await editor.until(lambda: len(editor.sessions) == 2, "the run that verifies it")
        await shown(editor, uri, desk.text, TWO)
        assert await answered(editor, uri) == asked


async def test_of_a_file_that_is_not_open_too(ws: Path, tmp_path: Path, door: Gates, uri: str, text: str) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await editor.command("trust", uri=uri)
        door.open("one")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two")
        await shown(editor, uri, text, ONE)
        door.open("two")
        await editor.session(session)
        await shown(editor, uri, text, ONE, TWO)


async def test_undone_to_the_text_of_the_last_run_only_that_one_counts(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await begun(editor, uri, text)
        door.bodies["two"] = GOOD
        door.open("one", "two")
        await calibrated(editor, uri)
        await shown(editor, uri, text, ONE)
        other = text.replace("name: a\n", "name: b\n")
        editor.change(uri, other, 2)
        await editor.checked(uri, 2)
        door.bodies["one"] = GOOD
        door.shut("two")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "two", 2)
        await shown(editor, uri, other)
        editor.change(uri, text, 3)
        await editor.checked(uri, 3)
        assert places(editor.shown(uri), text) == [ONE]
        await editor.command("cancel", session=session)
        await editor.session(session)
        await shown(editor, uri, text, ONE)


async def test_what_a_look_found_goes_as_soon_as_its_step_has_run(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    text = text.replace("steps:\n", "steps:\n  - {id: read, uses: file.read, with: {path: late.txt}}\n")
    text = text.replace("  - id: one\n", "  - id: one\n    needs: read\n")
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await begun(editor, uri, text)
        await shown(editor, uri, text, "late.txt")
        (ws / "late.txt").write_text("here")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await at_gate(editor, door, "one")
        await shown(editor, uri, text)
        door.open("one", "two")
        await editor.session(session)
        await shown(editor, uri, text, ONE, TWO)


async def test_a_run_that_is_broken_off_leaves_what_it_did_not_come_to(
    ws: Path, tmp_path: Path, door: Gates, uri: str, text: str
) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS) as editor:
        await begun(editor, uri, text)
        door.open("one", "two")
        await calibrated(editor, uri)
        door.bodies["one"] = GOOD
        door.shut("two")
        (ws / "calibrant.toml").write_text("time_limit = 2\n")
        editor.save((ws / "calibrant.toml").as_uri())
        result = await calibrated(editor, uri)
        assert (result.status, [one.status for one in result.steps]) == (
            "failed", ["completed", "completed", "not_run", "skipped"],
        )  # fmt: skip
        await shown(editor, uri, text, TWO)


async def test_thousands_of_failures_are_shown_in_a_few_publications(ws: Path, tmp_path: Path) -> None:
    count = 3000
    step = '  - id: s{at}\n    uses: data.sort\n    with: {{items: "{{{{ env.NOT_SET_{at} }}}}"}}\n'
    text = "name: a\nsteps:\n" + "".join(step.format(at=at) for at in range(count))
    uri = (ws / "a.workflow.yaml").as_uri()
    (ws / "a.workflow.yaml").write_text(text)
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, capabilities=capabilities_of("neovim")) as editor:
        editor.open(uri, text)
        await editor.checked(uri, 1)
        first = len(editor.published)
        session = (await editor.command("calibrate", uri=uri))["session"]
        await editor.session(session, 120)
        await editor.until(lambda: len(editor.shown(uri)) >= count, "all of them")
        assert len(editor.published) - first < count / 20
        sizes = [len(one.diagnostics) for one in editor.published[first:]]
        assert sizes == sorted(sizes)
