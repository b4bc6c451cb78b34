"""What a partial run gives is what a full one gives, also where names, links, servers and time play tricks."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from connectors.server import serving
from engine.partial import NAME, Place, Ran


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def same_as_full(place: Place, text: str, *, name: str = NAME, **given: Any) -> Ran:
    """Run a workflow partially, then fully; returns what the partial run told."""
    partial = await place.run(text, name=name, **given)
    gave = {step: place.output(step, name) for step, status in partial.status().items() if status in GOOD}
    full = await place.run(text, "full", name=name, **given)
    assert partial.status() == full.status()
    assert gave == {step: place.output(step, name) for step in gave}
    return partial


GOOD = ("completed", "rehearsed")
WRITES_AND_READS = """\
steps:
  - {id: write, uses: file.write, with: {path: out.txt, content: new}}
  - {id: read, uses: file.read, with: {path: out.txt, as: text}, needs: write}
  - {id: beside, run: cat beside.txt, needs: read}
"""


async def test_the_same_path_is_another_file_in_another_folder(place: Place) -> None:
    for folder in ("a", "b"):
        (place.folder / folder).mkdir()
        (place.folder / folder / "out.txt").write_text("old")
        (place.folder / folder / "beside.txt").write_text(folder)
    await place.run(WRITES_AND_READS, name=f"a/{NAME}")
    (place.folder / "a" / NAME).rename(place.folder / "b" / NAME)
    assert (await same_as_full(place, WRITES_AND_READS, name=f"b/{NAME}")).reused == set()


@pytest.mark.parametrize("content", ["{x: 1, y: 2}", "[{x: 1, y: 2}]"])
async def test_the_order_of_keys_counts_where_it_shows(place: Place, content: str) -> None:
    text = WRITES_AND_READS.replace("content: new", f"content: {content}").replace(
        "  - {id: beside, run: cat beside.txt, needs: read}\n", ""
    )
    await place.run(text)
    seen = await same_as_full(place, text.replace("x: 1, y: 2", "y: 2, x: 1"))
    assert seen.ran["write"] == "It was changed."


# Links


async def test_a_listed_link_counts_by_what_it_leads_to(place: Place) -> None:
    (place.folder / "in").mkdir()
    (place.folder / "real.txt").touch()
    (place.folder / "in" / "link").symlink_to("../real.txt")
    text = "steps:\n  - {id: listed, uses: file.list, with: {path: in}}\n"
    await place.run(text)
    assert (await same_as_full(place, text)).reused == {"listed"}
    (place.folder / "real.txt").unlink()
    assert (await same_as_full(place, text)).ran == {"listed": "in was changed."}
    os.mkfifo(place.folder / "in" / "pipe")  # no file
    assert (await same_as_full(place, text)).reused == {"listed"}


async def test_a_database_behind_a_link_has_its_files_beside_it_there(place: Place) -> None:
    (place.folder / "data").mkdir()
    base = sqlite3.connect(place.folder / "data" / "real.db", isolation_level=None)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE TABLE t (n)")
    (place.folder / "link.db").symlink_to("data/real.db")
    text = 'steps:\n  - {id: rows, uses: sql.query, with: {database: "sqlite:///link.db", query: SELECT n FROM t}}\n'
    await place.run(text)
    base.execute("INSERT INTO t VALUES (1)")
    assert (await same_as_full(place, text)).ran == {"rows": "data/real.db-wal was changed."}
    base.close()


async def test_mails_behind_links_count_by_what_they_are(place: Place) -> None:
    (place.folder / "box").mkdir()
    (place.folder / "elsewhere").mkdir()
    (place.folder / "elsewhere" / "2").write_text("Subject: two\n\n")
    (place.folder / "mail").write_text("Subject: one\n\n")
    (place.folder / "box" / "new").symlink_to("../elsewhere")
    (place.folder / "box" / "cur").mkdir()
    (place.folder / "box" / "cur" / "1").symlink_to("../../mail")
    text = "steps:\n  - {id: mails, uses: mail.read, with: {mailbox: box}}\n"
    await place.run(text)
    assert (await same_as_full(place, text)).reused == {"mails"}
    (place.folder / "mail").write_text("Subject: 1st\n\n")
    assert (await same_as_full(place, text)).ran == {"mails": "box was changed."}
    (place.folder / "elsewhere" / "2").write_text("Subject: 2nd\n\n")
    assert (await same_as_full(place, text)).ran == {"mails": "box was changed."}


@pytest.mark.parametrize(("written", "read"), [("data/x", "link/x"), ("link/x", "data/x")])
@pytest.mark.parametrize(
    "script", ["ln -s data link", "rm other; mv link0 link", "rm link1 && mkdir link1 && ln -s data link"]
)
async def test_links_that_commands_make_lead_where_they_lead(
    place: Place, written: str, read: str, script: str
) -> None:
    (place.folder / "data").mkdir()
    (place.folder / "data" / "x").write_text("0")
    (place.folder / "other").touch()
    for name in ("link0", "link1"):
        (place.folder / name).symlink_to("data")
    text = f"""\
