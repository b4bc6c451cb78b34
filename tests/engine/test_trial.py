"""Fixes tried on what a run recorded: what is used again, what happens again, what never does."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec import structs

from calibrant import connectors, dialects
from calibrant.engine.run import run_workflow
from calibrant.engine.trial import try_workflow
from calibrant.model.event import RunFinished, RunRequest, RunStarted, StepFinished, Trial, TrialFinished, TrialStarted
from engine.building import MemoryStore
from engine.wheels import wheel
from isolation.building import needs_bwrap, without_bwrap

GOOD = ("completed", "rehearsed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Data"
    book.worksheets[0].append(["name", "plan"])
    book.worksheets[0].append(["ana", "gold"])
    book.save(made / "book.xlsx")
    (made / "data.json").write_text(json.dumps({"people": [{"name": "ana"}], "week": 45}), encoding="utf-8")
    with closing(sqlite3.connect(made / "shop.db")) as database, database:
        database.execute("create table orders (id integer, total real)")
        database.execute("insert into orders values (1, 2.5)")
    return made


def request_of(folder: Path, text: str, **given: Any) -> RunRequest:
    fields: dict[str, Any] = {"trusted": True, "state": "", "session": "s1"} | given
    return RunRequest(workspace=str(folder), path=str(folder / "a.workflow.yaml"), text=text, **fields)


class Tried:
    """A run of a text, and a trial of another; `before` is how the steps of the run ended."""

    def __init__(self, folder: Path, text: str, *, environ: dict[str, str] | None = None, **given: Any) -> None:
        self.request = request_of(folder, text, **given)
        self.store = MemoryStore()
        self.environ = environ or {}
        self.before: dict[str, StepFinished] = {}

    async def run(self) -> "Tried":
        workflow = dialects.read(self.request.path, self.request.text)
        assert workflow
        async for event in run_workflow(self.request, workflow, connectors.registry(), self.store, self.environ):
            if isinstance(event, StepFinished):
                self.before[event.step] = event
        return self

    @property
    def recorded(self) -> dict[str, str]:
        """What a caller tells of the run: the keys of what was real."""
        good = (one for one in self.before.values() if one.status in GOOD and not one.provisional)
        return {one.step: one.key for one in good if one.key}

    async def trial(self, fixed: str, target: str, seconds: float = 20.0) -> TrialFinished:
        """Try a text, and see that nothing is recorded."""
        workflow = dialects.read(self.request.path, fixed)
        assert workflow
        step = workflow.step(target)
        assert step
        puts = list(self.store.puts)
        asked = RunRequest(
            **{name: getattr(self.request, name) for name in self.request.__struct_fields__}
            | {"trials": (Trial("f1", fixed, step.index),), "recorded": self.recorded, "trial_seconds": seconds}
        )
        trying = try_workflow(asked, dialects.read, connectors.registry(), self.store, self.environ)
        events = [event async for event in trying]
        assert events[0] == RunStarted("s1", 1)
        assert events[1] == TrialStarted("f1")
        assert events[-1] == RunFinished("completed")
        assert self.store.puts == puts, "a trial records nothing"
        (finished,) = events[2:-1]
        assert isinstance(finished, TrialFinished)
        return finished


async def tried(folder: Path, text: str, wrong: str, right: str, target: str, **given: Any) -> TrialFinished:
    """Run a text, then try it with `right` in the place of `wrong`; the files of the workspace stay as they are."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    one = await Tried(folder, text, **given).run()
    assert one.before[target].status == "failed"
    found = await one.trial(text.replace(wrong, right), target)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return found


