"""Run-time findings get what is known of the place they ran in, and only what is certain."""

import msgspec
import pytest

from calibrant.failures import grounded
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.toolchain import Commands, Ground, Survey, Tasks, Toolchain

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
    for one in (finding("disk-full", cwd="api"), finding("python-missing-dep", cwd="elsewhere")):
        assert ground(one) == one
    assert grounded([finding("python-missing-dep")], None) == [finding("python-missing-dep")]
