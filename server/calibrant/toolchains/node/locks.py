"""Whether a lock file lacks what package.json asks for, told by their contents alone; where that cannot be told, nothing is."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.node.managers import is_berry
from calibrant.toolchains.node.project import MANIFEST, PNPM_WORKSPACE, SECTIONS, Project, names_of_members
from calibrant.toolchains.parsing import table
from calibrant.toolchains.versions import excludes

_SHOWN = 3
_PINNED = ("dependencies", "devDependencies")
_PLAIN = re.compile(r"[\dvx.*^~<>=|\s-]{1,100}")
_TRAILING = re.compile(r'"(?:[^"\\\n]|\\.){0,2000}"|,(?=[ \t\r\n]{0,200}[}\]])')
_KEY = re.compile(r"('[^'\n]{1,300}'|\"[^\"\n]{1,300}\"|[^\s'\":][^\s:]{0,299}):(?:[ \t]{1,20}(.{0,500}))?")


class _Locked(msgspec.Struct, frozen=True):
    version: Any = ""
    link: Any = False


class _NpmLock(msgspec.Struct, frozen=True):
    packages: dict[str, _Locked] = {}
    dependencies: dict[str, _Locked] = {}


class _BunLock(msgspec.Struct, frozen=True):
    workspaces: dict[str, dict[str, Any]] = {}


def outdated(project: Project, name: str) -> str:
    """Return, in words, what a lock file of the project's workspace lacks; empty where it is up to date, or cannot be told."""
    if project.folder.fault(MANIFEST, "json") or not project.folder.json(MANIFEST):
        return ""
    readers = {
        "pnpm-lock.yaml": _pnpm,
        "yarn.lock": _yarn,
        "bun.lock": _bun,
        "package-lock.json": _npm,
        "npm-shrinkwrap.json": _npm,
    }
    read = readers.get(name)
    if read is None or not project.home.read(name).strip():
        return ""
    lacks = list(read(project, name))
    more = len(lacks) - _SHOWN
    return "; ".join(lacks[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _absent(package: str, lock: str) -> str:
    return f"‘{package}’ is in package.json and not in {lock}"


def _differs(package: str, asked: str, lock: str, locked: str) -> str:
    return f"‘{package}’ is {asked} in package.json and {locked} in {lock}"


def _npm_lock(content: str) -> _NpmLock | None:
    try:
        return msgspec.json.decode(content.encode("utf-8", "replace"), type=_NpmLock)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return None


def _npm(project: Project, lock: str) -> Iterator[str]:
    read = project.home.made(lock, _npm_lock)
    if read is None or (project.member and not read.packages):
        return
    inner = "" if project.here == "." else f"{project.here}/"
    for package, asked in project.declared(*_PINNED).items():
        if read.packages:
            found = read.packages.get(f"{inner}node_modules/{package}") or read.packages.get(f"node_modules/{package}")
        else:
            found = read.dependencies.get(package)
        if found is None:
            yield _absent(package, lock)
        elif isinstance(found.version, str) and not found.link and excludes(asked, found.version):
            yield _differs(package, asked, lock, found.version)


def _pnpm(project: Project, lock: str) -> Iterator[str]:
    locked = project.home.made(lock, _importers).get(project.here)
    if locked is None or _changes_manifests(project.home):
        return
    declared = project.declared("peerDependencies") | project.declared(*_PINNED, "optionalDependencies")
    needed = project.declared(*_PINNED)
    for package, asked in needed.items():
        if package not in locked:
            if not asked.startswith("link:"):
                yield _absent(package, lock)
        elif locked[package] and locked[package] != asked:
            yield _differs(package, asked, lock, locked[package])
    for package in locked:
        if package not in declared:
            yield f"‘{package}’ is in {lock} and no longer in package.json"


def _changes_manifests(home: Folder) -> bool:
    """Tell whether pnpm is told to take other versions than packages ask for."""
    settings = {**table(home.json(MANIFEST), "pnpm"), **home.yaml(PNPM_WORKSPACE)}
    own = any(
        settings.get(key)
        for key in ("overrides", "packageExtensions", "ignoredOptionalDependencies", "configDependencies")
    )
    return own or bool(home.first(".pnpmfile.cjs", ".pnpmfile.mjs")) or bool(home.json(MANIFEST).get("resolutions"))


def _importers(content: str) -> dict[str, dict[str, str]]:
    """Return the versions asked for that pnpm recorded, by folder and package; those of a single package stand at the top.

    The file is written by pnpm, so its lines have one form, by which they are read: it may be very large.
    """
    found: dict[str, dict[str, str]] = {}
    lock = content.rpartition("\n---\n")[2]  # what stands before it is of pnpm itself
    for keys, value in _keys(lock):
        path, inside = (keys[1], keys[2:]) if keys[0] == "importers" and len(keys) > 1 else (".", keys)
        if not inside or inside[0] not in (*SECTIONS, "specifiers"):
            if keys[0] == "importers" and len(keys) == 2:
                found.setdefault(keys[1], {})
            continue
        own = found.setdefault(path, {})
        if len(inside) == 3 and inside[2] == "specifier":
            own[inside[1]] = value
        elif len(inside) == 2:
            own[inside[1]] = value if inside[0] == "specifiers" else own.get(inside[1], "")
    return found


def _keys(content: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the keys before the list of packages with all above them, and their plain values."""
    found: list[tuple[tuple[str, ...], str]] = []
    above: list[tuple[int, str]] = []
    for line in content.split("\n"):
        bare = line.strip()
        key = _KEY.fullmatch(bare)
        if not bare or bare.startswith("#") or key is None:
            continue
        indent = len(line) - len(line.lstrip(" "))
        name = key[1].strip("'\"")
        if not indent and name in ("packages", "snapshots"):
            break
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, name))
        found.append((tuple(one for _, one in above), (key[2] or "").strip().strip("'\"")))
    return found


def _yarn(project: Project, lock: str) -> Iterator[str]:
    if project.home.json(MANIFEST).get("resolutions"):
        return
    berry = is_berry(project.home)
    if berry and "defaultProtocol" in project.home.read(".yarnrc.yml"):
        return
    patterns = project.home.made(lock, _patterns)
    by_name = project.home.made(lock, _by_name)
    ours: frozenset[str] | None = None
    for package, asked in project.declared(*_PINNED).items():
        if not _PLAIN.fullmatch(asked):
            continue
        if f"{package}@npm:{asked}" not in patterns if berry else f"{package}@{asked}" not in patterns:
            ours = names_of_members(project.home) if ours is None else ours
            if package in ours:
                continue
            others = by_name.get(package, [])
            locked = others[0].removeprefix("npm:") if len(others) == 1 else ""
            yield _differs(package, asked, lock, locked) if locked else _absent(package, lock)


def _patterns(content: str) -> frozenset[str]:
    """Return what the entries of a yarn.lock are for: `left-pad@^1.3.0`."""
    heads = [line.rstrip().removesuffix(":") for line in content.split("\n") if line[:1] not in ("", " ", "#", "\r")]
    return frozenset(one.strip().strip('"') for head in heads for one in head.strip('"').split(", "))


def _by_name(content: str) -> dict[str, list[str]]:
    """Return the versions asked for by the packages that they are of."""
    found: dict[str, list[str]] = {}
    for pattern in _patterns(content):
        name, _, asked = pattern.rpartition("@") if ":" not in pattern else pattern.partition(":")[0].rpartition("@")
        found.setdefault(name, []).append(pattern.removeprefix(f"{name}@") if name else asked)
    return found


def _bun_lock(content: str) -> _BunLock | None:
    plain = _TRAILING.sub(lambda found: "" if found[0] == "," else found[0], content)
    try:
        return msgspec.json.decode(plain.encode("utf-8", "replace"), type=_BunLock)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return None


def _bun(project: Project, lock: str) -> Iterator[str]:
    read = project.home.made(lock, _bun_lock)
    own = read.workspaces.get("" if project.here == "." else project.here) if read else None
    if own is None:
        return
    locked: dict[str, object] = {}
    for section in SECTIONS:
        locked.update(table(own, section))
    for package, asked in project.declared(*_PINNED).items():
        if package not in locked:
            yield _absent(package, lock)
        elif locked[package] != asked:
            yield _differs(package, asked, lock, str(locked[package])[:100])