SHEET = "steps:\n  - {id: a, uses: sheet.read, with: {file: book.xlsx, range: Dta}}\n"
COLUMN = """steps:
  - {id: rows, uses: sheet.read, with: {file: book.xlsx}}
  - {id: a, uses: data.map, with: {items: "{{ rows.rows }}", to: "{{ item.nmae }}"}}
"""
NESTED = """steps:
  - {id: file, uses: file.read, with: {path: data.json}}
  - {id: a, uses: data.map, with: {items: "{{ file.content }}", to: "{{ item.name }}"}}
"""
TABLE = "steps:\n  - {id: a, uses: sql.query, with: {database: 'sqlite:///shop.db', query: select total from order_}}\n"
BEHIND_TABLE = """steps:
  - {id: sums, uses: sql.query, with: {database: 'sqlite:///shop.db', query: select total from orders}}
  - {id: a, uses: data.map, with: {items: "{{ sums.rows }}", to: "{{ item.totl }}"}}
"""
WRITTEN = """steps:
  - {id: log, uses: sheet.append, with: {file: book.xlsx, range: Data, rows: [{name: bo, plan: new}]}}
  - {id: note, uses: file.write, with: {path: out/note.txt, content: written}}
  - {id: a, uses: file.read, with: {path: out/nope.txt}, needs: [log, note]}
"""
BEHIND_OUTSIDE_WRITE = """steps:
  - id: sent
    uses: mail.send
    with: {server: smtp.example.com, from: a@example.com, to: b@example.com, subject: x, text: y}
  - {id: a, uses: file.read, with: {path: nope.json}, needs: [sent]}
"""

WORKING = [
    (SHEET, "Dta", "Data"),
    (COLUMN, "nmae", "name"),
    (NESTED, "file.content }}", "file.content.people }}"),
    (TABLE, "order_", "orders"),
    (BEHIND_TABLE, "totl", "total"),
    (WRITTEN, "out/nope.txt", "out/note.txt"),
    (BEHIND_OUTSIDE_WRITE, "nope.json", "data.json"),
]


@pytest.mark.parametrize(("text", "wrong", "right"), WORKING)
async def test_a_right_fix_works_and_a_wrong_one_fails_as_in_a_run(
    folder: Path, text: str, wrong: str, right: str
) -> None:
    found = await tried(folder, text, wrong, right, "a")
    assert found.step
    assert found.step.status in GOOD
    assert not found.step.provisional
    assert found.reason == ""
    other = await tried(folder, text, wrong, "xxxx" if "content" not in wrong else "file.content.week }}", "a")
    assert other.step
    assert other.step.status == "failed"
    assert other.step.failures


async def test_a_local_write_is_rehearsed_in_the_copy(folder: Path) -> None:
    text = "steps:\n  - {id: a, uses: sheet.append, with: {file: book.xlsx, range: Dta, rows: [{name: bo}]}}\n"
    found = await tried(folder, text, "Dta", "Data", "a")
    assert found.step
    assert found.step.status == "rehearsed"


# Upstream


