"""Python: pip, uv, Poetry, PDM, Pipenv and conda."""

from collections.abc import Iterator

from calibrant.model.toolchain import Evidence, Toolchain, Versions
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.python.commands import Project, commands
from calibrant.toolchains.python.declared import CONDA, PYPROJECT, declared, wishes
from calibrant.toolchains.python.environment import Environment, environment, fitting, found_version
from calibrant.toolchains.python.locks import outdated
from calibrant.toolchains.python.managers import LOCKS, claims, of_python, workspace_above
from calibrant.toolchains.python.requirements import PATTERNS, files_in
from calibrant.toolchains.signals import Verdict, decide, unreadable
from calibrant.toolchains.versions import excludes, number_in

_MANIFESTS = {"pipenv": ("Pipfile",), "conda": CONDA}
_ANY = (PYPROJECT, "setup.cfg", "setup.py", "Pipfile", *CONDA)


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the Python toolchain of a folder: one, whose manager is the one that most speaks for."""
    above = workspace_above(folder)
    by_manager, shared = claims(folder, above), list(of_python(folder))
    if not shared and not any(by_manager.values()):
        return
    first = decide(by_manager)
    manager = first.manager if any(by_manager.values()) else "pip"
    own = environment(folder, manager, above)
    said = declared(folder)
    version = found_version(folder, own)
    shared += [own.evidence()] if own else []
    shared += unreadable(folder.path(PYPROJECT), folder.fault(PYPROJECT, "toml"))
    shared += unreadable(folder.path("Pipfile"), folder.fault("Pipfile", "toml"))
    shared += _contradictions(folder, own, version)
    verdict = decide(by_manager, shared) if any(by_manager.values()) else decide({"pip": shared[:1]}, shared[1:])
    lock_folder, lock = _lock(folder, above, verdict.manager)
    yield Toolchain(
        "python",
        verdict.manager,
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=_versions(folder, said.versions, version),
        environment=own.path if own else "",
        commands=commands(Project(folder, verdict.manager, said.packages, _python(folder, own))),
        manifest=_manifest(folder, verdict),
        lock=lock_folder.path(lock) if lock else "",
        search=(own.programs,) if own else (),
        variables=_variables(folder, own),
        packages=said.packages,
        outdated=outdated(folder, lock_folder, lock, said) if lock else "",
        conflicts=verdict.conflicts,
    )


def _versions(folder: Folder, said: Versions, found: str) -> Versions:
    """Return the version that is asked for with the one found, and where that does not fit, a program here that does."""
    fits = fitting(folder.machine, said.asked) if said.asked and (not found or excludes(said.asked, found)) else ""
    return Versions(said.asked, found, said.source, fits)


def _contradictions(folder: Folder, own: Environment | None, version: str) -> Iterator[Evidence]:
    """Yield what does not go together: versions that are asked for and found, an environment that cannot work."""
    asked = [(name, wish) for name, wish in wishes(folder) if wish]
    for name, wish in asked[1:]:
        pinned = number_in(wish) if wish[:1].isdigit() or wish.startswith("python-") else ""
        if pinned and excludes(asked[0][1], pinned):
            yield Evidence(folder.path(name), f"pins Python {pinned}, {asked[0][0]} asks for {asked[0][1]}", -0.1)
    if own and own.broken:
        yield Evidence(own.path, own.broken, -0.1)
    elif own and version and asked and excludes(asked[0][1], version):
        yield Evidence(own.path, f"has Python {version}, {asked[0][0]} asks for {asked[0][1]}", -0.1)


def _lock(folder: Folder, above: Folder | None, manager: str) -> tuple[Folder, str]:
    for place in (folder, above):
        for name, of in LOCKS.items():
            if place is not None and of == manager and place.has(name):
                return place, name
    return folder, ""


def _manifest(folder: Folder, verdict: Verdict) -> str:
    own = _MANIFESTS.get(verdict.manager, ())
    first = folder.first(*own) or (PYPROJECT if "project" in folder.toml(PYPROJECT) else "")
    if not first and verdict.manager == "pip":
        first = next(iter(files_in(folder)), "")
    first = first or folder.first(*_ANY)
    return folder.path(first) if first else ""


def _python(folder: Folder, own: Environment | None) -> str:
    """Return how Python is called: "python" in an environment, else the name that this machine has."""
    only_python3 = not folder.machine.program("python") and folder.machine.program("python3")
    return "python3" if own is None and only_python3 else "python"


def _variables(folder: Folder, own: Environment | None) -> dict[str, str]:
    if own is None:
        return {}
    path = own.path if own.path.startswith("/") else f"{folder.files.folder.rstrip('/')}/{own.path}"
    return {"CONDA_PREFIX" if own.conda else "VIRTUAL_ENV": path}


ECOSYSTEM = Ecosystem(
    "python",
    (PYPROJECT, "setup.py", "setup.cfg", *PATTERNS, "requirements.in", "Pipfile", *CONDA, *LOCKS),
    detect,
    evidence=(
        *(".python-version", "runtime.txt", ".tool-versions", "tox.ini", "noxfile.py", "pytest.ini", ".pytest.ini"),
        *("pytest.toml", "conftest.py", ".flake8", "ruff.toml", ".ruff.toml", ".pylintrc", "pylintrc", "mypy.ini"),
        *(".mypy.ini", "pyrightconfig.json", "ty.toml", "pyrefly.toml", ".pre-commit-config.yaml", "manage.py"),
    ),
)
