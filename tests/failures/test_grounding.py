"""Run-time findings get what is known of the place they ran in, and only what is certain."""

import msgspec
import pytest

from calibrant.failures.grounding import grounded
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.toolchain import Commands, Ground, Survey, Tasks, Toolchain, Versions

PYTHON = Toolchain(
    "python",
    "pip",
    "api",
    0.9,
    (),
    commands=Commands(install="python -m pip install -r requirements.txt", test="pytest"),
    manifest="api/requirements.txt",
    packages=frozenset({"pyyaml", "Typing_Extensions"}),
)
NODE = Toolchain(
    "node", "pnpm", "web", 0.9, (), commands=Commands(install="pnpm install"), packages=frozenset({"left-pad"})
)
LATER = Toolchain("node", "npm", ".", 0.4, ())
SURVEY = Survey("/ws", (LATER, PYTHON, NODE), (Tasks("make", "tools", "tools/Makefile", ("all",)),))


def finding(code: str, **evidence: str) -> Finding:
    return Finding(code, Kind.RUNTIME, Span(0, 1), "Said.", step="a", evidence=evidence, at_run=True)


def ground(one: Finding, folder: str = ".") -> Finding:
    (found,) = grounded([one], Ground(SURVEY, folder))
    return found


def test_a_missing_package_gets_what_installs_it_where_the_command_ran() -> None:
    found = ground(finding("python-missing-dep", module="yaml", package="PyYAML", cwd="api/tests"))
    assert found.evidence["install"] == "python -m pip install -r requirements.txt"
    assert (found.evidence["manager"], found.evidence["root"], found.evidence["declared"]) == ("pip", "api", "yes")
    assert found.evidence["manifest"] == "api/requirements.txt"


@pytest.mark.parametrize(
    ("package", "declared"), [("typing-extensions", "yes"), ("Typing.Extensions", "yes"), ("requests", "no")]
)
def test_python_packages_are_compared_as_pep_503_says(package: str, declared: str) -> None:
    assert ground(finding("python-missing-dep", package=package, cwd="api")).evidence["declared"] == declared


def test_folders_are_as_the_workflow_would_write_them() -> None:
    found = ground(finding("node-missing-dep", module="left-pad", cwd="web"), "flows")
    assert (found.evidence["root"], found.evidence["declared"]) == ("../web", "yes")


def test_the_nearest_toolchain_upwards_counts() -> None:
    assert ground(finding("node-missing-dep", module="x", cwd="other/deep")).evidence["manager"] == "npm"


def test_a_folder_without_manifest_gets_those_that_have_one_the_surest_first() -> None:
    assert ground(finding("wrong-working-dir", tool="npm")).candidates == ("web", ".")
    assert ground(finding("wrong-working-dir", tool="make"), "flows").candidates == ("../tools",)
    assert ground(finding("wrong-working-dir", pattern="npm-no-manifest")).candidates == ("web", ".")


def test_a_program_that_is_not_there_gets_what_installs_the_only_tools_of_its_folder() -> None:
    assert ground(finding("command-not-found", command="eslint", cwd="web")).evidence["install"] == "pnpm install"
    both = Survey("/ws", (msgspec.structs.replace(PYTHON, root="web"), NODE))
    (found,) = grounded([finding("command-not-found", command="eslint", cwd="web")], Ground(both))
    assert "install" not in found.evidence


def test_what_says_nothing_of_a_toolchain_stays_as_it_is() -> None:
    for one in (finding("disk-full", cwd="api"), finding("install-failed", cwd="elsewhere", tool="pip")):
        assert ground(one) == one
    assert grounded([finding("python-missing-dep")], None) == [finding("python-missing-dep")]


def at(*files: str, toolchains: tuple[Toolchain, ...] = (), tasks: tuple[Tasks, ...] = ()) -> Ground:
    folders = {f"{'/'.join(path.split('/')[:count])}/" for path in files for count in range(1, path.count("/") + 1)}
    return Ground(Survey("/ws", toolchains, tasks, frozenset({*files, *folders}), whole=True))


def told(one: Finding, ground: Ground) -> Finding:
    (found,) = grounded([one], ground)
    return found


@pytest.mark.parametrize(
    ("tool", "cwd", "files", "candidates", "folders"),
    [
        ("pytest", ".", ("checks/test_a.py", "checks/deep/test_b.py", "app.py"), ("checks",), None),
        ("pytest", "src", ("svc/checks/a_test.py",), ("../svc/checks",), "svc/checks"),
        ("unittest", ".", ("a/testing.py", "b/tests.py"), ("a", "b"), None),
        ("jest", ".", ("web/__tests__/a.js", "web/src/b.spec.tsx"), ("web/__tests__", "web/src"), None),
        ("vitest", "web", ("a.test.ts", "build/b.test.ts"), ("..",), "."),
        ("mocha", ".", ("lib/test/a.js", "lib/a.js"), ("lib/test",), None),
    ],
)
def test_where_no_test_was_found_the_folders_are_told_that_have_some(
    tool: str, cwd: str, files: tuple[str, ...], candidates: tuple[str, ...], folders: str | None
) -> None:
    found = told(finding("missing-test-discovery", tool=tool, cwd=cwd), at(*files))
    assert found.candidates == candidates
    assert found.evidence.get("folders") == folders
    assert candidates[0] in found.hint


