"""shell.run with real shells."""

from pathlib import Path

import pytest

from calibrant.connectors.ended import HANDED_ON
from calibrant.connectors.shell_run import failure_of
from calibrant.model.connector import Completed
from calibrant.model.failure import Left
from calibrant.model.issue import Kind
from connectors.context import call, failure


async def test_what_a_script_says(tmp_path: Path) -> None:
    output = await call(
        "shell.run", tmp_path, command='echo "$WHO"; echo warn >&2', env={"WHO": "a 'b' $c", "N": 3, "B": True}
    )
    assert output == {"stdout": "a 'b' $c\n", "stderr": "warn\n", "exit_code": 0, "changed_files": []}


async def test_where_and_in_which_shell(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    output = await call("shell.run", tmp_path, command="basename $PWD; a=(1 2); echo ${a[1]}", cwd="sub", shell="bash")
    assert output["stdout"] == "sub\n2\n"


async def test_a_script_ends_at_the_first_command_that_fails(tmp_path: Path) -> None:
    found = await failure("shell.run", tmp_path, command="echo one\nfalse\necho two")
    assert (found.code, found.kind, found.exit_code) == ("command-failed", None, 1)
    assert found.output == "one\n"
    assert found.parameter == ("command",)


async def test_both_outputs_are_kept_for_the_classifier(tmp_path: Path) -> None:
    found = await failure("shell.run", tmp_path, command="echo out; echo err >&2; exit 3")
    assert (found.exit_code, found.output) == (3, "out\n\nerr\n")
    assert found.message == "The command ended with exit status 3."


@pytest.mark.parametrize("shell", ["sh", "bash"])
async def test_a_command_that_is_not_there(tmp_path: Path, shell: str) -> None:
    found = await failure("shell.run", tmp_path, command="cd .\npytst -q", shell=shell)
    assert found.message == "The command ‘pytst’ was not found."
    assert (found.code, found.kind, found.value, found.subject) == ("command-not-found", Kind.RUNTIME, "pytst", "pytst")


@pytest.mark.parametrize("shell", ["sh", "bash"])
async def test_a_command_that_cannot_be_run(tmp_path: Path, shell: str) -> None:
    (tmp_path / "tool").write_text("#!/bin/sh\n", encoding="utf-8")
    found = await failure("shell.run", tmp_path, command="./tool", shell=shell)
    assert found.message == "The command ‘./tool’ is there but cannot be run."
    assert found.exit_code == 126


@pytest.mark.parametrize(
    ("stderr", "name"),
    [
        ("sh: 1: pytst: not found\n", "pytst"),
        ("bash: line 1: pytst: command not found\n", "pytst"),
        ("bash: pytst: command not found", "pytst"),
        ("zsh:1: command not found: pytst", "pytst"),
        ("sh: line 0: exec: pytst: not found", "pytst"),
        ("warning: old\nbash: ./x.sh: No such file or directory", "./x.sh"),
    ],
)
def test_names_in_what_shells_say(stderr: str, name: str) -> None:
    assert failure_of(Completed(127, "", stderr), name).subject == name


def test_long_output_keeps_both_ends_of_both_outputs_in_whole_lines() -> None:
    lines = "".join(f"line {number}\n" for number in range(100_000))
    found = failure_of(Completed(1, f"first\n{lines}last\n", f"begin\n{lines}end\n"), "x")
    assert found.output.startswith("first\nline 0\n")
    assert "last\n\nbegin\nline 0\n" in found.output
    assert found.output.endswith("end\n")
    assert all(
        line.startswith(("line ", "… "))
        for line in found.output.split("\n")[1:-1]
        if line not in ("", "last", "begin", "end")
    )
    assert len(found.output) <= HANDED_ON + 200
    assert len(found.details) < 40_000


def test_an_output_has_the_room_that_the_other_one_leaves() -> None:
    found = failure_of(Completed(1, "x", "b" * (HANDED_ON - 1)), "x")
    assert found.output == "x\n" + "b" * (HANDED_ON - 1)


def test_where_it_ran_and_what_it_left_are_told() -> None:
    left = (Left("a.sarif", "sarif", "{}"),)
    for status in (1, 127):
        found = failure_of(Completed(status, "", "sh: 1: pytst: not found", cwd="sub", left=left), "pytst")
        assert (found.cwd, found.left) == ("sub", left)


@pytest.mark.parametrize("shell", ["", "-x", "a\0b", "bash -x"])
async def test_a_shell_that_is_none(tmp_path: Path, shell: str) -> None:
    assert (await failure("shell.run", tmp_path, command="true", shell=shell)).code == "invalid-value"


async def test_another_program_than_a_posix_shell(tmp_path: Path) -> None:
    output = await call("shell.run", tmp_path, command="print(1 + 1)", shell="python3")
    assert output["stdout"] == "2\n"


async def test_a_variable_that_is_no_text(tmp_path: Path) -> None:
    found = await failure("shell.run", tmp_path, command="true", env={"A": [1]})
    assert (found.code, found.message) == ("shape-mismatch", "‘env.A’ takes text, but got a list.")
