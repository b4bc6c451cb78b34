"""Workflows as people write them, with the real reader, connectors, store and child processes."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from calibrant import connectors, dialects
from calibrant.engine.run import run_workflow
from calibrant.model.event import Event, RunRequest
from calibrant.model.issue import Kind
from calibrant.store import Store, open_store
from engine.building import Seen

ENVIRON = {"PATH": os.environ.get("PATH", os.defpath), "GREETING": "hello"}


def begin(folder: Path, text: str, store: Store, **given: Any) -> AsyncIterator[Event]:
    path = folder / "x.workflow.yaml"
    path.write_text(text, encoding="utf-8")
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    environ = ENVIRON | given.pop("environ", {})
    fields: dict[str, Any] = {"trusted": True, "execute": "open", "session": "s"} | given
    request = RunRequest(workspace=str(folder), path=str(path), text=text, state="", **fields)
    return run_workflow(request, workflow, connectors.registry(), store.outputs, environ)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "workspace"
    made.mkdir()
    return made


@pytest.fixture
def store(tmp_path: Path, folder: Path) -> Any:
    opened = open_store(tmp_path / "state", folder)
    yield opened
    opened.close()


async def run(folder: Path, text: str, store: Store, **given: Any) -> Seen:
    async with asyncio.timeout(30):
        return Seen([event async for event in begin(folder, text, store, **given)])


CSV = "name,team\nana,ops\nbo,dev\n"
PEOPLE = """\
inputs:
  team: {default: ops}
steps:
  - id: people
    uses: sheet.read
    with: {file: people.csv}
  - id: wanted
    uses: data.filter
    with:
      items: "{{ people.rows }}"
      where: item.team == wish.content and inputs.team == 'ops'
  - id: names
    uses: data.map
    with: {items: "{{ wanted.items }}", to: "{{ index }} {{ item.name }}"}
  - id: wish
    uses: file.read
    with: {path: wish.txt}
  - id: report
    uses: file.write
    with: {path: out.json, content: "{{ names.items }}"}
  - id: read_back
    uses: file.read
    with: {path: out.json}
    needs: report
  - id: said
    run: |
      cat <<END
      $GREETING {{ names.items[0] }}
      END
      printf '%s' {{ read_back.content }}
    env: {GREETING: "{{ env.GREETING }}"}
"""


async def test_data_flows_through_files_private_copy_and_commands(folder: Path, store: Store) -> None:
    (folder / "people.csv").write_text(CSV)
    (folder / "wish.txt").write_text("ops")
    seen = await run(folder, PEOPLE, store)
    assert {event.failures for event in seen.finished.values()} == {()}
    expected = dict.fromkeys(("people", "wanted", "names", "wish", "read_back", "said"), "completed")
    assert seen.status() == expected | {"report": "rehearsed"}
    assert store.outputs.last_good("x.workflow.yaml", "names") == (True, {"items": ["0 ana"], "count": 1})
    found, said = store.outputs.last_good("x.workflow.yaml", "said")
    assert found
    assert said["stdout"] == 'hello 0 ana\n["0 ana"]'  # type: ignore[index]
    assert not (folder / "out.json").exists()


async def test_partial_after_one_edit(folder: Path, store: Store) -> None:
    (folder / "people.csv").write_text(CSV)
    (folder / "wish.txt").write_text("ops")
    await run(folder, PEOPLE, store)
    again = await run(folder, PEOPLE, store, resume="partial", session="again")
    assert all(event.reused for event in again.finished.values())
    edited = PEOPLE.replace("{{ index }} {{", "{{ index }}: {{")
    seen = await run(folder, edited, store, resume="partial", session="edited")
    assert {step for step, event in seen.finished.items() if event.reused} == {"people", "wish", "wanted"}


async def test_every_failure_of_six_in_one_pass(folder: Path, store: Store) -> None:
    (folder / "people.csv").write_text(CSV)
    text = """\
steps:
  - {id: gone, uses: file.read, with: {path: poeple.csv}, sample: {content: [{name: ana}], path: x, size: 1}}
  - {id: people, uses: sheet.read, with: {file: people.csv}}
  - {id: shape, uses: data.map, with: {items: "{{ people }}", to: "{{ item.name }}"}}
  - {id: field, uses: data.filter, with: {items: "{{ people.rows }}", where: item.taem == 'ops'}}
  - {id: hidden, uses: data.map, with: {items: "{{ gone.content }}", to: "{{ item.nmae }}"}}
  - {id: dead, uses: http.request, with: {url: "http://127.0.0.1:9/"}, retry: {attempts: 1}}
  - {id: same, uses: http.request, with: {url: "http://127.0.0.1:9/x"}, needs: dead}
  - {id: script, run: "exit 3", needs: shape}
