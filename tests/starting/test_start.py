"""Workflows to begin with: they check clean, name what is validated, and are written over nothing."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from calibrant import change, dialects
from calibrant.connectors import specs
from calibrant.model.settings import Settings
from calibrant.model.toolchain import Commands, Evidence, Purpose, Survey, Tasks, Toolchain, Validation, Versions
from calibrant.workspace.analysis import analyse
from calibrant.workspace.starting import aside, validations
from cli.command import calibrant

PLACES = {"native": "checks.workflow.yaml", "github-workflow": ".github/workflows/checks.yml"}
PIP = Validation(
    ".",
    "python",
    "pip",
    Versions(">=3.11", "3.12.1", "pyproject.toml"),
    (("lint", "ruff check ."), ("test", "python -m pytest -q")),
    install="python -m pip install -e '.[dev]'",
    installed=True,
)
PNPM = Validation(
    "packages/web",
    "node",
    "pnpm",
    Versions("20", "", ".nvmrc"),
    (("format", "pnpm run format:check"), ("typecheck", "pnpm run types: all"), ("test", "echo '{{ x }}' # no")),
    install="pnpm install --frozen-lockfile",
    lock="pnpm-lock.yaml",
    pinned="package.json",
)
EVERY = (
    PIP,
    PNPM,
    Validation(
        "packages-web", "node", "npm", Versions("^20 || ^22"), (("test", "npm test"),), "npm ci", lock="packages-web/l"
    ),
    Validation("9 lives", "ruby", "bundler", Versions(), (("test", "bundle exec rspec"),), "bundle install"),
    Validation("api", "go", "go", Versions("1.22", "", "api/go.mod"), (("build", "go build ./..."),)),
    Validation("rs", "rust", "cargo", Versions(), (("test", "cargo test"),)),
    Validation("j", "java", "maven", Versions("17", "", "j/pom.xml"), (("test", "mvn -B test"),), lock="j/pom.xml"),
    Validation("n", "dotnet", "dotnet", Versions("8.0.100", "", "n/global.json"), (("test", "dotnet test"),)),
    Validation("b", "node", "bun", Versions(), (("test", "bun test"),), "bun install"),
    Validation("u", "python", "uv", Versions(), (("test", "uv run pytest"),), "uv sync"),
    Validation(
        "p", "python", "poetry", Versions(), (("test", "poetry run pytest"),), "poetry install", lock="p/poetry.lock"
    ),
)


def found(language: str, made: Sequence[Validation]) -> list[str]:
    """Return what a check finds in the workflow that is begun."""
    text = dialects.start(language, made)
    analysis = analyse(PLACES[language], text, specs(), Settings())
    assert analysis is not None
    assert analysis.workflow.steps, text
    return [f"{one.code}: {one.message}\n{text}" for one in analysis.findings if one.severity != "hint"]


@pytest.mark.parametrize("language", PLACES)
@pytest.mark.parametrize("made", [(), (PIP,), (PNPM,), EVERY], ids=["nothing", "python", "node", "everything"])
def test_a_begun_workflow_checks_clean(language: str, made: tuple[Validation, ...]) -> None:
    assert found(language, made) == []


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
anything = st.builds(
    Validation,
    texts,
    st.just("node"),
    st.sampled_from(["npm", "pnpm", "odd"]),
    st.builds(Versions, texts, texts, texts),
    st.lists(st.tuples(st.sampled_from(["lint", "test"]), texts), min_size=1, max_size=3).map(tuple),
    st.one_of(st.just(""), texts),
    st.booleans(),
)


@pytest.mark.parametrize("language", PLACES)
@given(made=st.lists(anything, max_size=4))
def test_whatever_folders_and_commands_are_called_they_stand_in_the_file_as_they_are(
    language: str, made: list[Validation]
) -> None:
    text = dialects.start(language, made)
    workflow = dialects.read(PLACES[language], text)
    assert workflow is not None
    scripts = [step.body.script.value for step in workflow.steps if step.body.script]
    wanted = [command for one in made for _, command in one.steps if language == "native" or "${{" not in command]
    assert [one for one in scripts if one in wanted] or not wanted
    assert not [one for one in workflow.problems if one.kind == "syntax"]


def toolchain(
    root: str, lock: str = "", ecosystem: str = "node", confidence: float = 0.9, **commands: str
) -> Toolchain:
    return Toolchain(
        ecosystem,  # type: ignore[arg-type]
        "npm",
        root,
        confidence,
        (Evidence("package.json", "asks for npm 10 by packageManager", 0.5),),
        commands=Commands(**commands),
        lock=lock,
    )


def test_what_a_folder_above_validates_is_not_validated_again() -> None:
    root = toolchain(".", "package-lock.json", test="npm test", install="npm ci")
    member = toolchain("web", "package-lock.json", test="npm test", lint="npm run lint")
    other = toolchain("tools", "tools/package-lock.json", test="npm test")
    made = validations(Survey("/x", (root, member, other)))
    assert [(one.root, [purpose for purpose, _ in one.steps]) for one in made] == [
        (".", ["test"]),
        ("tools", ["test"]),
        ("web", ["lint"]),
    ]
    assert (made[2].install, made[2].home) == ("npm ci", ".")
    begun = dialects.start("native", made)
    assert begun.count("run: npm ci") == 1, begun
    assert "needs: [node_install]" in begun
    assert made[0].pinned == "package.json"


def test_what_is_unsure_or_has_no_commands_is_left_out_and_formatters_only_look() -> None:
    made = validations(
        Survey(
            "/x",
            (
                toolchain("a", confidence=0.3, test="npm test"),
                toolchain("b", install="npm ci"),
                toolchain("c", format="prettier --write ."),
                toolchain("d", format="prettier --check ."),
            ),
        )
    )
    assert [(one.root, one.steps) for one in made] == [
        (root, (("format", "prettier --check ."),)) for root in ("c", "d")
    ]


def test_what_only_serves_another_project_is_left_out_and_named() -> None:
    folders = (
        "api",
        "examples/a",
        "tests/fixtures/b",
        "tests",
        "web/vendor/c",
        "{{ cookiecutter.name }}",
        ".binder",
        "docs",
    )
    survey = Survey("/x", tuple(toolchain(one, test="npm test") for one in folders))
    assert [one.root for one in validations(survey)] == ["api", "docs", "tests"]
    assert aside(survey) == (".binder", "examples/a", "tests/fixtures/b", "web/vendor/c", "{{ cookiecutter.name }}")
    assert [one.root for one in validations(survey, "examples/a")] == ["examples/a"]
    assert [one.root for one in validations(Survey("/x", survey.toolchains[1:2]))] == ["examples/a"]


def test_what_the_commands_call_is_installed_unless_it_is_declared() -> None:
    python = toolchain(
        ".", ecosystem="python", install="python -m pip install -e .", lint="ruff check", build="python3 -m build"
    )
    python = replace(python, manager="pip", packages=frozenset({"ruff"}))
    assert validations(Survey("/x", (python,)))[0].install == "python -m pip install -e . build"
    uv = toolchain(".", ecosystem="python", install="uv sync", lint="uv run ruff check", test="uv run pytest -q")
    uv = replace(uv, manager="uv", packages=frozenset({"pytest"}))
    assert validations(Survey("/x", (uv,)))[0].steps == (
        ("lint", "uv run --with ruff ruff check"),
        ("test", "uv run pytest -q"),
    )
    maven = toolchain(".", ecosystem="java", install="mvn -B dependency:resolve", test="mvn -B test")
    assert validations(Survey("/x", (maven,)))[0].install == ""


def test_tox_is_asked_for_the_python_that_is_there() -> None:
    made = toolchain(".", ecosystem="python", test="tox")
    survey = Survey("/x", (made,), (Tasks("tox", ".", "tox.ini", ("py38", "py311-django4", "lint")),))
    assert validations(survey)[0].steps == (("test", "tox -e py"),)
    other = replace(survey, tasks=(Tasks("tox", ".", "tox.ini", ("tests",)),))
    assert validations(other)[0].steps == (("test", "tox"),)


def test_steps_in_the_folder_of_a_project_are_no_hint() -> None:
    steps: tuple[tuple[Purpose, str], ...] = (("lint", "ruff check"), ("test", "pytest"), ("build", "uv build"))
    text = dialects.start(
        "native", (Validation("api/core", "python", "uv", Versions(), steps, "uv sync", home="api/core"),)
    )
    analysis = analyse(PLACES["native"], text, specs(), Settings())
    assert analysis is not None
    assert analysis.findings == ()


def test_a_manager_that_runners_lack_is_installed() -> None:
    lines = {
        "pdm": "run: pipx install pdm",
        "pipenv": "run: pipx install pipenv",
        "poetry": "run: pipx install poetry",
    }
    for manager, line in lines.items():
        made = replace(PIP, manager=manager, install=f"{manager} install")
        assert line in dialects.start("github-workflow", (made,))
    yarn = replace(PNPM, manager="yarn", pinned="package.json")
    assert "corepack enable" in dialects.start("github-workflow", (yarn,))
    nested = replace(PNPM, pinned="packages/web/package.json")
    assert "package_json_file: packages/web/package.json" in dialects.start("github-workflow", (nested,))


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (">=3.10,<4.0", "python-version-file: pyproject.toml"),
        ("^3.9", "python-version-file: pyproject.toml"),
        ("~=3.9", 'python-version: "3.x"'),
        ("~=3.11.2", 'python-version: "3.11"'),
        ("==3.11.*", 'python-version: "3.11"'),
        (">=3.8, !=3.9.1", 'python-version: "3.x"'),
    ],
)
def test_a_python_is_set_up_as_its_action_can_read_it(asked: str, line: str) -> None:
    made = replace(PIP, versions=Versions(asked, "", "pyproject.toml"))
    assert line in dialects.start("github-workflow", (made,))


def test_of_a_folder_in_a_repository_the_workflow_lies_where_it_is_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pnpm-lock.yaml").write_text("lockfileVersion: '9.0'\n")
    (tmp_path / "pnpm-workspace.yaml").write_text("packages: [packages/*]\n")
    (tmp_path / "package.json").write_text('{"name": "all", "packageManager": "pnpm@10.1.0"}')
    web = tmp_path / "packages" / "web"
    web.mkdir(parents=True)
    (web / "package.json").write_text('{"name": "web", "scripts": {"test": "vitest run"}}')
    done = calibrant("init", "packages/web", "--as", "actions", folder=tmp_path)
    assert done.status == 0, done
    written = (tmp_path / ".github" / "workflows" / "checks.yml").read_text()
    assert "working-directory: packages/web" in written
    assert "run: pnpm install --frozen-lockfile" in written
    assert not (web / ".github").exists()
    assert calibrant("init", "packages/web", folder=tmp_path).status == 0
    native = (web / "checks.workflow.yaml").read_text()
    assert "cwd: ../.." in native
    assert calibrant("check", ".", folder=tmp_path).out.startswith("No issues"), calibrant(
        "check", ".", folder=tmp_path
    )


def test_init_writes_what_it_says_and_never_over_a_file(tmp_path: Path) -> None:
    for form, place in (("native", PLACES["native"]), ("actions", PLACES["github-workflow"])):
        done = calibrant("init", ".", "--as", form, folder=tmp_path)
        assert (done.status, (tmp_path / place).is_file()) == (0, True), done
        written = (tmp_path / place).read_bytes()
        again = calibrant("init", ".", "--as", form, folder=tmp_path)
        assert again.status == 2
        assert "is there already" in again.err
        assert (tmp_path / place).read_bytes() == written
        assert calibrant("check", place, folder=tmp_path).status == 0
    assert not list(tmp_path.rglob(".calibrant-*"))


@pytest.mark.parametrize("name", ["", ".x", "a/b", "../x", "-x", "a\nb"])
def test_a_name_cannot_lead_elsewhere(name: str, tmp_path: Path) -> None:
    done = calibrant("init", ".", f"--name={name}", folder=tmp_path)
    assert (done.status, list(tmp_path.iterdir())) == (2, []), done


def test_a_link_cannot_lead_out_either(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / ".github").symlink_to(outside)
    with pytest.raises(change.Refused, match="outside"):
        change.create(inside, Path(".github/workflows/x.yml"), "a: 1\n")
    assert not list(outside.iterdir())


def test_links_and_files_in_the_way_end_in_plain_words(tmp_path: Path) -> None:
    repository, elsewhere = tmp_path / "repository", tmp_path / "elsewhere"
    (repository / ".git").mkdir(parents=True)
    elsewhere.mkdir()
    (repository / "link").symlink_to(elsewhere)
    for form in ("native", "actions"):
        assert calibrant("init", "link", "--as", form, folder=repository).status == 0
    assert (elsewhere / "checks.workflow.yaml").is_file()
    assert (elsewhere / ".github" / "workflows" / "checks.yml").is_file()
    (repository / ".github").write_text("")
    done = calibrant("init", "--as", "actions", folder=repository)
    assert (done.status, "a folder on its way is a file" in done.err) == (2, True), done


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = calibrant("init", ".", folder=tmp_path)
    assert done.status == 2
    assert "cannot be changed" in done.err


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = calibrant("init", ".", "--dry-run", folder=tmp_path)
    assert (done.status, list(tmp_path.iterdir())) == (0, [])
    assert "steps:" in done.out


def test_names_that_would_be_read_as_expressions() -> None:
    """A native step leaves all its braces as they are; GitHub cannot be told to, so it gets no job of that folder."""
    odd = Validation("${{ github.token }}", "node", "npm", Versions(), (("test", "npm test"),), "npm ci", lock="a")
    native = dialects.read(PLACES["native"], dialects.start("native", [replace(odd, home=odd.root)]))
    assert native is not None
    assert {step.body.templating for step in native.steps} == {False}
    for made in (
        odd,
        replace(odd, root="a", install="npm ci '${{ github.token }}'"),
        replace(odd, root="b", lock="${{"),
    ):
        assert "${{" not in dialects.start("github-workflow", [made, PIP])
