import pytest

from calibrant.model.asking import lacks
from calibrant.model.toolchain import Survey, Tasks

SURVEY = Survey(
    "/w",
    files=frozenset({"docs/", "docs/index.md", "tool.c", "sub/", "sub/run.sh", "sub/server.js", "README.md"}),
    whole=True,
)


@pytest.mark.parametrize(
    ("tasks", "name", "missing"),
    [
        (Tasks("make", ".", "Makefile", ("test",)), "tset", True),
        (Tasks("make", ".", "Makefile", ("test",)), "test", False),
        (Tasks("make", ".", "Makefile", ("test",), whole=False), "tset", False),
        (Tasks("make", ".", "Makefile", ("test",)), "docs", False),  # a folder: nothing to be done for it
        (Tasks("make", ".", "Makefile", ("test",)), "tool", False),  # made of tool.c by a rule of make's own
        (Tasks("make", "sub", "sub/Makefile", ("test",)), "run", False),
        (Tasks("make", "sub", "sub/Makefile", ("test",)), "tool", True),
        (Tasks("make", ".", "Makefile", ("test",)), "dist/app.js", False),  # a step before may have made it
        (Tasks("tox", ".", "tox.ini", ("lint", "py311-django")), "py39-django", False),
        (Tasks("tox", ".", "tox.ini", ("lint", "py311-django")), "3.13", False),
        (Tasks("tox", ".", "tox.ini", ("lint", "py311-django")), "pypy310-lint", False),
        (Tasks("tox", ".", "tox.ini", ("lint", "py311-django")), "lnt", True),
        (Tasks("tox", ".", "tox.ini", ("lint", "py311-django")), "pytest", True),
        (Tasks("npm", ".", "package.json", ("test",)), "env", False),
        (Tasks("npm", "sub", "sub/package.json", ("test",)), "start", False),
        (Tasks("npm", ".", "package.json", ("test",)), "start", True),
        (Tasks("gradle", ".", "build.gradle", ("compileTestJava", "check")), "cTJ", False),
        (Tasks("gradle", ".", "build.gradle", ("compileTestJava", "check")), "chekc", True),
        (Tasks("gradle", ".", "build.gradle", ("compileTestJava", "check")), ":check", False),
        (Tasks("gradle", ".", "build.gradle", ("compileTestJava", "check")), "app:nothing", False),
        (Tasks("gradle", ".", "build.gradle", ("compileTestJava", "check")), "cleanCheck", False),
        (Tasks("npm", ".", "package.json", ("test",)), "tets", True),
        (Tasks("rake", ".", "Rakefile", ("test",)), "README.md", False),
    ],
)
def test_a_runner_takes_more_names_than_are_written_down(tasks: Tasks, name: str, missing: bool) -> None:
    assert lacks(SURVEY, tasks, name) is missing