"""
    seen = await run(folder, text, store)
    found = {step: event.failures[0].code for step, event in seen.finished.items() if event.failures}
    assert found == {
        "gone": "file-not-found",
        "shape": "shape-mismatch",
        "field": "missing-field",
        "hidden": "missing-field",
        "dead": "connection-refused",
        "script": "command-failed",
    }
    assert {step for step, event in seen.finished.items() if event.provisional} == {"hidden"}
    assert seen.finished["same"].reason == "Not tried: ‘dead’ could not reach http://127.0.0.1:9."
    hidden = seen.failure("hidden")
    assert (hidden.kind, hidden.candidates[0]) == (Kind.MISSING_DATA, "name")
    assert hidden.span is not None
    step = next(step for step in dialects.read("x.workflow.yaml", text).steps if step.id == "hidden")  # type: ignore[union-attr]
    span = step.at(hidden.span)
    assert text[span.start : span.end] == "nmae"


async def test_without_trust_commands_and_the_network_are_not_run(folder: Path, store: Store) -> None:
    (folder / "a.txt").write_text("x")
    text = """\
steps:
  - {id: read, uses: file.read, with: {path: a.txt}}
  - {id: script, run: "true"}
  - {id: web, uses: http.request, with: {url: "http://127.0.0.1:9/"}}
"""
    seen = await run(folder, text, store, trusted=False, execute="no")
    assert seen.status() == {"read": "completed", "script": "not_run", "web": "not_run"}


async def test_a_secret_in_the_output_of_a_command_is_stored_masked(folder: Path, store: Store) -> None:
    text = "secrets: [PASS]\nsteps:\n  - {id: a, run: 'echo {{ secrets.PASS }}; echo {{ secrets.PASS }} >&2; exit 1'}\n"
    text += "  - {id: b, run: 'echo {{ secrets.PASS }}'}\n"
    seen = await run(folder, text, store, environ={"PASS": "open-sesame"})
    assert seen.status() == {"a": "failed", "b": "completed"}
    assert "open-sesame" not in repr(seen.events)
    assert "•••" in seen.failure("a").output
    assert store.outputs.last_good("x.workflow.yaml", "b") == (False, None)


def running(marker: str) -> list[Path]:
    """Return the processes that have the marker among their arguments, wherever they hide."""
    found = []
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"\0{marker}\0".encode() in arguments.read_bytes():
                found.append(arguments)
        except OSError:  # it ended meanwhile
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked for in /proc")
@pytest.mark.parametrize("how", ["close", "limit", "timeout"])
async def test_no_child_is_left_behind(folder: Path, store: Store, how: str) -> None:
    marker = f"60.{os.getpid()}{['close', 'limit', 'timeout'].index(how)}"
    timeout = ", timeout: 1" if how == "timeout" else ""
    text = f"steps:\n  - {{id: a, run: 'sleep {marker} & setsid sleep {marker} & wait'{timeout}}}\n"
    events: list[Event] = []

    async def consume() -> None:
        limit = {"time_limit": 1.0} if how == "limit" else {}
        events.extend([event async for event in begin(folder, text, store, **limit)])

    consumer = asyncio.ensure_future(consume())
    async with asyncio.timeout(10):
        while len(running(marker)) < 2:
            await asyncio.sleep(0.02)
        if how == "close":
            consumer.cancel()
        await asyncio.wait([consumer])
    async with asyncio.timeout(5):  # the kernel takes a sandbox's processes down one after the other
        while running(marker):
            await asyncio.sleep(0.02)
    if how == "limit":
        assert Seen(events).end.status == "failed"
    if how == "timeout":
        assert Seen(events).failure("a").code == "step-timeout"


@pytest.mark.parametrize("cut", range(0, len(PEOPLE), 23))
async def test_half_a_workflow_runs_as_far_as_it_is_written(folder: Path, store: Store, cut: int) -> None:
    (folder / "people.csv").write_text(CSV)
    (folder / "wish.txt").write_text("ops")
    seen = await run(folder, PEOPLE[:cut], store, execute="no")
    assert seen.end.status == "completed"
    codes = {failure.code for event in seen.finished.values() for failure in event.failures}
    assert "connector-error" not in codes


async def test_a_value_that_is_not_written_yet_is_not_made_up(folder: Path, store: Store) -> None:
    text = (
        "steps:\n  - id: a\n    uses: file.write\n    with:\n      path: x.txt\n      content: [1, ]\n      append:\n"
    )
    seen = await run(folder, text, store)
    assert seen.status() == {"a": "skipped"}
    assert seen.finished["a"].reason == "It needs a value that is not known yet."
