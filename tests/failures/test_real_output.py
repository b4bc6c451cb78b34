"""What tools really print today, through real processes, against readers and patterns."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from calibrant.failures.collector import collect
from calibrant.model.event import StepFinished
from calibrant.model.failure import Failure
from failures.reading import workflow

PYTHON = sys.executable
RUFF = Path(PYTHON).with_name("ruff")

FLOW = workflow("steps:\n  - run: ./check.sh\n")
COMMANDS = {
    "python-missing-dep": f"{PYTHON} -c 'import no_such_module_at_all'",
    "python-missing-dep of -m": f"{PYTHON} -m no_such_module_at_all",
    "script-syntax": f"{PYTHON} broken.py",
    "script-syntax of sh": 'if true; then echo "x',
    "script-error": f"{PYTHON} -c 'dict()[1]'",
    "test-failed": f"{PYTHON} -m pytest -q -p no:cacheprovider test_sums.py",
    "test-failed of unittest": f"{PYTHON} -m unittest -q test_sums",
    "test-failed by assert": f"{PYTHON} -c 'assert 1 == 2'",
    "lint-finding": f"{RUFF} check --isolated --no-cache test_sums.py",
    "lint-finding concise": f"{RUFF} check --isolated --no-cache --output-format concise test_sums.py",
    "command-not-found": "pytset -q",
    "command-not-found in bash": "bash -c 'pytset -q'",
    "permission-error": "./locked.sh",
    "file-not-found": "cat no/such/file.txt",
    "file-not-found of ls": "ls 'no such'",
    "file-not-found of Python": f"{PYTHON} -c 'open(\"no-such.txt\")'",
    "unset-variable": 'set -u; echo "$no_such_variable"',
    "missing-variable": 'set -u; echo "$NO_SUCH_VARIABLE"',
    "missing-variable of Python": f"{PYTHON} -c 'import os; os.environ[\"NO_SUCH_VARIABLE\"]'",
    "missing-secret": "echo ${NO_SUCH_TOKEN:?}",
    "wrong-working-dir": "cd no-such-folder",
    "unknown-task": "make -f /dev/null no-such-target",
    "missing-test-discovery": f"{PYTHON} -m pytest -q -p no:cacheprovider -k nothing",
    "wrong-encoding": f"{PYTHON} -c 'bytes([233]).decode()'",
    "wrong-usage": "ls --no-such-option",
    "wrong-usage of argparse": f"{PYTHON} -m json.tool --no-such-option",
    "process-crashed": "kill -SEGV $$",
    "out-of-memory": "kill -KILL $$",
    "process-stopped": "kill -TERM $$",
    "connection-refused": f"{PYTHON} -c 'import socket; socket.create_connection((\"127.0.0.1\", 9))'",
    "schema-outdated": f'{PYTHON} -c \'import sqlite3; sqlite3.connect(":memory:").execute("select 1 from mails")\'',
    "schema-outdated column": f'{PYTHON} -c \'import sqlite3; sqlite3.connect(":memory:").execute("select subjct")\'',
    "read-only-files": f"{PYTHON} -c 'import errno, os; raise OSError(errno.EROFS, os.strerror(errno.EROFS), \"x\")'",
    "disk-full": "cat broken.py > /dev/full",
    "git-failed": "git status",
    "unknown-failure": "echo nothing to see; exit 3",
}


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_real_output(tmp_path: Path, name: str, command: str) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n", encoding="utf-8")
    (tmp_path / "locked.sh").write_text("echo hi\n", encoding="utf-8")
    (tmp_path / "test_sums.py").write_text(
        "import os\nimport unittest\n\n\nclass TestSums(unittest.TestCase):\n"
        "    def test_sum(self):\n        self.assertEqual(1 + 1, 3)\n",
        encoding="utf-8",
    )
    if command.startswith("git") and not shutil.which("git"):
        pytest.skip("no git here")
    if "/dev/full" in command and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = subprocess.run(
        ["sh", "-e", "-c", command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "GIT_CEILING_DIRECTORIES": str(tmp_path.parent),
        },
        timeout=60,
    )
    assert done.returncode != 0
    output = f"{done.stdout}\n{done.stderr}"
    failure = Failure("command-failed", "It failed.", parameter=("command",), output=output, exit_code=done.returncode)
    told = collect(StepFinished(0, "#1", "failed", failures=(failure,)), FLOW)
    assert {one.code for one in told} == {name.split(" ")[0]}, f"{told}\n{output}"
