"""Runs that use recorded outputs again: which steps are called all the same, and what they say why."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from calibrant.model.connector import Context, Effect, Freshness, Output, ParameterSpec, Params
from calibrant.model.issue import Kind
from connectors.server import serving
from engine.actions import connector, fail
from engine.partial import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


DATA = """\
inputs:
  least: {type: integer, default: 1}
steps:
  - {id: orders, uses: file.read, with: {path: orders.json}}
  - {id: large, uses: data.filter, with: {items: "{{ orders.content }}", where: item.n >= inputs.least or item.n == other.count}}
  - {id: names, uses: data.map, with: {items: "{{ large.items }}", to: "{{ item.name }}"}}
  - {id: other, uses: data.map, with: {items: [1, 2], to: "{{ item }}"}}
"""
ORDERS = '[{"name": "ink", "n": 1}, {"name": "pen", "n": 5}]'


async def test_what_reads_data_says_why_it_is_called(place: Place) -> None:
    place.write(orders__json=ORDERS)
    first = await place.run(DATA)
    assert first.ran == dict.fromkeys(("orders", "large", "names", "other"), "")  # nothing ran before: nothing to say
    assert (await place.run(DATA)).ran == {}
    place.write(orders__json=ORDERS.replace("pen", "cap"))
    assert (await place.run(DATA)).ran == {
        "orders": "orders.json was changed.",
        "large": "‘orders’, which it reads, gave something else.",
        "names": "‘large’, which it reads, gave something else.",
    }
    edited = DATA.replace("{{ item.name }}", "{{ item.name | upper }}")
    assert (await place.run(edited)).ran == {"names": "It was changed."}
    assert (await place.run(edited, inputs={"least": 2})).ran == {
        "large": "inputs.least has another value.",
        "names": "‘large’, which it reads, gave something else.",
    }
    more = edited + '  - {id: more, uses: data.map, with: {items: "{{ other.items }}", to: "{{ item + 1 }}"}}\n'
    assert (await place.run(more, inputs={"least": 2})).ran == {"more": "Nothing is recorded of it yet."}


async def test_a_step_that_failed_is_called_again(place: Place) -> None:
    seen = await place.run(DATA)
    assert seen.status()["orders"] == "failed"
    again = await place.run(DATA)
    assert again.ran == {"orders": "Its last run failed."}
    place.write(orders__json=ORDERS)
    mended = await place.run(DATA)
    assert mended.ran["orders"] == "Its last run failed."
    assert mended.status()["names"] == "completed"


@pytest.mark.parametrize(
    "edited",
    [
        "# a comment\n" + DATA,
        DATA.replace("  - {id: other", "\n  # here too\n  - {id: other"),
        DATA.replace("{id: names, uses: data.map, with: ", "{uses: data.map, name: All, timeout: 5, id: names, with: "),
        DATA.replace("{id: other, ", "{id: other, retry: {attempts: 3, delay: 0}, x-mine: 1, if: inputs.least == 1, "),
        DATA.replace("large", "big").replace("other", "another"),
        DATA.replace('{items: [1, 2], to: "{{ item }}"}', '{to: "{{item}}", items: [1, 2]}'),
        "\n".join([*DATA.splitlines()[:3], *reversed(DATA.splitlines()[3:])]),
    ],
    ids=["comment", "comment inside", "name and timeout", "retry and condition", "renamed", "keys", "moved"],
)
async def test_what_means_the_same_runs_nothing(place: Place, edited: str) -> None:
    place.write(orders__json=ORDERS)
    await place.run(DATA, "full")
    assert edited != DATA
    assert (await place.run(edited)).ran == {}


async def test_a_full_run_starts_clean(place: Place) -> None:
    place.write(orders__json=ORDERS)
    await place.run(DATA, "full")
    again = await place.run(DATA, "full")
    assert again.ran == dict.fromkeys(("orders", "large", "names", "other"), "")
    assert again.reused == set()


async def test_a_changed_condition_is_looked_at_anew(place: Place) -> None:
    text = "steps:\n  - {id: a, uses: data.map, if: 1 == 1, with: {items: [1], to: x}}\n"
    await place.run(text)
    assert (await place.run(text.replace("1 == 1", "1 == 2"))).status() == {"a": "skipped"}
    assert (await place.run(text)).ran == {}


# Local writes


WRITTEN = """\
steps:
  - {id: one, uses: file.write, with: {path: a.txt, content: one}}
  - {id: two, uses: file.write, with: {path: a.txt, content: " two", append: true}, needs: one}
  - {id: away, uses: file.write, with: {path: b.txt, content: elsewhere}, needs: one}
  - {id: back, uses: file.read, with: {path: a.txt}, needs: [two, away]}
  - {id: said, uses: data.map, with: {items: ["{{ back.content }}"], to: "{{ item }}"}}
