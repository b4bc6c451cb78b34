"""A package manager other than the one whose lock file the project has."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from calibrant.model.issue import Severity
from calibrant.model.text import Span
from calibrant.model.toolchain import upwards
from calibrant.rules.commands import Call
from calibrant.rules.ground.claim import Claim, Site, installed
from calibrant.syntax.shell import Word

CODE: Final = "wrong-package-manager"


class Manager(msgspec.Struct, frozen=True):
    """A package manager: its lock files, the manifest beside them, and how it installs what these pin.

    `subs` are the commands that install all that is declared, "" the name alone; `frozen` those words that ask for exactly
    what is pinned; `needs` those with which nothing goes without a lock file. `exact` and `plain` are the commands to use.
    """

    name: str
    locks: tuple[str, ...]
    manifest: str
    subs: frozenset[str]
    frozen: frozenset[str]
    needs: frozenset[str]
    exact: str
    plain: str


def _manager(
    name: str, locks: str, manifest: str, subs: str, frozen: str, needs: str, exact: str, plain: str
) -> Manager:
    return Manager(
        name,
        tuple(locks.split()),
        manifest,
        frozenset(sub.strip("-") if sub == "-" else sub for sub in subs.split()),
        frozenset(frozen.split()),
        frozenset(needs.split()),
        exact,
        plain,
    )


_NODE = "package.json"
_PYTHON = "pyproject.toml"
_ALL = (
    _manager(
        "npm",
        "package-lock.json npm-shrinkwrap.json",
        _NODE,
        "ci clean-install install-clean ic install i",
        "ci clean-install install-clean ic",
        "ci clean-install install-clean ic",
        "npm ci",
        "npm install",
    ),
    _manager(
        "pnpm",
        "pnpm-lock.yaml",
        _NODE,
        "install i",
        "--frozen-lockfile",
        "--frozen-lockfile",
        "pnpm install --frozen-lockfile",
        "pnpm install",
    ),
    _manager(
        "yarn",
        "yarn.lock",
        _NODE,
        "install -",
        "--frozen-lockfile --immutable",
        "--immutable",
        "yarn install --frozen-lockfile",
        "yarn install",
    ),
    _manager(
        "bun",
        "bun.lock bun.lockb",
        _NODE,
        "install i ci",
        "--frozen-lockfile ci",
        "",
        "bun install --frozen-lockfile",
        "bun install",
    ),
    _manager("uv", "uv.lock", _PYTHON, "sync", "--locked --frozen", "--locked --frozen", "uv sync --locked", "uv sync"),
    _manager("poetry", "poetry.lock", _PYTHON, "install sync", "install sync", "", "poetry install", "poetry install"),
    _manager("pdm", "pdm.lock", _PYTHON, "install sync", "sync --frozen-lockfile", "sync", "pdm sync", "pdm install"),
    _manager(
        "pipenv",
        "Pipfile.lock",
        _PYTHON,
        "sync install",
        "sync --deploy",
        "sync --deploy",
        "pipenv sync",
        "pipenv install",
    ),
)

MANAGERS: Final[Mapping[str, Manager]] = MappingProxyType({one.name: one for one in _ALL})


def check(call: Call, site: Site) -> Iterator[Claim]:
    """Tell of an install by a manager whose lock file is not there, beside that of another one."""
    used = MANAGERS.get(call.program)
    folder = site.folder(call.cwd)
    if used is None or folder is None or not call.sure or call.sub not in used.subs or call.given:
        return
    if call.arguments.has(
        "-g", "--global", "--filter", "-F", "-w", "--workspace", "--no-lockfile", "--package-lock-only", "--no-lock"
    ):
        return
    root = _root(site, folder, used.manifest)
    there = lockers(site, root, used.manifest) if root is not None else []
    if there and there[0].name == "pipenv" and root is not None and _path(root, used.manifest) in site.survey.files:
        return  # a project of its own may lie beside it
    if root is None or len(there) != 1 or there[0].name == used.name or not _lacks(site, root, used):
        return
    yield _claim(call, site, used, there[0], root)


def _root(site: Site, folder: str, manifest: str) -> str | None:
    """Return the nearest folder upwards with a manifest; the first one with a Pipfile counts too."""
    for above in upwards(folder):
        if any(_path(above, name) in site.survey.files for name in (manifest, "Pipfile")):
            return above
    return None


def _path(root: str, name: str) -> str:
    return name if root == "." else f"{root}/{name}"


def lockers(site: Site, root: str, manifest: str) -> list[Manager]:
    """Return the managers of a kind that have a lock file in a folder."""
    files = site.survey.files
    return [one for one in _ALL if one.manifest == manifest and any(_path(root, lock) in files for lock in one.locks)]


def _lacks(site: Site, root: str, used: Manager) -> bool:
    """Tell whether a manager surely has no lock file in a folder, nor in one above, and does not go by its own manifest there."""
    if used.name == "pipenv" and not site.missing(root, "Pipfile"):
        return False
    return all(site.missing(above, lock) is not None for above in upwards(root) for lock in used.locks)


def lock_of(site: Site, root: str, manager: Manager) -> str:
    """Return the path of a manager's lock file in a folder."""
    return next(
        (_path(root, lock) for lock in manager.locks if _path(root, lock) in site.survey.files), manager.locks[0]
    )


def _claim(call: Call, site: Site, used: Manager, right: Manager, root: str) -> Claim:
    head, words = _head(call, used)
    said = {call.sub, *(name for name, _ in call.arguments.options)}
    fails = bool(said & used.needs)
    instead = exact_of(site, root, right) if said & used.frozen else right.plain
    lock = lock_of(site, root, right)
    written = " ".join(word.text or "" for word in words)
    severity: Severity = "error" if fails else "warning"
    what = f"‘{written}’ needs {' or '.join(used.locks)}" if fails else f"‘{written}’ does not look at {lock}"
    others = [word for word in call.command.plain.words if word.span.start >= head.end]
    foreign = any((word.text or "") in used.frozen - right.frozen for word in others)
    names = (*used.locks, *map(installed, used.locks), *right.locks, used.manifest, "Pipfile")
    return site.claim(
        CODE,
        head,
        f"{what}, and this project is locked by {right.name} ({lock}).",
        hint=f"Use ‘{instead}’.",
        subject=written,
        names=names,
        absent=False,
        severity=severity,
        candidates=() if foreign else (instead,),
        evidence={
            "manager": right.name,
            "instead": instead,
            "lock": lock,
            "root": site.from_base(root),
            "used": used.name,
        },
    )


def exact_of(site: Site, root: str, manager: Manager) -> str:
    """Return the command that installs exactly what is pinned in a folder; newer versions of yarn have another one."""
    if manager.name == "yarn" and any(_path(above, ".yarnrc.yml") in site.survey.files for above in upwards(root)):
        return "yarn install --immutable"
    return manager.exact


def _head(call: Call, used: Manager) -> tuple[Span, Sequence[Word]]:
    """Return the words at the start of a command that say what is installed how: the program, its command, what freezes it."""
    words = call.command.plain.words
    count = next(at for at, word in enumerate(words) if word.span.end >= call.head.end) + 1
    while count < len(words) and words[count].text in used.frozen:
        count += 1
    return Span(words[0].span.start, words[count - 1].span.end), words[:count]