class Counting(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        token = self.headers.get("X-Token", "")
        body = json.dumps({"items": [{"name": "ana"}], "token": token if self.path == "/echo" else ""}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        return


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    serving = ThreadingHTTPServer(("127.0.0.1", 0), type("Fresh", (Counting,), {"asked": asked}))
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}", asked
    serving.shutdown()
    thread.join()
    serving.server_close()


def fetching(url: str, path: str = "/people") -> str:
    return f"""secrets: [TOKEN]
steps:
  - {{id: got, uses: http.request, with: {{url: "{url}{path}", headers: {{X-Token: "{{{{ secrets.TOKEN }}}}"}}}}}}
  - {{id: a, uses: data.map, with: {{items: "{{{{ got.body.items }}}}", to: "{{{{ item.nmae }}}}"}}}}
"""


async def test_upstream_is_not_asked_again_also_where_it_was_given_a_secret(
    folder: Path, server: tuple[str, list[str]]
) -> None:
    url, asked = server
    found = await tried(folder, fetching(url), "nmae", "name", "a", environ={"TOKEN": "s3cret-value"})
    assert found.step
    assert found.step.status == "completed"
    assert asked == ["/people"]


async def test_an_answer_that_holds_a_secret_is_not_at_hand_and_not_asked_for_again(
    folder: Path, server: tuple[str, list[str]]
) -> None:
    url, asked = server
    found = await tried(folder, fetching(url, "/echo"), "nmae", "name", "a", environ={"TOKEN": "s3cret-value"})
    assert found == TrialFinished("f1", None, "‘got’, which it depends on, would have to reach outside again.")
    assert asked == ["/echo"]


async def test_a_fix_of_what_is_upstream_of_a_request_does_not_send_another(
    folder: Path, server: tuple[str, list[str]]
) -> None:
    url, asked = server
    one = await Tried(folder, fetching(url), environ={"TOKEN": "s3cret-value"}).run()
    found = await one.trial(one.request.text.replace("/people", "/others").replace("nmae", "name"), "a")
    assert found.step is None
    assert asked == ["/people"]


async def test_the_target_itself_asks_as_the_run_did(folder: Path, server: tuple[str, list[str]]) -> None:
    url, asked = server
    text = f"steps:\n  - {{id: a, uses: http.request, with: {{url: '{url}/x', method: GTE}}}}\n"
    found = await tried(folder, text, "GTE", "GET", "a")
    assert found.step
    assert found.step.status == "completed"
    assert asked == ["/x"]
    distrusted = await tried(folder, text, "GTE", "GET", "a", trusted=False)
    assert distrusted.step
    assert distrusted.step.status == "not_run"
    assert asked == ["/x"]


# Commands

COMMAND = """steps:
  - {id: make, run: "echo '[1]' > made.json; echo '{}' | tee -a /tmp/../dev/null"}
  - {id: a, uses: data.map, with: {items: ["{{ make.stdout }}"], to: "{{ itme }}"}}
  - {id: b, uses: file.read, with: {path: mdae.json}, needs: [make]}
  - {id: c, run: exit 3, needs: [make]}
"""


async def test_commands_upstream_are_run_again_where_their_files_may_be_looked_at(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_bwrap(monkeypatch)  # so that a command can count outside of the copy
    text = COMMAND.replace("echo '[1]'", f"echo run >> {tmp_path}/count; echo '[1]'")
    one = await Tried(folder, text, execute="open").run()
    assert {name: step.status for name, step in one.before.items()} == {
        "make": "completed",
        "a": "failed",
        "b": "failed",
        "c": "failed",
    }
    data = await one.trial(text.replace("itme", "item"), "a")
    assert data.step
    assert data.step.status == "completed"
    assert (tmp_path / "count").read_text() == "run\n", "its output is on record, and no file is looked at"
    file = await one.trial(text.replace("mdae", "made"), "b")
    assert file.step
    assert (file.step.status, file.reason) == ("completed", "")
    command = await one.trial(text.replace("exit 3", "cat made.json"), "c")
    assert command.step
    assert (command.step.status, command.reason) == ("completed", "")
    assert (tmp_path / "count").read_text() == "run\n" * 3


async def test_a_command_that_does_not_work_again_proves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_bwrap(monkeypatch)
    text = f"""steps:
  - {{id: once, run: "mkdir {tmp_path}/there && echo 1 > made.json"}}
  - {{id: a, uses: file.read, with: {{path: mdae.json}}, needs: [once]}}
"""
    one = await Tried(folder, text, execute="open").run()
    found = await one.trial(text.replace("mdae", "made"), "a")
    assert found.step is None
    assert found.reason.startswith("‘once’, whose files it may use, did not run again: The command ended with")


async def test_a_command_upstream_that_needs_no_file_runs_no_other(folder: Path, tmp_path: Path) -> None:
    text = """steps:
  - {id: one, run: "echo 1 > one.txt"}
  - {id: two, run: "cat one.txt > two.txt", needs: [one]}
  - {id: three, uses: file.write, with: {path: three.txt, content: x}, needs: [two]}
  - {id: a, run: "cat one.txt two.txt three.txt && exit 3", needs: [three]}
"""
    found = await tried(folder, text, " && exit 3", "", "a", execute="sandbox")
    assert found.step
    assert (found.step.status, found.reason) == ("completed", "")


TESTED = """steps:
  - id: a
    run: python3 -m tinypkg_tests
"""
INSTALLED = """steps:
  - id: install
    run: python3 -m pip install --no-index --find-links wheels tinypkg_tests
  - id: a
    needs: [install]
    run: python3 -c 'import tinypkg_tests'
"""


@needs_bwrap
async def test_a_step_that_a_fix_inserts_before_is_run(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(folder / ".venv")], check=True)
    wheel(folder / "wheels", "tinypkg_tests")
    one = await Tried(folder, TESTED, execute="sandbox").run()
    assert one.before["a"].status == "failed"
    found = await one.trial(INSTALLED.replace("python3", ".venv/bin/python"), "a", seconds=60.0)
    assert found.step
    assert (found.step.status, found.reason) == ("completed", "")
    assert found.step.index == 1
    assert not list(folder.glob(".venv/lib/*/site-packages/tinypkg_tests*")), "the workspace's own has nothing of it"


@needs_bwrap
async def test_an_inserted_step_that_needs_the_network_proves_nothing(folder: Path) -> None:
    one = await Tried(folder, TESTED, execute="sandbox").run()
    offline = "echo Could not resolve host; exit 6"
    fixed = INSTALLED.replace("python3 -m pip install --no-index --find-links wheels tinypkg_tests", offline)
    found = await one.trial(fixed, "a")
    assert found.step is None
    assert found.reason.startswith("‘install’, which it depends on, was not run: It needs the network")


@needs_bwrap
async def test_what_was_not_run_before_keeps_no_fix_from_being_tried(folder: Path) -> None:
    text = """steps:
  - {id: net, run: "echo Could not resolve host; exit 6"}
  - {id: a, run: "cat data.jsn", needs: [net]}
"""
    one = await Tried(folder, text, execute="sandbox").run()
    assert one.before["net"].status == "not_run"
    found = await one.trial(text.replace("jsn", "json"), "a")
    assert found.step
    assert (found.step.status, found.reason) == ("completed", "")


@needs_bwrap
@pytest.mark.parametrize(
    ("script", "fixed"),
    [
        ("run: 'test -f b.txt'", "run: 'test -f b.txt'\n    cwd: sub"),
        ("run: 'test -n \"$MODE\"'", "run: 'test -n \"$MODE\"'\n    env: {MODE: dev}"),
        ("run: 'test -f c.txt'", "run: 'test -f data.json'"),
    ],
)
async def test_another_folder_variable_or_script_is_tried(folder: Path, script: str, fixed: str) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "b.txt").write_text("b")
    text = f"steps:\n  - id: a\n    {script}\n"
    found = await tried(folder, text, script, fixed, "a", execute="sandbox")
    assert found.step
    assert (found.step.status, found.reason) == ("completed", "")


