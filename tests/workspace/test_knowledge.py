"""What is known of open workflows, from real runs in worker processes and from what they recorded."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from calibrant import app
from calibrant.ide.typed import output_words, root, words
from calibrant.ide.view import NOTHING
from calibrant.model.event import Event, StepFinished, StepStarted
from calibrant.model.observed import Observed
from calibrant.model.preview import More
from calibrant.model.session import StepRecord
from calibrant.model.settings import Settings
from calibrant.workspace.calibration import RunOptions
from workspace.knowing import Window

TEXT = """\
inputs:
  file: {type: path, default: people.json}
steps:
  - id: people
    uses: file.read
    with: {path: "{{ inputs.file }}"}
  - id: adults
    uses: data.filter
    with: {items: "{{ people.content }}", where: "{{ item.age >= 18 }}"}
  - id: names
    uses: data.map
    with: {items: "{{ adults.items }}", to: "{{ item.name | upper }}"}
"""
PEOPLE = [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 7}, {"name": "Cid", "age": 41, "dog": True}]

Open = Callable[..., Window]


@pytest.fixture
async def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Return a maker of windows on a workspace that holds `people.json`."""
    monkeypatch.setenv("CALIBRANT_STATE", str(tmp_path / "state"))
    workspace = tmp_path / "w"
    workspace.mkdir()
    people(workspace, PEOPLE)
    windows: list[Window] = []

    def make(**settings: object) -> Window:
        windows.append(Window(workspace, Settings(**settings)))  # type: ignore[arg-type]
        return windows[-1]

    yield make
    for one in windows:
        await one.close()


def people(workspace: Path, given: object) -> None:
    (workspace / "people.json").write_text(json.dumps(given), encoding="utf-8")


