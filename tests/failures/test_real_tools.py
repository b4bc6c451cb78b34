"""What compilers and test runners that are installed here print today, through real processes, as readers understand it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from calibrant.failures.reports import read

FILES = {
    "bad.c": "int main(void) {\n    int x = missing;\n    return x;\n}\n",
    "link.c": "int gone(void);\nint main(void) { return gone(); }\n",
    "Makefile": "app: bad.c\n\tcc -c bad.c -o app\n\ndocs:\n\t@echo writing; exit 3\n",
    "Bad.java": 'class Bad {\n    int n = "seven";\n}\n',
    "bad.rs": 'fn main() {\n    let n: i32 = "seven";\n}\n',
    "module/go.mod": "module example.com/sums\n\ngo 1.18\n",
    "module/sums.go": "package sums\n\nfunc Sum(a, b int) int { return a - b }\n",
    "module/sums_test.go": 'package sums\n\nimport "testing"\n\nfunc TestSum(t *testing.T) {\n\tif Sum(1, 2) != 3 {\n'
    '\t\tt.Error("wrong sum")\n\t}\n}\n',
    "boom.js": "function boom() {\n  throw new TypeError('no sums');\n}\nboom();\n",
    "sums.test.js": "const test = require('node:test');\nconst assert = require('node:assert');\n"
    "test('adds', () => {\n  assert.strictEqual(1 + 1, 3);\n});\n",
    "run.sh": "#!/bin/sh\ncd $1\n",
}

COMMANDS = {
    "cc -c bad.c -o bad.o": [("build-failed", "bad.c", 2)],
    "cc link.c -o link": [("build-failed", "link.c", 0)],
    "make app": [("build-failed", "bad.c", 2)],
    "make docs": [("build-failed", "Makefile", 5)],
    "javac Bad.java": [("build-failed", "Bad.java", 2)],
    "rustc --emit metadata bad.rs": [("build-failed", "bad.rs", 2)],
    "go test ./...": [("test-failed", "example.com/sums/sums_test.go", 7)],
    "node boom.js": [("script-error", "boom.js", 2)],
    "node --test --test-reporter spec sums.test.js": [("test-failed", "sums.test.js", 4)],
    "node --test --test-reporter tap sums.test.js": [("test-failed", "sums.test.js", 4)],
    "shellcheck run.sh": [("lint-finding", "run.sh", 2), ("lint-finding", "run.sh", 2)],
    "shellcheck -f gcc run.sh": [("lint-finding", "run.sh", 2), ("lint-finding", "run.sh", 2)],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_what_it_complains_of(tmp_path: Path, command: str) -> None:
    program = command.split(" ")[0]
    for needed in (program, *(("cc",) if program == "make" else ())):
        if not shutil.which(needed):
            pytest.skip(f"no {needed} here")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN") if name in os.environ}
    if "RUSTUP_HOME" not in kept and (Path.home() / ".rustup").is_dir():
        kept["RUSTUP_HOME"] = str(Path.home() / ".rustup")
    done = subprocess.run(
        command.split(" "),
        capture_output=True,
        text=True,
        cwd=tmp_path / "module" if program == "go" else tmp_path,
        env={**kept, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "GOPROXY": "off", "GOCACHE": str(tmp_path / "cache")},
        timeout=300,
    )
    assert done.returncode != 0
    found = read(f"{done.stdout}\n{done.stderr}")
    places = [(one.code, one.file.removeprefix(f"{tmp_path}/"), one.at.line + 1 if one.at else 0) for one in found]
    assert places == COMMANDS[command], f"{done.stdout}\n{done.stderr}"