@pytest.mark.parametrize(("execute", "status"), [("open", "completed"), ("no", "not_run")])
async def test_a_command_is_tried_only_where_the_run_could_run_it(folder: Path, execute: str, status: str) -> None:
    text = "steps:\n  - {id: a, run: 'touch here; exit 3'}\n"
    one = await Tried(folder, text, execute=execute).run()
    found = await one.trial(text.replace("exit 3", "exit 0"), "a")
    assert found.step
    assert found.step.status == status
    assert not (folder / "here").exists()


async def test_a_command_that_failed_upstream_fails_again(folder: Path) -> None:
    text = "steps:\n  - {id: bad, run: exit 3}\n  - {id: a, uses: file.read, with: {path: nope.json}, needs: [bad]}\n"
    found = await tried(folder, text, "nope", "data", "a", execute="open")
    assert found.step
    assert (found.step.status, found.reason) == ("completed", ""), "it only waits for it"


async def test_a_trial_may_take_longer_than_others(folder: Path) -> None:
    text = "steps:\n  - {id: a, run: exit 3}\n"
    one = await Tried(folder, text, execute="open").run()
    fixed = text.replace("exit 3", "sleep 1")
    asked = structs.replace(
        one.request, trials=(Trial("f1", fixed, 0, seconds=20.0), Trial("f2", fixed, 0)), trial_seconds=0.3
    )
    trying = try_workflow(asked, dialects.read, connectors.registry(), one.store, {**os.environ})
    long, short = [event async for event in trying if isinstance(event, TrialFinished)]
    assert long.step
    assert (long.step.status, short.step) == ("completed", None)


