"""Which other Python of the machine fits, where the one that is found does not."""

import pytest

from calibrant.model.toolchain import Versions
from calibrant.toolchains import survey
from toolchains.memory import MemoryFiles, MemoryMachine

PROJECT = '[project]\nname = "a"\nrequires-python = "{}"\n'


class Shims(MemoryMachine):
    """A machine whose programs are scripts of pyenv."""

    def program(self, name: str) -> str:
        return f"/home/me/.pyenv/shims/{name}" if name.startswith("python") else ""


def versions(asked: str, machine: MemoryMachine) -> Versions:
    (one,) = survey(MemoryFiles({"pyproject.toml": PROJECT.format(asked)}), machine).toolchains
    return one.versions


def having(*names: str) -> MemoryMachine:
    return MemoryMachine({f"/bin/{name}": "" for name in names})


@pytest.mark.parametrize(
    ("asked", "programs", "fits"),
    [
        (">=3.12", ("python3.11", "python3.12", "python3.13"), "python3.13"),
        (">=3.12,<3.13", ("python3.11", "python3.12", "python3.13"), "python3.12"),
        ("^3.9", ("python3.8",), ""),
        (">=3.12", ("python3", "python"), ""),
        ("", ("python3.12",), ""),
    ],
)
def test_the_newest_that_fits_is_told(asked: str, programs: tuple[str, ...], fits: str) -> None:
    assert versions(asked, having(*programs)).fits == fits


def test_a_script_of_pyenv_is_there_only_where_its_version_is_chosen() -> None:
    assert versions(">=3.12", Shims({"/home/me/.pyenv/version": "3.11.7\n"})).fits == ""
    assert versions(">=3.12", Shims({"/home/me/.pyenv/version": "3.11.7\n3.12.1\n"})).fits == "python3.12"
    assert versions(">=3.12", Shims(environ={"PYENV_VERSION": "3.11.7:3.13.0"})).fits == "python3.13"


def test_where_the_one_that_is_found_fits_no_other_is_told() -> None:
    machine = Shims({"/home/me/.pyenv/version": "3.13.0\n"})
    assert versions(">=3.11", machine) == Versions(">=3.11", "3.13.0", "pyproject.toml")