"""


async def test_writers_are_called_again_only_for_those_who_look(place: Place) -> None:
    await place.run(WRITTEN)
    again = await place.run(WRITTEN)
    assert again.ran == {}
    assert again.status()["two"] == "rehearsed"
    assert not (place.folder / "a.txt").exists()
    edited = WRITTEN.replace('to: "{{ item }}"', 'to: "{{ item | upper }}"')
    assert (await place.run(edited)).ran == {"said": "It was changed."}
    edited = WRITTEN.replace("{path: a.txt}, needs", "{path: a.txt, as: text}, needs")
    seen = await place.run(edited)
    assert seen.ran == {
        "one": "Run again, because ‘back’ reads what it writes.",
        "two": "Run again, because ‘back’ reads what it writes.",
        "back": "It was changed.",
    }
    assert place.output("back") == {"content": "one two", "path": "a.txt", "size": 7}


async def test_who_reads_what_is_written_otherwise_is_called(place: Place) -> None:
    await place.run(WRITTEN)
    seen = await place.run(WRITTEN.replace("content: one", "content: uno"))
    assert seen.ran == {
        "one": "It was changed.",
        "two": "‘one’, which changes files before it, did something else.",
        "back": "‘one’, ‘two’, which change files before it, did something else.",
        "said": "‘back’, which it reads, gave something else.",
    }
    assert place.output("said") == {"items": ["uno two"], "count": 1}
    seen = await place.run(WRITTEN.replace("content: elsewhere", "content: there"))
    assert seen.ran == {"away": "It was changed."}


async def test_a_file_that_is_changed_counts_for_its_writer(place: Place) -> None:
    text = """\
steps:
  - {id: add, uses: sheet.append, with: {file: a.csv, rows: [{n: 2}]}}
  - {id: all, uses: sheet.read, with: {file: a.csv}, needs: add}
"""
    place.write(a__csv="n\n1\n")
    await place.run(text)
    assert (await place.run(text)).ran == {}
    place.write(a__csv="n\n0\n1\n")
    assert set((await place.run(text)).ran) == {"add", "all"}
    assert place.output("all") == {"rows": [{"n": "0"}, {"n": "1"}, {"n": "2"}], "columns": ["n"], "count": 3}


# Commands


COMMANDS = """\
steps:
  - {id: count, run: wc -l < data.txt}
  - {id: build, run: "mkdir -p out && cat data.txt > out/all.txt", needs: count}
  - {id: built, uses: file.read, with: {path: out/all.txt}, needs: build}
  - {id: other, uses: file.read, with: {path: data.txt}, needs: build}
  - {id: said, run: "echo {{ built.content }}"}