# What proves nothing


async def test_behind_a_step_that_does_not_work_nothing_is_proved(folder: Path) -> None:
    text = """steps:
  - {id: rows, uses: file.read, with: {path: nope.json}}
  - {id: a, uses: sheet.append, with: {file: book.xlsx, range: Dta, rows: "{{ rows.content }}"}}
"""
    found = await tried(folder, text, "Dta", "Data", "a")
    assert found.step
    assert found.step.status == "skipped"
    assert found.step.provisional
    assert found.reason == "‘rows’, whose output it needs, gives nothing real yet."


async def test_a_file_that_a_failed_step_would_have_written_proves_nothing(folder: Path) -> None:
    text = """steps:
  - {id: note, uses: file.write, with: {path: out.txt, content: "{{ nope.x }}"}}
  - {id: a, uses: file.read, with: {path: otu.txt}, needs: [note]}
"""
    found = await tried(folder, text, "otu.txt", "out.txt", "a")
    assert found.step
    assert (found.step.status, found.step.reason) == ("skipped", "It needs what ‘note’ would have written.")


async def test_a_step_that_its_condition_keeps_from_running_is_not_verified(folder: Path) -> None:
    text = "steps:\n  - {id: a, if: 'fals', uses: file.read, with: {path: data.json}}\n"
    found = await tried(folder, text, "fals'", "false'", "a")
    assert found.step
    assert found.step.status == "skipped"
    assert "condition is false" in found.step.reason


async def test_a_value_that_nobody_gave_proves_nothing(folder: Path) -> None:
    text = """inputs:
  team: {type: string, required: true}
steps:
  - {id: a, uses: data.map, with: {items: [1], to: {team: "{{ inputs.team }}", n: "{{ itme }}"}}}
"""
    one = await Tried(folder, text).run()
    found = await one.trial(text.replace("itme", "item"), "a")
    assert found.reason == "It needs ‘inputs.team’, which has no value."


async def test_a_trial_takes_no_longer_than_it_may(folder: Path) -> None:
    text = "steps:\n  - {id: a, run: exit 3}\n"
    one = await Tried(folder, text, execute="open").run()
    began = time.monotonic()
    async with asyncio.timeout(20):
        found = await one.trial(text.replace("exit 3", "sleep 60"), "a", seconds=0.5)
    assert found == TrialFinished("f1", None, "It took longer than 0.5 seconds.")
    assert time.monotonic() - began < 20


async def test_a_changed_file_is_read_anew(folder: Path) -> None:
    one = await Tried(folder, NESTED).run()
    (folder / "data.json").write_text(json.dumps({"people": [{"nom": "ana"}], "week": 45}), encoding="utf-8")
    found = await one.trial(NESTED.replace("file.content }}", "file.content.people }}"), "a")
    assert found.step
    assert found.step.status == "failed"


async def test_a_secret_is_in_no_event_of_a_trial(folder: Path) -> None:
    text = """secrets: [TOKEN]
steps:
  - {id: a, uses: file.read, with: {path: "{{ secrets.TOKEN }}{{ nope.x }}"}}
"""
    one = await Tried(folder, text, environ={"TOKEN": "s3cret-value"}).run()
    found = await one.trial(text.replace("{{ nope.x }}", ".txt"), "a")
    assert found.step
    assert found.step.status == "failed"
    assert "s3cret" not in str(found)