def rows(tmp_path: Path) -> list[bytes]:
    """Return what is recorded of what steps gave."""
    (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    found = [row[0] for row in connection.execute("SELECT observed FROM step_runs WHERE observed <> x''")]
    connection.close()
    return found


def contents(folder: Path) -> bytes:
    """Return all bytes of all files below a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_run_tells_what_its_steps_gave(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    assert dict((await one.view(snapshot)).steps) == {}
    session = await one.run(snapshot)
    known = await one.view(snapshot)
    assert {label: run.status for label, run in known.steps.items()} == dict.fromkeys(
        ("people", "adults", "names"), "completed"
    )
    step = known.steps["adults"]
    assert (step.session, step.outdated, step.earlier, step.reused) == (session, False, False, False)
    assert output_words(step) == "list of 2 items"
    assert step.preview == {"items": [PEOPLE[0], PEOPLE[2]], "count": 2}
    item = root(known, known.workflow.step("names"), "item", "items")
    assert item is not None
    assert words(item) == "object"
    assert item.observed is not None
    assert item.observed.optional("dog")
    assert not item.observed.optional("name")
    assert known.steps["names"].preview == {"items": ["ANN", "CID"], "count": 2}


async def test_it_is_known_after_a_restart(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot)
    before = dict((await one.view(snapshot)).steps)
    another = window()
    assert dict((await another.view(another.open(TEXT))).steps) == before
    assert dict((await another.view(another.open(TEXT, "b.workflow.yaml"))).steps) == {}


async def test_a_step_at_work_is_running_and_keeps_what_it_gave_before(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot)
    seen: list[tuple[str, str, object]] = []

    def look(event: Event) -> None:
        if isinstance(event, StepStarted | StepFinished):
            known = one.knowledge.now(snapshot)
            assert known is not None
            run = known.steps[event.step]
            seen.append((event.step, run.status, run.earlier))
            assert run.preview is not NOTHING

    one.seen = look
    await one.run(snapshot)
    assert seen == [
        (step, *state) for step in ("people", "adults", "names") for state in (("running", True), ("completed", False))
    ]


EDITS = [
    ('where: "{{ item.age >= 18 }}"', 'where: "{{ item.age >= 21 }}"', {"adults"}),
    ("    uses: data.filter\n", "    if: true\n    uses: data.filter\n", {"adults"}),
    ("inputs:", "name: people\ninputs:", set()),
    ("  - id: adults", "  # a comment between\n\n  - id: adults", set()),
    ('upper }}"}\n', 'upper }}"}', set()),
    ('upper }}"}\n', 'upper }}"}\n\n  - id: new\n    run: echo\n', set()),
    ("default: people.json", "default: others.json", set()),
]


@pytest.mark.parametrize(("before", "after", "outdated"), EDITS)
async def test_what_ran_is_outdated_by_an_edit_of_the_step_alone(
    window: Open, before: str, after: str, outdated: set[str]
) -> None:
    one = window()
    await one.run(one.open(TEXT))
    known = await one.view(one.type(TEXT.replace(before, after)))
    assert {label for label, run in known.steps.items() if run.outdated} == outdated
    assert len(known.steps) == 3
    assert all(run.preview is not NOTHING for run in known.steps.values())
    again = await one.view(one.type(TEXT))
    assert not any(run.outdated for run in again.steps.values())


async def test_a_step_keeps_what_is_known_under_a_new_name(window: Open) -> None:
    one = window()
    await one.run(one.open(TEXT))
    renamed = TEXT.replace("people\n", "folk\n").replace("people.content", "folk.content")
    known = await one.view(one.type(renamed))
    assert list(known.steps) == ["folk", "adults", "names"]
    assert not any(run.outdated for run in known.steps.values())
    typed = root(known, None, "folk")
    assert typed is not None
    assert typed.observed is not None
    assert root(known, None, "people") is None


async def test_another_connector_begins_afresh(window: Open) -> None:
    one = window()
    await one.run(one.open(TEXT))
    changed = TEXT.replace("data.map", "data.sort").replace('to: "{{ item.name | upper }}"', 'by: "{{ item.name }}"')
    for text in (changed, TEXT.replace("    uses: data.map\n", "    uses: data.map\n    for_each: [1, 2]\n")):
        run = await one.step(one.type(text), "names")
        assert run.outdated
        assert (run.observed, run.latest, run.preview) == (None, None, NOTHING)
    assert (await one.step(one.type(TEXT), "names")).observed


async def test_steps_without_a_name_are_known_by_what_they_say(window: Open) -> None:
    text = TEXT.replace("  - id: names\n    uses", "  - uses")
    one = window()
    await one.run(one.open(text))
    assert (await one.step(one.type(text), "#3")).status == "failed"
    moved = text.replace("steps:\n", "steps:\n  - uses: data.map\n    with: {items: [1], to: 2}\n")
    known = await one.view(one.type(moved))
    assert list(known.steps) == ["people", "adults", "#4"]
    assert not known.steps["#4"].outdated


async def test_several_runs_tell_what_is_optional(window: Open, tmp_path: Path) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot)
    people(tmp_path / "w", [{"name": None, "age": 20, "cat": 1}] * 5)
    await one.run(snapshot)
    for here in (one, window()):
        run = await here.step(here.open(TEXT) if here is not one else snapshot, "people")
        assert output_words(run) == "content: list of 5 objects"
        content = run.observed and run.observed.field("content")
        assert content
        assert (content.least, content.most) == (3, 5)
        item = content.item
        assert item
        assert [name for name, _ in item.fields if not item.optional(name)] == ["name", "age"]
        assert item.field("name") == Observed(("null", "string"), (5, 3))


async def test_of_a_cancelled_run_what_ended_counts_and_nothing_is_left_running(window: Open, tmp_path: Path) -> None:
    text = TEXT.replace(
        "  - id: names\n",
        "  - {id: slow, needs: [people], run: sleep 30, timeout: 60}\n  - id: names\n    needs: [slow]\n",
    )
    one = window()
    snapshot = one.open(text)
    started = asyncio.Event()
    one.seen = lambda event: started.set() if isinstance(event, StepStarted) and event.step == "slow" else None
    session = one.runs.start(snapshot, RunOptions(trust=True), asked=True)
    await started.wait()
    assert (await one.step(snapshot, "slow")).status == "running"
    one.runs.cancel(session)
    await one.over(session)
    known = await one.view(snapshot)
    assert "slow" not in known.steps
    assert known.steps["people"].status == "completed"
    assert "names" not in known.steps
    another = window()
    assert list((await another.view(another.open(text))).steps) == list(known.steps)


async def test_a_run_of_an_older_text_is_told_as_such(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    newer = TEXT.replace("item.age >= 18", "item.age >= 21")
    now = one.type(newer)
    await one.run(snapshot)
    known = await one.view(now)
    assert {label: run.outdated for label, run in known.steps.items()} == {
        "people": False,
        "adults": True,
        "names": False,
    }


async def test_a_failure_keeps_what_was_given_before_and_says_so(window: Open, tmp_path: Path) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot)
    (tmp_path / "w" / "people.json").unlink()
    session = await one.run(snapshot)
    run = await one.step(snapshot, "people")
    assert (run.status, run.session, run.earlier) == ("failed", session, True)
    assert run.preview is not NOTHING
    assert (await one.step(snapshot, "adults")).provisional


async def test_another_window_hears_of_it(window: Open) -> None:
    one, other = window(), window()
    snapshot, theirs = one.open(TEXT), other.open(TEXT)
    assert dict((await other.view(theirs)).steps) == {}
    await one.run(snapshot)
    other.knowledge.refresh(theirs)
    async with asyncio.timeout(10):
        while not (await other.view(theirs)).steps:
            await asyncio.sleep(0.01)
    assert dict((await other.view(theirs)).steps) == dict((await one.view(snapshot)).steps)


async def test_what_is_looked_up_slowly_never_takes_the_place_of_a_run_that_ended_meanwhile(
    window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot)
    before, read, go_on = dict((await one.view(snapshot)).steps), threading.Event(), threading.Event()
    step_runs = app._step_runs

    def slowly(workspace: Path, name: str) -> Sequence[StepRecord]:
        records = step_runs(workspace, name)
        read.set()
        assert go_on.wait(30)
        return records

    monkeypatch.setattr(app, "_step_runs", slowly)
    one.knowledge.refresh(snapshot)
    assert await asyncio.to_thread(read.wait, 30)
    people(one.workspace, PEOPLE[:1])
    session = await one.run(snapshot)
    go_on.set()
    await one.at_rest()
    known = (await one.view(snapshot)).steps
    assert {label: run.session for label, run in known.items()} == dict.fromkeys(before, session)
    assert output_words(known["adults"]) == "list of 1 item"


async def test_listeners_are_told_together_and_only_of_open_documents(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.view(snapshot)
    await asyncio.sleep(0.15)
    before = len(one.told)
    await one.run(snapshot)
    await asyncio.sleep(0.15)
    assert set(one.told[before:]) == {snapshot.key}
    one.knowledge.forget(snapshot.key)
    after = len(one.told)
    await one.run(snapshot)
    await asyncio.sleep(0.15)
    assert len(one.told) == after
    assert dict((await one.view(snapshot)).steps) == {}


async def test_without_previews_no_value_is_recorded_nor_shown(window: Open, tmp_path: Path) -> None:
    one = window(previews="off")
    snapshot = one.open(TEXT)
    await one.run(snapshot, {"file": "people.json"})
    known = await one.view(snapshot)
    assert all(run.preview is NOTHING for run in known.steps.values())
    assert known.inputs == {}
    assert not known.previews
    assert output_words(known.steps["adults"]) == "list of 2 items"
    recorded = b"".join(rows(tmp_path))
    assert b"dog" in recorded
    assert b"Ann" not in recorded
    assert b"ANN" not in recorded


async def test_values_of_before_are_not_shown_once_previews_are_off(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot, {"file": "people.json"})
    assert (await one.view(snapshot)).inputs == {"file": "people.json"}
    one.settings = Settings(previews="off")
    for here in (one, window(previews="off")):
        known = await here.view(here.open(TEXT) if here is not one else snapshot)
        assert all(run.preview is NOTHING for run in known.steps.values())
        assert words(root(known, None, "people")) == "object"  # type: ignore[arg-type]
        assert known.inputs == {}


async def test_large_outputs_are_cut_and_only_looked_at_in_part(window: Open, tmp_path: Path) -> None:
    people(tmp_path / "w", [{"name": f"n{at}", "age": at, "text": "x" * 500} for at in range(20_000)])
    one = window()
    snapshot = one.open(TEXT)
    await one.run(snapshot)
    run = await one.step(snapshot, "people")
    assert output_words(run) == "content: list of 20,000 objects"
    assert isinstance(run.preview, dict)
    assert run.preview["content"][-1] == More(19_995)
    assert all(len(row) < 5000 for row in rows(tmp_path))


async def test_without_a_store_that_can_be_read_there_is_a_view_all_the_same(window: Open, tmp_path: Path) -> None:
    one = window()
    await one.run(one.open(TEXT))
    await one.close()
    (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
    for wal in path.parent.glob("calibrant.db-*"):
        wal.unlink()
    path.write_bytes(b"no database" * 1000)
    another = window()
    known = await another.view(another.open(TEXT))
    assert dict(known.steps) == {}
    assert root(known, None, "people") is not None


async def test_what_another_version_recorded_is_passed_over(window: Open, tmp_path: Path) -> None:
    one = window()
    await one.run(one.open(TEXT))
    await one.close()
    (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE step_runs SET observed = x'ff00', definition = 'other' WHERE step = 'adults'")
    connection.commit()
    connection.close()
    another = window()
    known = await another.view(another.open(TEXT))
    assert (known.steps["adults"].outdated, known.steps["adults"].preview) == (True, NOTHING)
    assert known.steps["people"].preview is not NOTHING


async def test_a_document_that_is_no_file_and_one_that_is_no_workflow(window: Open) -> None:
    one = window()
    untitled = one.documents.put("untitled:a.workflow.yaml", "untitled:a.workflow.yaml", None, TEXT, 1)
    one.knowledge.opened(untitled)
    known = await one.view(untitled)
    assert dict(known.steps) == {}
    other = one.documents.put("x.txt", "file:///x.txt", None, TEXT, 1)
    assert await one.knowledge.view(other) is None


async def test_of_an_older_text_nothing_is_told_once_there_is_a_newer_one(window: Open) -> None:
    one = window()
    snapshot = one.open(TEXT)
    asked = asyncio.create_task(one.knowledge.view(snapshot))
    await asyncio.sleep(0)
    newer = one.type(TEXT + "\n")
    assert await asked is None
    assert (await one.view(newer)).workflow.text == TEXT + "\n"


async def test_a_server_that_is_killed_in_a_run_leaves_what_had_ended(window: Open, tmp_path: Path) -> None:
    text = TEXT.replace(
        "  - id: names\n", "  - {id: slow, needs: [adults], run: sleep 30}\n  - id: names\n    needs: [slow]\n"
    )
    one = window()
    snapshot = one.open(text)
    started = asyncio.Event()
    one.seen = lambda event: started.set() if isinstance(event, StepStarted) and event.step == "slow" else None
    one.runs.start(snapshot, RunOptions(trust=True), asked=True)
    await started.wait()
    await asyncio.sleep(0.2)  # what ended is written in the background
    another = window()
    known = await another.view(another.open(text))
    assert {label: run.status for label, run in known.steps.items()} == {"people": "completed", "adults": "completed"}
