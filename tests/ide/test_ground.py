"""With which tools a step's commands work, as told where the step says what it runs and where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.ide.hover import World, hover
from calibrant.ide.page import markdown, plain_text
from calibrant.model.toolchain import Evidence, Ground, Survey, Toolchain, Versions
from ide.marked import CURSOR, unmarked
from ide.viewing import view

WORLD = World(lambda _session: "", lambda _name: False)
PNPM = Toolchain(
    "node",
    "pnpm",
    "packages/web",
    0.97,
    (
        Evidence("packages/web/package.json", "names *pnpm*", 0.4),
        Evidence("packages/web/pnpm-lock.yaml", "lock file of pnpm", 0.9),
        Evidence("packages/web/package-lock.json", "lock file of npm", -0.3),
    ),
    Versions(">=20", "20.11.1"),
    "packages/web/node_modules",
    conflicts=("two lock files",),
)
UV = Toolchain("python", "uv", ".", 0.9, (Evidence("uv.lock", "lock file of uv", 0.9),), Versions(">=3.11"))
GO = Toolchain("go", "go", "svc", 0.9, ())
SURVEY = Survey("/w", (UV, PNPM, GO), whole=True)
WEB = "Node with pnpm (packages/web): node >=20 asked for, 20.11.1 found here; installed in packages/web/node_modules"
PYTHON = "Python with uv: python >=3.11 asked for, none found here"
NATIVE = """\
name: a
steps:
  - id: web
    run: |
      pnpm install
      cd svc && go vet ./...
      echo done
    cwd: packages/web
  - id: root
    run: "npm --version && FOO={{ env.FOO }} python -m pytest -q"
  - id: long
    uses: shell.run
    with: {command: make all, cwd: svc}
  - id: far
    run: go test
    cwd: ../other
  - id: dynamic
    run: go test
    cwd: "{{ env.WHERE }}"
"""
CI = """\
on: push
defaults:
  run:
    working-directory: svc
jobs:
  web:
    runs-on: ubuntu-latest
    defaults: {run: {working-directory: packages/web}}
    steps:
      - run: pnpm test ${{ github.ref }}
      - run: pytest
        working-directory: ./svc
  go:
    runs-on: ubuntu-latest
    steps:
      - run: go test ./...
      - uses: actions/checkout@v4
