"""Tasks that a script may ask a runner for, and folders that a step may run in, as they are offered."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.ide.place import place_at
from calibrant.ide.triggers import is_welcome
from calibrant.model.toolchain import Ground, Survey, Tasks, Toolchain
from ide.completing import labels, offers, taken
from ide.marked import SPECS, read, unmarked

SURVEY = Survey(
    "/w",
    (
        Toolchain("python", "uv", ".", 0.9, ()),
        Toolchain("node", "pnpm", "web", 0.9, ()),
        Toolchain("go", "go", "svc/api", 0.9, ()),
    ),
    (
        Tasks("npm", ".", "package.json", ("all",)),
        Tasks("npm", "web", "web/package.json", ("test", "test:unit", "build", "odd name")),
        Tasks("make", ".", "Makefile", ("lint", "test")),
        Tasks("just", ".", "justfile", ("fmt",)),
        Tasks("tox", ".", "tox.ini", ("py312", "docs")),
        Tasks("nox", ".", "noxfile.py", ("unit",)),
        Tasks("gradle", "svc", "svc/build.gradle", ("check",)),
    ),
)
CI = "/w/.github/workflows/ci.yml"


def native(script: str, more: str = "") -> str:
    return f"name: a\nsteps:\n  - id: one\n    run: {script}\n{more}"


def action(script: str, more: str = "") -> str:
    head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
    return f"{head}{more}    steps:\n      - run: {script}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (native("npm run ‸"), ["all"]),
        (native("npm run te‸", "    cwd: web\n"), ["test", "test:unit", "build"]),
        (native("|\n      cd web\n      pnpm run b‸\n"), ["test", "test:unit", "build"]),
        (native("make ‸"), ["lint", "test"]),
        (native("make lint t‸"), ["lint", "test"]),
        (native("echo a && sudo just ‸"), ["fmt"]),
        (native("tox -e ‸"), ["py312", "docs"]),
        (native("nox -s u‸"), ["unit"]),
        (native("cd svc && ./gradlew ‸"), ["check"]),
        (native('"make ‸"'), ["lint", "test"]),
        (native("make ‸", "    cwd: web\n"), []),
        (native("make -f ‸"), []),
        (native("npm ‸"), []),
        (native("npm run all; ‸"), []),
        (native("echo make ‸"), []),
        (native("make ‸", '    cwd: "{{ env.X }}"\n'), []),
    ],
)
def test_a_script_is_offered_the_tasks_of_its_folder(text: str, told: list[str]) -> None:
    assert labels(offers(text, ground=Ground(SURVEY))) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (action("npm run ‸"), ["all"]),
        (action("npm run ‸", "    defaults: {run: {working-directory: web}}\n"), ["test", "test:unit", "build"]),
        (action("|\n          make l‸\n"), ["lint", "test"]),
    ],
)
def test_so_is_that_of_a_github_workflow(text: str, told: list[str]) -> None:
    assert labels(offers(text, path=CI, ground=Ground(SURVEY))) == told


def test_the_whole_word_is_replaced_and_the_file_that_names_it_is_said() -> None:
    text = native("npm run te‸st:x && echo", "    cwd: web\n")
    found = offers(text, ground=Ground(SURVEY))
    assert "npm run test:unit‸ && echo" in taken(text, found, "test:unit").replace(
        "npm run test:unit ", "npm run test:unit‸ "
    )
    assert {item.detail for item in found.items} == {"web/package.json"}


def test_folders_of_projects_are_offered_as_the_workflow_writes_them() -> None:
    text = native("npm test", "    cwd: ‸\n")
    found = offers(text, ground=Ground(SURVEY))
    assert [(item.label, item.detail) for item in found.items] == [
        ("web", "Node with pnpm"),
        ("svc/api", "Go"),
        (".", "default"),
    ]
    assert labels(offers(text, ground=Ground(SURVEY, "flows"))) == ["..", "../web", "../svc/api", "."]
    step = action("npm test").rstrip("\n") + "\n        working-directory: ‸\n"
    assert labels(offers(step, path=CI, ground=Ground(SURVEY))) == ["web", "svc/api"]


def test_without_a_survey_there_is_nothing() -> None:
    assert labels(offers(native("npm run ‸"))) == []


@pytest.mark.parametrize(("script", "wanted"), [("npm run ‸", True), ("make ‸", True), ("echo ‸", False)])
def test_a_blank_asks_only_where_a_task_follows(script: str, wanted: bool) -> None:
    text, offset = unmarked(native(script))
    place = place_at(read(text), SPECS, "x.workflow.yaml", offset)
    assert place is not None
    assert is_welcome(place, " ") is wanted


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["npm run", "make ", "{{", "}}", "\n", "'", '"', "$(", ")", "cd ..", "é", "\t", "-e"])),
    st.integers(0, 90),
)
def test_no_script_is_too_odd(parts: list[str], offset: int) -> None:
    body = "\n".join(f"      {line}" for line in " ".join(parts).split("\n"))
    text = f"name: a\nsteps:\n  - id: one\n    run: |\n{body}\n".replace("‸", "")
    at = min(offset, len(text))
    offers(f"{text[:at]}‸{text[at:]}", ground=Ground(SURVEY, "web"))
