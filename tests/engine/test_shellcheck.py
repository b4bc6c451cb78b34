"""shellcheck itself: what it says of scripts is read, and where it is not as it should be, nothing is said."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.engine.shellcheck import find_shellcheck, run_shellcheck
from calibrant.rules.actions.linting import Comment
from calibrant.workspace.linting import Linter

SEARCHED = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
PROGRAM = shutil.which("shellcheck", path=SEARCHED)
with_shellcheck = pytest.mark.skipif(PROGRAM is None, reason="!!! shellcheck is not installed: it is NOT tested")

TEXT = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: rm $UNQUOTED "${{ github.sha }}"
      - run: |
          if [ ${{ inputs.x }} = 1 ]; then
            for x in $(ls); do rm "$x"; done
            cd somewhere
            echo a=1 >> $GITHUB_OUTPUT
          fi
        shell: sh
      - run: print("no script of a shell")
        shell: python
"""


@with_shellcheck
async def test_what_shellcheck_says_is_told_at_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", SEARCHED)
    workflow = dialects.read(".github/workflows/a.yml", TEXT)
    assert workflow is not None
    linter = Linter()
    found = await linter.findings(workflow, tmp_path)
    told = [(one.message.split(":")[0], TEXT[one.span.start : one.span.end], one.severity, one.step) for one in found]
    assert told == [("SC2086", "$UNQUOTED", "hint", "build/#1"), ("SC2045", "$(ls)", "warning", "build/#2")]
    monkeypatch.setattr("calibrant.engine.shellcheck.run_shellcheck", None)
    assert await linter.findings(workflow, tmp_path) == found, "what was looked at is not looked at again"
    assert not list(tmp_path.iterdir())


@with_shellcheck
async def test_many_scripts_are_told_apart() -> None:
    assert PROGRAM is not None
    told = await run_shellcheck(PROGRAM, "bash", ["echo $a", "echo", "echo 'é' $b\n"], Comment, os.environ)
    assert told is not None
    assert [[(one.code, one.line, one.column) for one in of_one if one.code != 2154] for of_one in told] == [
        [(2086, 1, 6)],
        [],
        [(2086, 1, 10)],
    ]


@pytest.mark.parametrize(
    "says", ["echo '[]'", "echo '{\"comments\": 1}'", "exit 3", 'echo \'{"comments": [{"file": "0.sh"}]}\'']
)
async def test_a_program_that_says_something_else_is_not_believed(
    says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    program = tmp_path / "shellcheck"
    program.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
    program.chmod(0o755)
    assert await run_shellcheck(str(program), "bash", ["echo"], Comment, os.environ) is None
    assert await run_shellcheck(str(tmp_path / "gone"), "bash", ["echo"], Comment, os.environ) is None
    assert not list(own.iterdir())


async def test_a_program_that_hangs_is_ended_with_its_task(tmp_path: Path) -> None:
    program = tmp_path / "shellcheck"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    task = asyncio.create_task(run_shellcheck(str(program), "bash", ["echo"], Comment, os.environ))
    until = time.monotonic() + 20
    while not (tmp_path / "pid").is_file() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_program_of_the_workspace_is_not_used(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "shellcheck"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert find_shellcheck({"PATH": str(program.parent)}, tmp_path / "elsewhere") == str(program)
    assert find_shellcheck({"PATH": str(program.parent)}, tmp_path) is None
    assert find_shellcheck({"PATH": "bin"}, tmp_path / "elsewhere") is None


@with_shellcheck
async def test_scripts_name_files_that_are_not_read(tmp_path: Path) -> None:
    assert PROGRAM is not None
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "secret").write_text("if TOPSECRET\n", encoding="utf-8")
    script = (
        f"# shellcheck source={tmp_path}/pipe\n. x\n. {tmp_path}/pipe\n. /dev/zero\nsource {tmp_path}/secret\nrm $A\n"
    )
    environ = {**os.environ, "SHELLCHECK_OPTS": "--external-sources --version"}
    told = await run_shellcheck(PROGRAM, "bash", [script, ". ./0.sh; . ./1.sh", "-x", "\0\ud800"], Comment, environ)
    assert told is not None
    assert 2086 in [one.code for one in told[0]], "options of the environment are not taken"
    assert not any("TOPSECRET" in one.message for comments in told for one in comments)