"""


def said(marked: str, folder: str = ".", path: str = "/w/a.workflow.yaml") -> str:
    """Return what is said of tools at the cursor mark: the text it is about, then the words."""
    text, offset = unmarked(marked)
    found = hover(view(text, path=path, ground=Ground(SURVEY, folder)), offset, WORLD)
    if found is None:
        return ""
    assert found.span.start <= offset <= found.span.end
    return f"{text[found.span.start : found.span.end]}|{plain_text(found.page)}"


def at(text: str, part: str, marked: str) -> str:
    assert text.count(part) == 1, part
    assert marked.replace(CURSOR, "") == part
    return text.replace(part, marked)


@pytest.mark.parametrize(
    ("part", "marked", "about", "told"),
    [
        ("run: |", "r‸un: |", "run", [WEB, "Go (packages", None]),
        ("pnpm install", "pn‸pm install", "pnpm install", [WEB]),
        ("go vet", "go v‸et", "go vet ./...", []),
        ("cwd: packages/web", "c‸wd: packages/web", "cwd", [WEB]),
        ("cwd: packages/web", "cwd: packages/w‸eb", "packages/web", [WEB]),
        ('run: "npm', 'ru‸n: "npm', "run", [PYTHON]),
        ("-m pytest", "-m pyt‸est", "FOO={{ env.FOO }} python -m pytest -q", [PYTHON]),
        ("command: make all", "comm‸and: make all", "command", ["Go (svc)", PYTHON]),
        ("cwd: svc}", "cwd: s‸vc}", "svc", ["Go (svc)"]),
    ],
)
def test_a_native_step_tells_its_tools(part: str, marked: str, about: str, told: list[str | None]) -> None:
    found = said(at(NATIVE, part, marked))
    if not told:
        assert "Go" not in found
        return
    assert found.startswith(f"{about}|")
    for words in told:
        if words == "Go (packages":
            assert words not in found
        elif words:
            assert words in found


@pytest.mark.parametrize(("part", "marked"), [("echo done", "ec‸ho done"), ("cwd: ../other", "cwd: ../ot‸her")])
def test_nothing_is_told_of_other_programs_and_other_folders(part: str, marked: str) -> None:
    assert "asked for" not in said(at(NATIVE, part, marked))


def test_a_folder_that_only_the_run_knows_has_no_tools() -> None:
    assert "Go" not in said(NATIVE.replace("id: dynamic\n    run", "id: dynamic\n    r‸un"))


@pytest.mark.parametrize(
    "script", ["npm --prefix packages/web test", "pnpm -C packages/web test", "cd packages/web; npm ci"]
)
def test_the_folder_that_a_command_works_in_is_the_one_that_it_names(script: str) -> None:
    assert WEB in said(f"name: a\nsteps:\n  - id: one\n    r‸un: {script}\n")


@pytest.mark.parametrize("program", ["python3.12 -m pip", "pip3.12", "py"])
def test_a_program_with_a_version_in_its_name_is_known(program: str) -> None:
    assert PYTHON in said(f"name: a\nsteps:\n  - id: one\n    run: echo && {program[0]}‸{program[1:]} install .\n")


def test_relative_folders_begin_at_the_workflow() -> None:
    text = "name: a\nsteps:\n  - id: one\n    r‸un: npm test\n"
    assert WEB in said(text, "packages/web")
    assert WEB in said(text.replace("npm test", "npm test\n    cwd: ../web"), "packages/api")


@pytest.mark.parametrize(
    ("part", "marked", "told"),
    [
        ("- run: pnpm", "- ru‸n: pnpm", WEB),
        ("pnpm test", "pnpm te‸st", WEB),
        ("- run: pytest", "- r‸un: pytest", PYTHON),
        ("working-directory: ./svc", "working-direc‸tory: ./svc", PYTHON),
        ("- run: go", "- r‸un: go", "Go (svc)"),
        ("go test ./...", "go te‸st ./...", "Go (svc)"),
    ],
)
def test_a_step_of_a_github_workflow_tells_its_tools(part: str, marked: str, told: str) -> None:
    assert told in said(at(CI, part, marked), path="/w/.github/workflows/ci.yml")


def test_a_key_says_what_it_is_before_its_tools() -> None:
    told = said(at(NATIVE, "run: |", "r‸un: |"))
    assert told.index("shell script") < told.index(WEB)


def test_conflicts_and_evidence_are_a_short_list_in_which_nothing_is_markup() -> None:
    text, offset = unmarked(at(NATIVE, "pnpm install", "pn‸pm install"))
    found = hover(view(text, ground=Ground(SURVEY)), offset, WORLD)
    assert found is not None
    lines = markdown(found.page).split("\n")
    assert lines[2:] == [
        "- But: two lock files",
        "- packages/web/pnpm-lock.yaml: lock file of pnpm",
        r"- packages/web/package.json: names \*pnpm\*",
        "- packages/web/package-lock.json: lock file of npm (against it)",
    ]


def test_without_a_survey_nothing_is_told() -> None:
    text, offset = unmarked(at(NATIVE, "pnpm install", "pn‸pm install"))
    assert hover(view(text), offset, WORLD) is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["npm ci", "{{ env.X }}", "${{", "}}", "\n", "'", '"', "$(", ")", "cd ..", "é", "\t"])),
    st.integers(0, 80),
)
def test_no_script_is_too_odd(parts: list[str], offset: int) -> None:
    body = "\n".join(f"      {line}" for line in " ".join(parts).split("\n"))
    text = f"name: a\nsteps:\n  - id: one\n    run: |\n{body}\n"
    hover(view(text, ground=Ground(SURVEY, "packages/web")), min(offset, len(text)), WORLD)
