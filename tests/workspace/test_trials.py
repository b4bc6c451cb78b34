"""Fixes tried after a run: which, in which order, what is said of them, and what a bad one costs the others."""

import os
import sys
import textwrap
from pathlib import Path

import pytest

from calibrant import app
from calibrant.model.fix import Fix
from calibrant.model.settings import Settings
from calibrant.workspace import trials
from calibrant.workspace.calibration import Outcome, RunOptions
from calibrant.workspace.candidates import MOST, MOST_FOR_ISSUE, REVEALS, candidates
from calibrant.workspace.fixing import safe_fixes
from calibrant.workspace.trials import Tried, try_fixes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALIBRANT_STATE", str(tmp_path / "state"))
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    (made / "people.csv").write_text("name,mail\nana,a@example.com\n", encoding="utf-8")
    (made / "peoples.csv").write_text("nom,mail\nana,a@example.com\n", encoding="utf-8")
    (made / "note.txt").write_text("hello", encoding="utf-8")
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def both(
    folder: Path, text: str, options: RunOptions | None = None, *, settings: Settings | None = None, command: str = ""
) -> tuple[Outcome, Outcome, list[Tried]]:
    """Return the outcome of a run, that with what was tried, and what was heard."""
    heard: list[Tried] = []
    path = folder / "a.workflow.yaml"
    path.write_text(text, encoding="utf-8")
    before = files(folder)
    asked = options or RunOptions()
    with app.calibration(folder, settings or Settings()) as calibration:
        outcome = await calibration.run(path, text, asked, lambda _event: None)
        if command:
            calibration.command = (sys.executable, "-P", command)
        found = await try_fixes(calibration, path, outcome, asked, heard.append)
    assert files(folder) == before
    return outcome, found, heard


def said(outcome: Outcome) -> dict[str, tuple[bool | None, str]]:
    """Return what is said of each fix by its title."""
    return {fix.title: (fix.verified, fix.outcome) for fixes in outcome.fixes.values() for fix in fixes}


FILE = "  - {id: read, uses: file.read, with: {path: peopls.csv}}\n"
NAMES = '  - {id: names, uses: data.map, with: {items: "{{ read.content }}", to: "{{ item.name }}"}}\n'


async def test_the_fixes_of_an_issue_are_tried_apart(folder: Path) -> None:
    _, after, heard = await both(folder, "steps:\n" + FILE + NAMES)
    told = said(after)
    assert told["Change ‘peopls.csv’ to ‘people.csv’"] == (True, "")
    assert told["Change ‘peopls.csv’ to ‘peoples.csv’"] == (True, "")
    assert [one.done for one in heard] == list(range(1, len(heard) + 1))


async def test_a_shape_that_does_not_fit_fails_its_trial_with_the_message_of_what_it_met(folder: Path) -> None:
    (folder / "r.json").write_text('{"people": [{"phone": "1"}], "week": 4}', encoding="utf-8")
    read = "  - {id: r, uses: file.read, with: {path: r.json}}\n"
    text = f"steps:\n{read}" + '  - {id: a, uses: data.map, with: {items: "{{ r.content }}", to: "{{ item.phone }}"}}\n'
    before, after, _ = await both(folder, text)
    told = said(after)
    assert told["Use ‘r.content.people’"] == (True, "")
    assert told["Make a list of ‘r.content’"] == (False, "‘item’ has no field called ‘phone’. It has: people, week.")
    assert set(said(before)) == set(told)
    (offered,) = after.fixes.values()
    assert [fix.verified for fix in offered] == [True, False]
    assert [ref.verified for issue in after.result.issues.all for ref in issue.fixes] == [True, False]


async def test_fixes_that_wait_for_each_other_are_tried_together(folder: Path) -> None:
    text = (
        "steps:\n"
        + FILE.replace("peopls.csv", "nte.txt")
        + (
            '  - {id: out, uses: file.write, with: {path: o.txt, contents: "{{ raed.content }}"}}\n'
            '  - {id: last, uses: data.map, with: {items: [1], to: "{{ out.paht }}"}}\n'
        )
    )
    _, after, _ = await both(folder, text)
    told = said(after)
    assert told["Change ‘nte.txt’ to ‘note.txt’"] == (True, "")
    verified, words = told["Change ‘contents’ to ‘content’"]
    assert verified
    assert words.startswith("together with: ")
    assert "Change ‘raed’ to ‘read’" in words
    assert told["Change ‘paht’ to ‘path’"][0]