"""


async def test_commands_hold_while_every_file_is_as_it_was(place: Place) -> None:
    place.write(data__txt="one\n", unread__txt="x")
    await place.run(COMMANDS)
    assert (await place.run(COMMANDS)).ran == {}
    assert (await place.run("# edited\n" + COMMANDS)).ran == {}  # the workflow's own file is not what commands read
    place.write(unread__txt="y")
    seen = await place.run(COMMANDS)
    assert seen.ran == {
        "count": "Commands run again when a file of the workspace changed: unread.txt.",
        "build": "Commands run again when a file of the workspace changed: unread.txt.",
        "built": "‘build’, which changes files before it, did something else.",
        "said": "Commands run again when a file of the workspace changed: unread.txt.",
    }
    (place.folder / "unread.txt").unlink()
    reason = "Commands run again when a file of the workspace changed or is gone."
    assert (await place.run(COMMANDS)).ran["count"] == reason
    assert (await place.run(COMMANDS)).ran == {}
    seen = await place.run(COMMANDS, environ={"LC_ALL": "C.UTF-8"})
    assert seen.ran["count"] == "Commands have another environment than in the last run."


async def test_a_command_that_made_files_is_run_again_for_who_reads_them_only(place: Place) -> None:
    place.write(data__txt="one\n")
    await place.run(COMMANDS)
    edited = COMMANDS.replace("{path: data.txt}", "{path: data.txt, as: text}")
    assert (await place.run(edited)).ran == {"other": "It was changed."}
    edited = COMMANDS.replace("{path: out/all.txt}", "{path: out/all.txt, as: text}")
    assert (await place.run(edited)).ran == {
        "build": "Run again, because ‘built’ reads what it writes.",
        "built": "It was changed.",
    }
    edited = COMMANDS.replace("echo {{", "ls out; echo {{")
    seen = await place.run(edited)
    assert seen.ran == {"build": "Run again, because ‘said’ reads what it writes.", "said": "It was changed."}
    assert place.output("said")["stdout"] == "all.txt\none\n\n"  # type: ignore[index]


async def test_a_command_that_names_the_workflow_hangs_on_it(place: Place) -> None:
    text = "steps:\n  - {id: a, run: grep -c id x.workflow.yaml}\n  - {id: b, run: echo b}\n"
    await place.run(text)
    assert set((await place.run(text)).ran) == set()
    assert set((await place.run(text + "# more\n")).ran) == {"a"}


@pytest.mark.parametrize(
    "script", ["echo x > $HOME/x", "echo x > $TMPDIR/x", "mkdir made", "rm data.txt", "git init -q ."]
)
async def test_whatever_a_command_leaves_is_there_for_the_next(place: Place, script: str) -> None:
    place.write(data__txt="one\n")
    look = "ls -A . $HOME $TMPDIR | grep -v cache; test -d .git && ls .git | head -3 || true"
    text = f"steps:\n  - {{id: a, run: '{script}'}}\n  - {{id: b, run: '{look}', needs: a}}\n"
    full = await place.run(text)
    assert full.status() == {"a": "completed", "b": "completed"}, full.finished
    said = place.output("b")["stdout"]  # type: ignore[index]
    seen = await place.run(text.replace("head -3", "head -4"))
    assert set(seen.ran) == {"a", "b"}
    assert place.output("b")["stdout"].splitlines()[:3] == said.splitlines()[:3]  # type: ignore[index]


async def test_a_failed_command_may_have_left_files(place: Place) -> None:
    text = """\
steps:
  - {id: fails, run: "date +%N > half.txt; exit 1"}
  - {id: half, uses: file.read, with: {path: half.txt}, needs: fails}
"""
    first = await place.run(text)
    assert first.status() == {"fails": "failed", "half": "completed"}
    again = await place.run(text)
    assert again.ran == {
        "fails": "Its last run failed.",
        "half": "‘fails’, which changes files before it, did something else.",
    }


async def test_what_may_not_be_run_now_is_not_taken_from_the_record(place: Place) -> None:
    text = "steps:\n  - {id: a, run: echo a}\n"
    await place.run(text)
    assert (await place.run(text, execute="no")).status() == {"a": "not_run"}


# Time


async def test_what_commands_gave_holds_for_a_time_from_when_it_was_made(place: Place) -> None:
    text = "steps:\n  - {id: a, run: echo a}\n  - {id: b, uses: data.map, with: {items: ['{{ a.stdout }}'], to: x}}\n"
    await place.run(text, reuse_seconds=60.0)
    assert (await place.run(text, reuse_seconds=60.0)).ran == {}
    seen = await place.run(text, reuse_seconds=0.0)
    assert seen.ran == {"a": "Its last result is older than 0 seconds."}
    assert seen.reused == {"b"}


# Secrets


async def test_what_is_given_a_secret_is_never_used_again(place: Place) -> None:
    text = """\
secrets: [KEY]
steps:
  - {id: a, uses: data.map, with: {items: [1], to: "{{ secrets.KEY }}"}}
  - {id: b, run: "echo $WORD > said.txt", env: {WORD: "{{ secrets.KEY }}"}}
  - {id: c, uses: file.list, with: {path: .}, needs: b}
  - {id: d, uses: data.map, with: {items: [1], to: x}}
"""
    await place.run(text, environ={"KEY": "s3cret-word"})
    seen = await place.run(text, environ={"KEY": "s3cret-word"})
    assert seen.ran == {
        "a": "It is given a secret, so nothing of it is used again.",
        "b": "It is given a secret, so nothing of it is used again.",
        "c": "‘b’, which changes files before it, did something else.",
    }
    assert not any(b"s3cret-word" in path.read_bytes() for path in place.state.rglob("*") if path.is_file())


# Servers


async def test_what_a_server_gave_holds_for_a_time(place: Place) -> None:
    with serving() as server:
        text = f"""\
steps:
  - {{id: got, uses: http.request, with: {{url: "{server.url}/json"}}}}
  - {{id: told, uses: http.request, with: {{url: "{server.url}/json", method: POST, json: {{a: 1}}}}, needs: got}}
  - {{id: after, uses: data.map, with: {{items: ["{{{{ told.status }}}}"], to: "{{{{ item }}}}"}}}}