def test_a_project_is_run_where_its_manifest_is() -> None:
    python = msgspec.structs.replace(PYTHON, root="svc")
    ground = at("svc/tests/test_a.py", "svc/pyproject.toml", "docs/a.md", toolchains=(python,))
    assert told(finding("missing-test-discovery", tool="pytest", cwd="docs"), ground).evidence["folders"] == "svc"


def test_where_no_file_is_called_as_tests_are_that_is_said() -> None:
    one = finding("missing-test-discovery", tool="pytest")
    assert "test_*.py" in told(one, at("app.py")).hint
    assert told(one, Ground(SURVEY)) == one, "of a folder that was not looked through nothing is certain"
    assert told(finding("missing-test-discovery", tool="surefire"), at("app.py")).hint == ""


def test_a_task_that_exactly_one_other_folder_has_is_run_there() -> None:
    one = finding("unknown-task", task="html", pattern="make-unknown-target", cwd=".")
    docs, more = Tasks("make", "docs", "docs/Makefile", ("html",)), Tasks("make", "more", "more/Makefile", ("html",))
    assert told(one, at(tasks=(docs, Tasks("npm", "web", "web/package.json", ("html",))))).evidence["folders"] == "docs"
    assert "folders" not in told(one, at(tasks=(docs, more))).evidence


def test_a_folder_without_manifest_gets_those_that_hold_the_file_it_was_looked_for() -> None:
    found = told(finding("wrong-working-dir", tool="cmake", looked_for="CMakeLists.txt"), at("core/CMakeLists.txt"))
    assert (found.evidence["folders"], found.hint) == ("core", "Run the step in ‘core’ (‘cwd’).")
    lost = finding("wrong-working-dir", tool="make", folder="lib")
    assert told(lost, at("core/Makefile")) == lost, "a folder that is not there is a matter of its name"


def test_a_script_that_was_not_found_but_is_there_names_what_is_not() -> None:
    one = msgspec.structs.replace(finding("command-not-found", exit_code="127"), subject="./run.sh")
    assert "line ends" in told(one, at("run.sh")).hint
    assert told(one, at("other.sh")).hint == ""


def test_a_version_is_told_with_what_is_asked_and_what_would_fit() -> None:
    versions = Versions(">=3.12", "3.11.7", "pyproject.toml", fits="python3.13")
    python = msgspec.structs.replace(PYTHON, root=".", versions=versions)
    found = told(finding("version-mismatch", tool="pip"), at("pyproject.toml", toolchains=(python,)))
    assert found.evidence["interpreter"] == "python3.13"
    assert found.hint == "What is asked for is >=3.12, and this is 3.11.7: run it with ‘python3.13’, which is here."


def test_a_module_of_the_project_is_no_package_of_that_name() -> None:
    one = finding("python-missing-dep", module="shop.cart", package="shop", cwd=".")
    found = told(one, at("src/shop/__init__.py", "src/shop/cart.py", "test_cart.py"))
    assert (found.evidence["own"], found.evidence["holding"]) == ("yes", "src")
    assert "package" not in found.evidence
    assert "‘src’" in found.hint
    assert told(one, at("build/shop/__init__.py", "shop.py")).evidence.get("own") is None, (
        "built, or beside the command"
    )
    declared = msgspec.structs.replace(PYTHON, root=".", packages=frozenset({"shop"}))
    assert "own" not in told(one, at("demo/shop.py", toolchains=(declared,))).evidence


def test_without_a_project_the_language_is_known_all_the_same() -> None:
    assert told(finding("node-missing-dep", module="left-pad"), at("a.js")).evidence["ecosystem"] == "node"


@pytest.mark.parametrize(
    ("path", "files", "candidates"),
    [
        ("nots.txt", ("notes.txt", "app.py"), ("notes.txt",)),
        ("test", ("tests/test_a.py",), ("tests",)),
        ("data/rows.csv", ("data/a.txt", "old/rows.csv"), ("old/rows.csv",)),
        ("../notes.txt", ("notes.txt",), ()),
        ("/etc/nots", ("etc/notes",), ()),
        ("notes.txt", ("notes.txt",), ()),
        ("nots.txt", ("notes$(id).txt", "not s.txt"), ()),
    ],
)
def test_a_file_that_a_command_did_not_find_gets_those_that_may_be_meant(
    path: str, files: tuple[str, ...], candidates: tuple[str, ...]
) -> None:
    assert told(finding("file-not-found", path=path, cwd="."), at(*files)).candidates == candidates


def test_files_are_told_from_the_folder_that_the_command_ran_in() -> None:
    found = told(finding("file-not-found", path="rows.csv", cwd="jobs"), at("jobs/a.py", "data/rows.csv"))
    assert found.candidates == ("../data/rows.csv",)


def test_tests_that_were_found_and_left_out_are_nowhere_else() -> None:
    one = msgspec.structs.replace(finding("missing-test-discovery", tool="pytest"), details="2 deselected in 0.02s")
    found = told(one, at("tests/test_a.py"))
    assert found.candidates == ()
    assert "all of them left out" in found.hint