async def test_a_second_fault_of_the_step_is_not_held_against_a_fix(folder: Path) -> None:
    (folder / "r.json").write_text('{"people": [{"phone": "1"}], "week": 4}', encoding="utf-8")
    text = (
        "steps:\n  - {id: r, uses: file.read, with: {path: r.json}}\n"
        '  - {id: a, uses: data.sort, with: {items: "{{ r.content }}", by: item.phone, descending: {}}}\n'
    )
    _, after, _ = await both(folder, text)
    verified, words = said(after)["Use ‘r.content.people’"]
    assert verified is None
    assert words.startswith("Something else is wrong with this step: ")


async def test_a_fault_that_a_fix_brings_to_light_is_not_held_against_it(folder: Path) -> None:
    (folder / "b.json").write_text('{"content": [{"a": 1}]}', encoding="utf-8")
    text = (
        "steps:\n  - {id: r, uses: file.read, with: {path: b.json}}\n"
        '  - {id: a, uses: data.map, with: {items: "{{ r.content.conten }}", to: "{{ item.bb }}"}}\n'
    )
    _, after, _ = await both(folder, text)
    verified, words = said(after)["Change ‘conten’ to ‘content’"]
    assert verified is None
    assert words.startswith(REVEALS)
    assert "‘bb’" in words
    assert any("content" in fix.title for fix in safe_fixes(after))


async def test_nothing_is_tried_after_a_live_run_or_where_the_user_does_not_want_it(folder: Path) -> None:
    text = "steps:\n" + FILE
    for options, settings in ((RunOptions(live=True), Settings()), (RunOptions(), Settings(trials="off"))):
        before, after, heard = await both(folder, text, options, settings=settings)
        assert after is before
        assert heard == []


async def test_each_issue_has_its_best_fix_tried_before_any_second_one_and_there_is_an_end(folder: Path) -> None:
    for at in range(12):
        (folder / f"file{at}.txt").write_text("x")
    steps = "".join(f"  - {{id: s{at}, uses: file.read, with: {{path: 'fle{at}.txt'}}}}\n" for at in range(20))
    path = folder / "a.workflow.yaml"
    with app.calibration(folder, Settings()) as calibration:
        outcome = await calibration.run(path, "steps:\n" + steps, RunOptions(), lambda _event: None)
    chosen = list(candidates(str(path), outcome))
    assert len(chosen) == MOST
    assert len({one.issue.id for one in chosen[:20]}) == 20
    by_issue = [sum(one.issue.id == issue for one in chosen) for issue in {one.issue.id for one in chosen}]
    assert max(by_issue) <= MOST_FOR_ISSUE
    best: list[Fix] = [outcome.fixes[one.issue.id][0] for one in chosen[:20]]
    assert [one.fix for one in chosen[:20]] == best


BAD = """
import asyncio, os, sys, time
from calibrant import app, connectors
from calibrant.engine.worker import serve_worker
from calibrant.connectors import file_read
import msgspec

async def run(params, context):
    if params["path"] == "bad2.txt":
        {deed}
    return await file_read.CONNECTOR.run(params, context)

registry = {{**connectors.registry(), "file.read": msgspec.structs.replace(file_read.CONNECTOR, run=run)}}
connectors.registry = lambda: registry
sys.exit(serve_worker(app._run))
"""

