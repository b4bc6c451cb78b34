"""Two real projects with six faults each: one pass finds all with their places in the sources, and the fixes mend the build.

What no edit of the workflow mends — a wrong sum, a wrong type, an unused name — its author mends, led by the places told.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from builds import node_project, python_project
from builds.projects import write
from cli.command import calibrant


class Wanted(NamedTuple):
    """What one pass finds of a step: the code, where in the sources (a file and its line from 1), and the fix that mends it."""

    code: str
    source: tuple[str, int] | None = None
    fix: str = ""


class Project(NamedTuple):
    """A project as made: its folder, where its state is kept, what is found in it, and its sources as its author mends them."""

    root: Path
    state: Path
    wanted: dict[str, Wanted]
    mended: dict[str, str]
    absent: tuple[str, ...]


PYTHON = {
    "lint": Wanted("lint-finding", ("src/shop/bill.py", 3)),
    "types": Wanted("typecheck-failed", ("src/shop/bill.py", 11)),
    "bill": Wanted("test-failed", ("tests/test_bill.py", 5)),
    "hello": Wanted(
        "python-missing-dep", ("src/shop/hello.py", 3), "Run ‘python -m pip install -r requirements.txt’ before"
    ),
    "pinned": Wanted("file-not-found", None, "Change ‘requirement.txt’ to ‘requirements.txt’"),
    "pages": Wanted("wrong-working-dir", None, "Run this step in ‘docs’"),
}
NODE = {
    "lint": Wanted("lint-finding", ("app/src/bill.js", 1)),
    "types": Wanted("typecheck-failed", ("app/src/label.ts", 2)),
    "tests": Wanted("test-failed", ("app/test/bill.test.js", 6)),
    "hello": Wanted("node-missing-dep", ("app/hello.js", 1), "Wait for ‘locked’, which installs packages"),
    "locked": Wanted("wrong-package-manager", None, "Change ‘pnpm install --frozen-lockfile’ to ‘npm ci’"),
    "again": Wanted("unknown-task", None, "Run this step in ‘app’"),
}


@pytest.fixture(scope="module", params=["python", "node"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    if request.param == "node" and shutil.which("npm") is None:
        pytest.skip("!!! npm is not installed: a project for Node is NOT built here")
    root = tmp_path_factory.mktemp("made") / request.param
    state = root.parent / "state"
    root.mkdir()
    if request.param == "python":
        python_project.make(root)
        absent = (".venv/bin/python", "-c", "import greeting")
        return Project(root, state, PYTHON, python_project.MENDED, absent)
    node_project.make(root)
    return Project(root, state, NODE, node_project.MENDED, ("node", "app/hello.js"))


def issues(project: Project) -> list[dict[str, Any]]:
    """Return the issues of one pass, hints left out."""
    done = calibrant(
        "calibrate", ".", "--trust", "--format", "json", folder=project.root, state=project.state, calm=False
    )
    (result,) = done.json
    assert result["status"] == "completed", result
    return [one for group in result["issues"].values() for one in group if one["severity"] != "hint"]


def test_one_pass_finds_everything_and_the_fixes_make_it_pass(project: Project) -> None:
    found = issues(project)
    by_step: dict[str, list[dict[str, Any]]] = {step: [] for step in project.wanted}
    for issue in found:
        by_step[issue["step"]].append(issue)
    for step, wanted in project.wanted.items():
        (issue,) = by_step[step]
        assert issue["code"] == wanted.code, issue
        assert wanted.source is None or wanted.source in _places(issue), issue
        assert not wanted.fix or wanted.fix in [fix["title"] for fix in issue["fixes"]], issue

    _apply(project)
    write(project.root, project.mended)
    done = calibrant(
        "calibrate", ".", "--trust", "--format", "json", folder=project.root, state=project.state, calm=False
    )
    (result,) = done.json
    assert [(step["id"], step["status"]) for step in result["steps"] if step["status"] != "completed"] == [], done.out
    assert done.status == 0
    assert subprocess.run(project.absent, cwd=project.root, capture_output=True).returncode != 0, "installed for real"


def _places(issue: dict[str, Any]) -> list[tuple[str, int]]:
    return [(place["path"], place["range"]["start"]["line"] + 1) for place in issue["related"]]


def _apply(project: Project) -> None:
    titles = {wanted.fix for wanted in project.wanted.values() if wanted.fix}
    for title in sorted(titles):
        offered = [fix for issue in issues(project) for fix in issue["fixes"] if fix["title"] == title]
        assert len(offered) == 1, offered
        (fix,) = offered
        done = calibrant(
            "fix", ".", "--fix", fix["id"], "--trust", folder=project.root, state=project.state, calm=False
        )
        assert "verified" in done.out, done