steps:
  - {{id: link, run: {script}}}
  - {{id: write, uses: file.write, with: {{path: {written}, content: "1"}}, needs: link}}
  - {{id: read, uses: file.read, with: {{path: {read}, as: text}}, needs: write}}
"""
    await place.run(text)
    assert (await same_as_full(place, text)).ran == {}
    await same_as_full(place, text.replace('"1"', '"2"'))


async def test_what_was_taken_from_a_step_of_another_name_stands_in_for_it(place: Place) -> None:
    (place.folder / "in.json").write_text("[1]")
    text = """\
steps:
  - {id: a, uses: file.read, with: {path: in.json}}
  - {id: after, uses: data.map, with: {items: "{{ a.content }}", to: "{{ item + 1 }}"}}
"""
    await place.run(text)
    renamed = text.replace("id: a,", "id: fetch,").replace("a.content", "fetch.content")
    assert (await place.run(renamed)).reused == {"fetch", "after"}
    (place.folder / "in.json").unlink()
    assert place.output("fetch") == {"content": [1], "path": "in.json", "size": 3}  # as after a full run
    assert (await place.run(renamed)).status() == {"fetch": "failed", "after": "completed"}


async def test_a_branch_may_have_any_name(place: Place) -> None:
    (place.folder / ".git" / "refs" / "heads" / "logs").mkdir(parents=True)
    (place.folder / ".git" / "refs" / "heads" / "logs" / "mend").write_text("0" * 40)
    text = "steps:\n  - {id: shown, run: cat .git/refs/heads/logs/mend}\n"
    await place.run(text)
    (place.folder / ".git" / "refs" / "heads" / "logs" / "mend").write_text("1" * 40)
    assert set((await same_as_full(place, text)).ran) == {"shown"}


# Commands


@pytest.mark.parametrize(
    ("script", "mode"),
    [("chmod +x tool", 0o644), ("touch -r tool was; echo exit 0 > tool; touch -r was tool; rm was", 0o755)],
    ids=["mode", "same size and time"],
)
async def test_a_command_changes_more_than_times(place: Place, script: str, mode: int) -> None:
    tool = place.folder / "tool"
    tool.write_text("exit 0\n" if mode == 0o644 else "exit 1\n")
    tool.chmod(mode)
    text = f"steps:\n  - {{id: make, run: {script}}}\n  - {{id: use, run: ./tool, needs: make}}\n"
    assert (await place.run(text)).status()["use"] == "completed"
    seen = await same_as_full(place, text.replace("run: ./tool", "run: ./tool; echo done"))
    assert seen.ran["make"] == "Run again, because ‘use’ reads what it writes."


async def test_folders_outside_that_may_be_used_count_for_commands(place: Place) -> None:
    outside = place.folder.parent / "outside"
    outside.mkdir()
    (outside / "given.txt").write_text("1")
    text = f"steps:\n  - {{id: cat, run: cat {outside}/given.txt}}\n"
    await place.run(text, open_paths=(str(outside),))
    assert (await same_as_full(place, text, open_paths=(str(outside),))).reused == {"cat"}
    (outside / "given.txt").write_text("2")
    seen = await same_as_full(place, text, open_paths=(str(outside),))
    assert seen.ran == {"cat": f"Commands run again when a file of the workspace changed: {outside}/given.txt."}


# Servers and time


async def test_what_was_really_done_is_no_rehearsal(place: Place) -> None:
    with serving() as server:
        text = f"""\