"""
        first = await place.run(text)
        assert first.status() == {"got": "completed", "told": "rehearsed", "after": "completed"}
        assert [method for method, *_ in server.requests] == ["GET"]  # a rehearsal sends nothing
        seen = await place.run(text)
        assert seen.ran == {"told": "Part of what it gave in the last run was not known, so it is tried again."}
        assert seen.finished["after"].provisional
        assert (await place.run(text, reuse_seconds=0.0)).ran["got"] == "Its last result is older than 0 seconds."
        assert (await place.run(text, trusted=False)).status()["got"] == "not_run"
        assert [method for method, *_ in server.requests] == ["GET", "GET"]
        saving = text.replace('/json"}', '/json", save_to: got.json}', 1) + (
            "  - {id: back, uses: file.read, with: {path: got.json}, needs: got}\n"
        )
        await place.run(saving)
        assert "got" in (await place.run(saving)).reused
        seen = await place.run(saving, reuse_seconds=0.0)
        assert seen.ran["back"] == "‘got’, which changes files before it, did something else."


# Databases


async def test_rows_hold_while_the_database_does(place: Place) -> None:
    import sqlite3

    with sqlite3.connect(place.folder / "shop.db") as made:
        made.execute("CREATE TABLE orders (n INTEGER)")
        made.execute("INSERT INTO orders VALUES (1)")
    made.close()
    text = """\
steps:
  - {id: before, uses: sql.query, with: {database: "sqlite:///shop.db", query: SELECT n FROM orders}}
  - id: add
    uses: sql.execute
    with: {database: "sqlite:///shop.db", statement: "INSERT INTO orders VALUES (?)", params: [2]}
    needs: before
  - {id: after, uses: sql.query, with: {database: "sqlite:///shop.db", query: SELECT sum(n) AS s FROM orders}, needs: add}
"""
    await place.run(text)
    assert (await place.run(text)).ran == {}
    seen = await place.run(text.replace("sum(n)", "max(n)"))
    assert seen.ran == {"add": "Run again, because ‘after’ reads what it writes.", "after": "It was changed."}
    assert place.output("after")["rows"] == [{"s": 2}]  # type: ignore[index]
    other = sqlite3.connect(place.folder / "shop.db")
    other.execute("PRAGMA journal_mode=WAL")
    assert set((await place.run(text)).ran) == {"before", "add", "after"}
    other.execute("INSERT INTO orders VALUES (7)")
    other.commit()  # into the file beside it
    seen = await place.run(text)
    assert seen.ran["before"] == "shop.db-wal was changed."
    assert place.output("after")["rows"] == [{"s": 10}]  # type: ignore[index]
    other.close()


# Who waits for whom


async def test_a_writer_is_called_again_once_for_all_who_look(place: Place) -> None:
    readers = "".join(
        f"  - {{id: r{n}, uses: file.read, with: {{path: all.txt, as: AS}}, needs: last}}\n" for n in range(12)
    )
    text = f"""\
steps:
  - {{id: first, run: "echo first >> log.txt; cp log.txt all.txt"}}
  - {{id: last, run: "echo last >> log.txt; cp log.txt all.txt", needs: first}}
{readers}"""
    await place.run(text.replace("AS", "text"))
    seen = await place.run(text.replace("AS", "bytes"))
    assert set(seen.ran) == {"first", "last", *(f"r{n}" for n in range(12))}
    assert seen.order.count("first") == seen.order.count("last") == 1
    assert place.output("r11")["content"] == b"first\nlast\n"  # type: ignore[index]
    assert seen.ran["first"].startswith("Run again, because ‘r")


async def test_elements_are_used_again_together(place: Place) -> None:
    text = """\
steps:
  - {id: all, uses: file.write, for_each: [a, b], with: {path: "{{ item }}.txt", content: "{{ item }}"}}
  - {id: back, uses: file.read, for_each: [a, b], with: {path: "{{ item }}.txt"}, needs: all}
  - {id: one, uses: file.read, with: {path: b.txt}, needs: all}
"""
    await place.run(text)
    assert (await place.run(text)).ran == {}
    seen = await place.run(text.replace("path: b.txt}", "path: b.txt, as: text}"))
    assert seen.ran == {"all": "Run again, because ‘one’ reads what it writes.", "one": "It was changed."}
    seen = await place.run(
        text.replace('[a, b], with: {path: "{{ item }}.txt", c', '[a, b, c], with: {path: "{{ item }}.txt", c')
    )
    assert set(seen.ran) == {"all", "back", "one"}


async def test_a_live_run_does_anew_what_changes_something(place: Place) -> None:
    await place.run(WRITTEN)
    seen = await place.run(WRITTEN, live=True)
    assert {step for step, why in seen.ran.items() if why == "A live run does anew all that changes something."} == {
        "one",
        "two",
        "away",
    }
    assert "back" in seen.ran
    assert (place.folder / "a.txt").read_text() == "one two"


async def test_what_stands_in_for_a_failed_step_makes_no_good_output_but_holds(place: Place) -> None:
    text = """\