DEEDS = {
    "kills": ("await asyncio.sleep(1); os.kill(os.getpid(), 9)", "Its trial broke off."),
    "blocks": ("time.sleep(600)", "It took longer than 3 seconds."),
    "waits": ("await asyncio.sleep(600)", "It took longer than 3 seconds."),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_trial_that_breaks_or_blocks_the_worker_costs_only_itself(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    monkeypatch.setattr(trials, "TRIAL_SECONDS", 3.0)
    monkeypatch.setattr(trials, "_GRACE", 3.0)
    (tmp_path / "worker.py").write_text(textwrap.dedent(BAD).format(deed=DEEDS[deed][0]))
    for at in (1, 2, 3):
        (folder / f"bad{at}.txt").write_text("x")
    steps = "".join(f"  - {{id: s{at}, uses: file.read, with: {{path: 'bda{at}.txt'}}}}\n" for at in (1, 2, 3))
    _, after, _ = await both(folder, "steps:\n" + steps, command=str(tmp_path / "worker.py"))
    told = said(after)
    assert told["Change ‘bda1.txt’ to ‘bad1.txt’"] == (True, "")
    assert told["Change ‘bda2.txt’ to ‘bad2.txt’"] == (None, DEEDS[deed][1])
    assert told["Change ‘bda3.txt’ to ‘bad3.txt’"] == (True, "")


async def test_the_end_of_the_time_leaves_what_was_verified_before(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "ALL_SECONDS", 4.0)
    monkeypatch.setattr(trials, "TRIAL_SECONDS", 60.0)
    (tmp_path / "worker.py").write_text(textwrap.dedent(BAD).format(deed="await asyncio.sleep(600)"))
    for at in (1, 2, 3):
        (folder / f"bad{at}.txt").write_text("x")
    steps = "".join(f"  - {{id: s{at}, uses: file.read, with: {{path: 'bda{at}.txt'}}}}\n" for at in (1, 2, 3))
    _, after, heard = await both(folder, "steps:\n" + steps, command=str(tmp_path / "worker.py"))
    assert said(after)["Change ‘bda1.txt’ to ‘bad1.txt’"] == (True, "")
    assert len(heard) == 1


async def test_a_worker_that_cannot_start_leaves_all_untried(folder: Path) -> None:
    before, after, heard = await both(folder, "steps:\n" + FILE, command=os.devnull)
    assert said(after) == said(before)
    assert heard == []


async def test_a_fix_of_a_step_that_a_static_finding_bars_is_tried(folder: Path) -> None:
    text = "steps:\n  - {id: read, uses: file.raed, with: {path: note.txt}}\n"
    _, after, _ = await both(folder, text)
    assert said(after)["Change ‘file.raed’ to ‘file.read’"] == (True, "")


COMMAND = """steps:
  - {id: one, uses: data.map, with: {items: [1], to: 1}}
  - {id: a, run: "touch TOUCHED; echo {{ onne.count }}"}
"""


WALLS = """
import sys
from calibrant import app
from calibrant.engine import processes

sys.exit(app.run_worker())
"""
NO_WALLS = WALLS.replace("sys.exit", "processes.find_bwrap = lambda *_: None\nsys.exit")


@pytest.mark.parametrize(("trust", "sandbox"), [(True, True), (True, False), (False, True)])
async def test_a_command_with_a_fix_in_it_runs_only_in_a_sandbox(
    folder: Path, tmp_path: Path, trust: bool, sandbox: bool
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(WALLS if sandbox else NO_WALLS)
    touched = tmp_path / "touched"
    text = COMMAND.replace("TOUCHED", "made" if sandbox else str(touched))
    _, after, _ = await both(folder, text, RunOptions(trust=trust), command=str(worker))
    verified, words = said(after)["Change ‘onne’ to ‘one’"]
    if trust and sandbox:
        assert (verified, words) == (True, "")
    else:
        assert verified is None
        assert words
    assert not touched.exists()


async def test_trials_are_no_sessions_and_record_nothing(folder: Path) -> None:
    path = folder / "a.workflow.yaml"
    with app.calibration(folder, Settings()) as calibration:
        outcome = await calibration.run(path, "steps:\n" + FILE + NAMES, RunOptions(), lambda _event: None)
        before = app.history(folder, path.name)
        found = await try_fixes(calibration, path, outcome, RunOptions())
    assert any(verified for verified, _ in said(found).values())
    assert app.history(folder, path.name) == before