steps:
  - {{id: told, uses: http.request, with: {{url: "{server.url}/json", method: POST, json: {{a: 1}}}}}}
  - {{id: after, uses: data.map, with: {{items: ["{{{{ told.body }}}}"], to: "{{{{ item }}}}"}}}}
"""
        assert (await place.run(text, live=True)).status() == {"told": "completed", "after": "completed"}
        seen = await same_as_full(place, text)
        assert seen.status() == {"told": "rehearsed", "after": "skipped"}
        assert seen.ran == {"told": "Its last result is that of a live run."}


async def test_a_live_run_asks_servers_anew(place: Place) -> None:
    with serving() as server:
        text = f"""\
steps:
  - {{id: told, uses: http.request, with: {{url: "{server.url}/json", method: POST, json: {{a: 1}}}}}}
  - {{id: got, uses: http.request, with: {{url: "{server.url}/json"}}, needs: told}}
"""
        await place.run(text)
        seen = await place.run(text, live=True)
        assert seen.ran["got"] == "A live run asks anew for what may have changed outside."
        assert [method for method, *_ in server.requests] == ["GET", "POST", "GET"]


@pytest.mark.parametrize(
    ("query", "params", "holds"),
    [
        ("SELECT date('now') AS n", "[]", False),
        ("SELECT date(?) AS n", '["now"]', False),
        ("SELECT random() AS n", "[]", False),
        ("SELECT CURRENT_TIMESTAMP AS n", "[]", False),
        ("SELECT date FROM t", "[]", True),
    ],
)
async def test_a_query_for_the_time_holds_for_a_time(place: Place, query: str, params: str, holds: bool) -> None:
    base = sqlite3.connect(place.folder / "shop.db")
    base.execute("CREATE TABLE t (date)")
    base.close()
    given = f"{{database: 'sqlite:///shop.db', query: \"{query}\", params: {params}}}"
    text = f"steps:\n  - {{id: rows, uses: sql.query, with: {given}}}\n"
    await place.run(text)
    assert (await place.run(text)).reused == {"rows"}
    assert (await place.run(text, reuse_seconds=0.0)).reused == ({"rows"} if holds else set())


async def test_what_was_only_worded_otherwise_is_not_why_it_runs_again(place: Place) -> None:
    (place.folder / "in.txt").write_text("1")
    text = "steps:\n  - {id: read, uses: file.read, with: {path: in.txt}}\n"
    await place.run(text)
    renamed = text.replace("{id: read,", "{id: read, name: Read it,")
    assert (await place.run(renamed)).reused == {"read"}
    (place.folder / "in.txt").write_text("2")
    assert (await place.run(renamed)).ran == {"read": "in.txt was changed."}


async def test_a_secret_is_not_recorded_as_part_of_a_file_name(place: Place) -> None:
    text = """\
secrets: [KEY]
steps:
  - {id: write, uses: file.write, with: {path: "{{ secrets.KEY }}.txt", content: x}}
  - {id: copy, run: "for name in *.txt; do cp $name $name.bak; done", needs: write}
  - {id: listed, uses: file.list, with: {path: .}, needs: copy}
"""
    for _ in range(2):
        assert "failed" not in (await place.run(text, environ={"KEY": "s3cret-word"})).status().values()
    assert not any(b"s3cret-word" in path.read_bytes() for path in place.state.rglob("*") if path.is_file())


async def test_what_fails_again_gives_nothing_else(place: Place) -> None:
    (place.folder / "in.json").write_text("[1]")
    text = """\
inputs: {n: {type: integer, default: 1}}
steps:
  - {id: read, uses: file.read, with: {path: in.json}}
  - {id: add, uses: data.map, with: {items: "{{ read.content }}", to: "{{ item + inputs.n }}"}}
"""
    await place.run(text)
    (place.folder / "in.json").unlink()
    await place.run(text)
    assert (await place.run(text, inputs={"n": 2})).ran["add"] == "inputs.n has another value."
