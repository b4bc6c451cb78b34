"""Commands of a run, in the sandbox and without one: bounded, scrubbed, in the private copy, and gone at the end."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calibrant.engine.processes import Runner
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.failure import NotRun, StepError
from isolation.building import MODES, Mode, Shell, commands_with, fill, odd_seconds, until, without_bwrap


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return fill(tmp_path / "home", {".ssh/id_rsa": "PRIVATE KEY", ".config/token": "TOKEN", "notes.txt": "NOTES"})


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return fill(tmp_path / "work", {"a.txt": "a", "sub/b.txt": "b", ".venv/pyvenv.cfg": "", ".venv/x.py": "x"})


@pytest.fixture(params=MODES)
async def shell(
    request: pytest.FixtureRequest, workspace: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shell]:
    mode: Mode = request.param
    if mode == "open":
        without_bwrap(monkeypatch)
    shell = Shell(workspace, mode, home, output_limit=100_000)
    yield shell
    shell.copy.close()


async def test_a_command_works_on_the_copy_and_tells_what_it_changed(shell: Shell, workspace: Path) -> None:
    done = await shell.run(
        "cat a.txt; echo new > sub/new.txt; echo changed > a.txt; rm sub/b.txt; pwd; echo oops >&2; exit 3"
    )
    assert done.exit_code == 3
    assert done.stdout == f"a{workspace}\n", "messages show the true path"
    assert done.stderr == "oops\n"
    assert done.changed_files == ("a.txt", "sub/new.txt")
    assert not done.truncated
    again = await shell.run("cat a.txt; ls; cat .venv/x.py", cwd="sub/..")
    assert again.stdout == "changed\na.txt\nsub\nx", "the next command sees it"
    assert again.changed_files == ()
    assert (workspace / "a.txt").read_text() == "a"
    assert sorted(path.name for path in (workspace / "sub").iterdir()) == ["b.txt"]


async def test_a_writing_step_and_a_command_see_each_other(shell: Shell) -> None:
    shell.copy.write_path("a.txt", "path").write_text("from a step")
    assert (await shell.run("cat a.txt; echo back > c.txt")).stdout == "from a step"
    assert shell.copy.read_path("c.txt", "path").read_text() == "back\n"
    assert shell.copy.list_files(".", "path") == ["a.txt", "c.txt", "sub/b.txt"]


async def test_the_environment_is_scrubbed(shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.environ.update(
        {"AWS_SECRET_ACCESS_KEY": "s3cret", "SSH_AUTH_SOCK": "/x", "LC_ALL": "C", "CALIBRANT_STATE": "/y"}
    )
    shell.environ["PATH"] = f".::bin:{shell.environ['PATH']}"
    done = await shell.run("env; cd; cat notes.txt .ssh/id_rsa; echo kept > mine; cat mine", env={"GIVEN": "x y"})
    assert "GIVEN=x y" in done.stdout
    assert "LC_ALL=C" in done.stdout
    assert not [word for word in ("s3cret", "SSH_AUTH_SOCK", "CALIBRANT_STATE") if word in done.stdout]
    path = next(line for line in done.stdout.splitlines() if line.startswith("PATH="))
    assert all(entry.startswith("/") for entry in path[5:].split(":"))
    assert "NOTES" not in done.stdout
    assert "PRIVATE KEY" not in done.stdout
    assert done.stdout.endswith("kept\n"), "the home can be written to"
    assert not (home / "mine").exists()


async def test_stdin_is_closed(shell: Shell) -> None:
    assert (await shell.run("read line || echo nothing")).stdout == "nothing\n"


async def test_output_is_bounded_and_both_ends_are_kept(shell: Shell) -> None:
    script = "echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo; echo last; echo err >&2"
    done = await shell.run(script)
    assert done.truncated
    assert done.stdout.startswith("first\nxxx")
    assert done.stdout.endswith("xxx\nlast\n")
    assert "bytes left out" in done.stdout
    assert len(done.stdout) < 200_000
    assert done.stderr == "err\n"


async def test_output_that_is_no_text(shell: Shell) -> None:
    assert (await shell.run("printf 'a\\377b'")).stdout == "a\ufffdb"


async def test_closed_outputs_do_not_end_a_command_early(shell: Shell) -> None:
    done = await shell.run("exec >&- 2>&-; sleep 0.3; echo x > done.txt")
    assert done.changed_files == ("done.txt",)


async def test_a_timeout_kills_the_whole_group_even_one_that_ignores_it(shell: Shell) -> None:
    started = time.monotonic()
    word = odd_seconds()
    script = f"trap '' TERM INT HUP; (trap '' TERM; sleep {word}1) & sleep {word}2; sleep {word}3"
    failure = await shell.failure(script, timeout=0.4)
    assert failure.code == "step-timeout"
    assert "0.4 seconds" in failure.message
    assert time.monotonic() - started < 30
    assert await until(lambda: not commands_with(word))


LEAVING = {
    "background": "sleep WORD1 & echo on",
    "holding the pipe": "sleep WORD2 & (sleep WORD3 &) ; echo on",
    "a session of its own": "setsid sleep WORD4 & sleep 0.1; echo on",
    "a daemon": "setsid -f sh -c 'exec >/dev/null 2>&1 </dev/null; cd /; sleep WORD5; :'; sleep 0.1; echo on",
    "ignoring signals": "setsid -f sh -c \"trap '' TERM HUP INT; sleep WORD6; sleep WORD7\"; sleep 0.1; echo on",
    "a swarm": "i=0; while [ $i -lt 60 ]; do (setsid sh -c 'sleep WORD8 & sleep WORD9' &) ; i=$((i+1)); done; echo on",
}


@pytest.mark.parametrize("script", LEAVING.values(), ids=LEAVING)
async def test_nothing_outlives_its_command(shell: Shell, script: str) -> None:
    started = time.monotonic()
    word = odd_seconds()
    done = await shell.run(script.replace("WORD", word))
    assert done.stdout == "on\n"
    assert time.monotonic() - started < 40, "open pipes do not hold us up"
    assert await until(lambda: not commands_with(word))


async def test_cancelling_kills_and_reaps(shell: Shell) -> None:
    await shell.run(":")
    word = odd_seconds()
    running = asyncio.create_task(shell.run(f"setsid sleep {word}1 & sleep {word}2"))
    assert await until(lambda: len(commands_with(word)) >= 2)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await until(lambda: not commands_with(word))


async def test_one_commands_end_leaves_the_others_alone(shell: Shell) -> None:
    long = asyncio.create_task(shell.run("(setsid sleep 0.8; echo late > late.txt) & wait; echo end"))
    await asyncio.sleep(0.3)
    await asyncio.gather(*(shell.run("true") for _ in range(8)))
    done = await long
    assert done.stdout == "end\n"
    assert "late.txt" in done.changed_files


UNSTARTABLE = {
    "missing": (("no-such-program",), "command-not-found", "There is no program called ‘no-such-program’."),
    "not a program": (("./a.txt",), "command-not-found", "permission denied"),
    "NUL": (("sh", "-c", "a\0b"), "unfit-for-command", "a character that no command"),
    "too long": (("sh", "-c", ":", "x" * 300_000), "unfit-for-command", "longer than"),
}


@pytest.mark.parametrize(("argv", "code", "words"), UNSTARTABLE.values(), ids=UNSTARTABLE)
async def test_what_cannot_be_started(shell: Shell, argv: tuple[str, ...], code: str, words: str) -> None:
    with pytest.raises(StepError) as caught:
        await shell.runner.run(argv, cwd=".", env={}, timeout=5)
    assert caught.value.failure.code == code
    assert words in caught.value.failure.message


async def test_a_value_too_long_for_the_environment(shell: Shell) -> None:
    with pytest.raises(StepError) as caught:
        await shell.run(":", env={"HUGE": "x" * 300_000})
    assert caught.value.failure.code == "unfit-for-command"


@pytest.mark.parametrize("cwd", ["..", "/", "nowhere", "a.txt"])
async def test_a_folder_to_run_in_is_confined(shell: Shell, cwd: str) -> None:
    with pytest.raises(StepError, match=r"leads out|There is no folder|is a file") as caught:
        await shell.run("pwd", cwd=cwd)
    assert caught.value.failure.parameter == ("cwd",)


async def test_a_workspace_that_is_not_trusted_runs_nothing(workspace: Path) -> None:
    with PrivateCopy(workspace, workspace, live=False, limit=1 << 20) as copy:
        runner = Runner(copy, "no", {"PATH": "/usr/bin:/bin"}, 1 << 20)
        with pytest.raises(NotRun, match="calibrant trust"):
            await runner.run(("touch", str(workspace / "ran")), cwd=".", env={}, timeout=5)
    assert not (workspace / "ran").exists()


async def test_without_bubblewrap_only_the_users_word_opens(
    workspace: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_bwrap(monkeypatch)
    shell = Shell(workspace, "sandbox", home)
    reason = await shell.not_run("touch ran")
    shell.copy.close()
    assert "bubblewrap is not installed" in reason
    assert "--trust" in reason
    assert "execute: unsandboxed" in reason


async def test_a_bubblewrap_that_is_forbidden_is_as_good_as_none(
    workspace: Path, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refusing = (
        fill(tmp_path, {"bwrap": "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n"})
        / "bwrap"
    )
    refusing.chmod(0o755)
    monkeypatch.setattr("calibrant.engine.processes.find_bwrap", lambda _environ, _workspace: str(refusing))
    closed = Shell(workspace, "sandbox", home)
    assert "does not work here (No permissions to create new namespace)" in await closed.not_run("touch ran")
    closed.copy.close()
    opened = Shell(workspace, "open", home)
    assert (await opened.run("echo on")).stdout == "on\n"
    opened.copy.close()


async def test_live_works_on_the_workspace_itself(workspace: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_bwrap(monkeypatch)
    shell = Shell(workspace, "open", home, live=True)
    done = await shell.run("echo real > made.txt; pwd")
    shell.copy.close()
    assert done.changed_files == ("made.txt",)
    assert (workspace / "made.txt").read_text() == "real\n"


async def test_a_python_program_runs(shell: Shell) -> None:
    done = await shell.runner.run((sys.executable, "-c", "print(6 * 7)"), cwd=".", env={}, timeout=10)
    assert (done.exit_code, done.stdout) == (0, "42\n")
