"""With which tools the folders of a workspace are built: one file per ecosystem, which reads and starts nothing."""

from calibrant.model.toolchain import HERE, Files, Machine, Survey, Tasks, Toolchain
from calibrant.toolchains import dotnet, go, java, node, python, ruby, rust
from calibrant.toolchains.ecosystem import Contents, Ecosystem, Folder, Runner
from calibrant.toolchains.marks import Marks
from calibrant.toolchains.tasks import RUNNERS

__all__ = ["ECOSYSTEMS", "MAX_ROOTS", "RUNNERS", "Ecosystem", "Folder", "Runner", "is_evidence", "survey"]

ECOSYSTEMS: tuple[Ecosystem, ...] = (
    python.ECOSYSTEM,
    node.ECOSYSTEM,
    go.ECOSYSTEM,
    rust.ECOSYSTEM,
    java.ECOSYSTEM,
    dotnet.ECOSYSTEM,
    ruby.ECOSYSTEM,
)
"""The registry: one line for each ecosystem."""
MAX_ROOTS = 2_000
"""Folders that are looked at as roots; where there are more, the survey is not whole."""
_BY_ECOSYSTEM = Marks({ecosystem: ecosystem.marks for ecosystem in ECOSYSTEMS})
_BY_RUNNER = Marks({runner: runner.marks for runner in RUNNERS})
_READERS: tuple[Ecosystem | Runner, ...] = (*ECOSYSTEMS, *RUNNERS)
_READ_TOO = Marks({reader: reader.evidence for reader in _READERS})


def survey(files: Files, machine: Machine) -> Survey:
    """Find the toolchains and tasks of a folder and of the projects in it.

    It reads through the ports, starts nothing and never raises, whatever the files hold.
    """
    contents = Contents(files, machine, RUNNERS)
    toolchains: list[Toolchain] = []
    tasks: list[Tasks] = []
    roots = 0
    for root, names in contents.inside.items():
        if not any(map(_is_mark, names)):
            continue
        named = contents.files_in(root)  # a folder by the name of a manifest is none
        ecosystems, runners = _BY_ECOSYSTEM.of(named), _BY_RUNNER.of(named)
        if not ecosystems and not runners:
            continue
        roots += 1
        if roots > MAX_ROOTS:
            break
        folder = contents.folder(root)
        toolchains.extend(toolchain for ecosystem in ecosystems for toolchain in ecosystem.detect(folder))
        tasks.extend(folder.tasks())
    return Survey(
        files.folder,
        tuple(sorted(toolchains, key=_order)),
        tuple(sorted(tasks, key=lambda one: (one.root != HERE, one.root, one.runner, one.path))),
        frozenset(files.names()),
        files.whole() and roots <= MAX_ROOTS,
        frozenset(files.closed()),
    )


def is_evidence(name: str) -> bool:
    """Tell by its name alone whether a survey may hang on what a file holds; whether files come and go it hangs on always."""
    return any(marks.fits(name) for marks in (_BY_ECOSYSTEM, _BY_RUNNER, _READ_TOO))


def _is_mark(name: str) -> bool:
    return _BY_ECOSYSTEM.fits(name) or _BY_RUNNER.fits(name)


def _order(one: Toolchain) -> tuple[bool, str, float, str]:
    return one.root != HERE, one.root, -one.confidence, one.ecosystem