steps:
  - {id: gone, uses: file.read, with: {path: none.txt}, sample: {content: sample, path: x, size: 1}}
  - {id: made, uses: data.map, with: {items: ["{{ gone.content }}"], to: "{{ item }}"}}
"""
    await place.run(text)
    seen = await place.run(text)
    assert seen.ran == {"gone": "Its last run failed."}
    assert seen.finished["made"].provisional
    place.write(none__txt="real")
    seen = await place.run(text)
    assert set(seen.ran) == {"gone", "made"}
    assert place.output("made") == {"items": ["real"], "count": 1}


async def test_steps_to_be_verified_are_run_whatever_is_recorded(place: Place) -> None:
    place.write(orders__json=ORDERS)
    await place.run(DATA)
    assert (await place.run(DATA, afresh=("large",))).ran == {"large": "A fix of it is being verified."}


# When something goes wrong on the way


async def test_a_writer_that_fails_when_it_is_called_again_has_failed(tmp_path: Path) -> None:
    calls = []

    async def write(params: Params, context: Context) -> Output:
        calls.append(params)
        if len(calls) > 1:
            raise fail("broke", Kind.RUNTIME)
        context.write_path("made.txt", "value").write_text("made")
        return {"value": 1}

    made = connector("once", write, ParameterSpec("value", "path", "Where."), effect=Effect.WRITE_LOCAL)
    place = Place(tmp_path, replace(made, fresh=lambda _params: Freshness(files=("made.txt",))))
    text = """\
steps:
  - {id: made, uses: once, with: {value: made.txt}}
  - {id: back, uses: file.read, with: {path: made.txt}, needs: made}
"""
    await place.run(text)
    assert (await place.run(text)).ran == {}
    seen = await place.run(text.replace("path: made.txt", "path: made.txt, as: text"))
    assert seen.status() == {"made": "failed", "back": "skipped"}  # as in a full run
    assert seen.finished["back"].reason == "It needs what ‘made’ would have written."
    assert seen.end.status == "completed"
    assert len(calls) == 2


async def test_every_step_ends_once_also_where_the_run_reaches_its_time_limit(place: Place) -> None:
    text = """\
steps:
  - {id: one, uses: file.write, with: {path: a.txt, content: one}}
  - {id: slow, run: sleep 0.01, needs: one}
"""
    await place.run(text)
    seen = await place.run(text.replace("0.01", "30"), time_limit=1.5)
    assert seen.end.status == "failed"
    assert seen.order.count("one") == 1
    assert seen.status() == {"one": "rehearsed", "slow": "not_run"}


async def test_a_run_that_stops_at_a_failure_tells_of_what_was_reused(place: Place) -> None:
    text = """\
steps:
  - {id: one, uses: file.write, with: {path: a.txt, content: one}}
  - {id: ask, uses: data.map, with: {items: [1], to: x}, if: 1 < 2, needs: one}
  - {id: read, uses: file.read, with: {path: a.txt}, needs: ask}
"""
    await place.run(text)
    seen = await place.run(text.replace("1 < 2", "1 < 'a'"), on_fatal="stop", ends_early=True)
    assert seen.end.status == "failed"
    assert seen.finished["one"].reused


async def test_nothing_of_an_older_record_is_misread(place: Place) -> None:
    import sqlite3

    await place.run(WRITTEN)
    (database,) = place.state.rglob("*.db")
    with sqlite3.connect(database) as opened:
        opened.execute("UPDATE outputs SET wrote = x'c1', basis = x'c1ff'")  # no MessagePack
    opened.close()
    seen = await place.run(WRITTEN.replace("content: elsewhere", "content: there"))
    assert seen.ran["away"].startswith("It was changed")
    assert place.output("back") == {"content": "one two", "path": "a.txt", "size": 7}


async def test_what_ran_in_a_sandbox_holds_where_commands_run_in_one(place: Place) -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("there is no sandbox here")
    text = "steps:\n  - {id: a, run: echo a}\n"
    if (await place.run(text, execute="sandbox")).status() == {"a": "not_run"}:
        pytest.skip("the sandbox does not work here")
    assert (await place.run(text, execute="open")).ran == {}
    assert (await place.run(text, execute="sandbox")).ran == {}
