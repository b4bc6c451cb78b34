"""Go: modules and workspaces (https://go.dev/ref/mod)."""

import posixpath
from collections.abc import Iterator

import msgspec

from calibrant.model.toolchain import Commands, Evidence, Machine, Toolchain, Versions
from calibrant.toolchains.calls import general_task, quoted_path
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.signals import decide
from calibrant.toolchains.versions import as_numbers, number_in

_LINTERS = (".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json")
_FETCHES = (1, 21)
"""From this version on Go gets the toolchain that a module asks for by itself."""
_SHOWN = 5
_MAX_USED = 30
_MAX_LINES = 50_000
_MAX_MEMBERS = 300
"""Modules of a workspace whose checksums are looked through for one that is missing."""


class Module(msgspec.Struct, frozen=True):
    """What a go.mod or go.work says: `needs` are modules with versions, `uses` folders, `replaced` those taken from elsewhere."""

    name: str = ""
    go: str = ""
    toolchain: str = ""
    needs: tuple[tuple[str, str], ...] = ()
    uses: tuple[str, ...] = ()
    replaced: frozenset[str] = frozenset()


def read_module(content: str) -> Module:
    """Read a go.mod or go.work; lines that mean nothing are passed over."""
    single: dict[str, str] = {}
    lines: dict[str, list[list[str]]] = {"require": [], "use": [], "replace": []}
    block = ""
    for line in content.splitlines()[:_MAX_LINES]:
        words = line.split("//", 1)[0].split()
        if not words or words[0] == ")":
            block = block if not words else ""
        elif block:
            lines.get(block, []).append(words)
        elif words[-1] == "(" or words[0].endswith("("):
            block = words[0].rstrip("(")
        elif words[0] in lines and len(words) > 1:
            lines[words[0]].append(words[1:])
        elif len(words) > 1:
            single.setdefault(words[0], words[1][:300])
    return Module(
        single.get("module", "").strip('"'),
        single.get("go", ""),
        single.get("toolchain", ""),
        tuple((words[0].strip('"'), words[1]) for words in lines["require"] if len(words) >= 2),
        tuple(words[0].strip('"') for words in lines["use"]),
        frozenset(words[0].strip('"') for words in lines["replace"]),
    )


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the toolchain of a module, or of the root of a workspace."""
    own, work = folder.made("go.mod", read_module), folder.made("go.work", read_module)
    above = _workspace(folder) if folder.has("go.mod") else None
    evidence = list(_evidence(folder, own, work, above))
    found = go_version(folder.machine)
    asked, source = (own.go, "go.mod") if own.go else (work.go, "go.work")
    if asked and _too_old(asked, found):
        evidence.append(Evidence(folder.path(source), f"asks for Go {asked}, Go {found} is found", -0.1))
    verdict = decide({"go": evidence[:1]}, evidence[1:])
    vendor = folder.path("vendor") if folder.has("vendor/modules.txt") else ""
    home = _home(folder.machine)
    programs = f"{home}/bin" if home else ""
    yield Toolchain(
        "go",
        "go",
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=Versions(asked, found, folder.path(source) if asked else ""),
        environment=vendor or _cache(folder.machine, home),
        commands=_commands(folder, work),
        manifest=folder.path("go.mod" if folder.has("go.mod") else "go.work"),
        lock=folder.path("go.sum") if folder.has("go.sum") else "",
        search=(programs,) if programs and folder.machine.listed(programs) else (),
        packages=frozenset(name for name, _ in own.needs),
        outdated=_outdated(folder, own, above),
        conflicts=verdict.conflicts,
    )


def _evidence(folder: Folder, own: Module, work: Module, above: Folder | None) -> Iterator[Evidence]:
    if own.name:
        yield Evidence(folder.path("go.mod"), "declares a Go module", 0.9)
    elif folder.has("go.mod"):
        yield Evidence(folder.path("go.mod"), "is there, and names no module yet", 0.4)
    if folder.has("go.work"):
        yield Evidence(
            folder.path("go.work"), f"workspace of {len(work.uses)} modules", 0.8 if work.uses or work.go else 0.4
        )
    if folder.has("go.sum"):
        yield Evidence(folder.path("go.sum"), "checksums of modules", 0.5)
    if above is not None:
        yield Evidence(above.path("go.work"), "uses this module in its workspace", 0.4)
    if folder.has("vendor/modules.txt"):
        yield Evidence(folder.path("vendor/modules.txt"), "copies of modules", 0.3)


def _workspace(folder: Folder) -> Folder | None:
    """Return the folder above whose go.work uses this one."""
    for above in folder.above():
        if above.has("go.work"):
            return above if above.relative(folder) in above.made("go.work", _used) else None
    return None


def _used(content: str) -> frozenset[str]:
    return frozenset(posixpath.normpath(path) for path in read_module(content).uses)


def _commands(folder: Folder, work: Module) -> Commands:
    packages = "./..."
    if not folder.has("go.mod"):
        packages = " ".join(quoted_path(f"{path.rstrip('/')}/...") for path in work.uses[:_MAX_USED]) or packages
    linted = "golangci-lint run" if folder.first(*_LINTERS) else f"go vet {packages}"
    return Commands(
        install="go mod download" if folder.has("go.mod") else "go work sync",
        test=general_task(folder, "test", "tests", "unit") or f"go test {packages}",
        lint=general_task(folder, "lint", "vet") or linted,
        build=general_task(folder, "build") or f"go build {packages}",
        format=general_task(folder, "fmt", "format") or "gofmt -w .",
    )


def _outdated(folder: Folder, own: Module, above: Folder | None) -> str:
    """Say which modules that are needed go.sum has nothing of; in a workspace that of any of its modules counts."""
    known = folder.made("go.sum", _sums)
    if not known or folder.has("vendor/modules.txt"):
        return ""
    missing = [need for need in own.needs if need[0] not in own.replaced and need not in known]
    if missing and above is not None:
        if len(above.made("go.work", _used)) > _MAX_MEMBERS:
            return ""
        members = [one for path in above.made("go.work", read_module).uses if (one := above.at(path))]
        local = {member.made("go.mod", read_module).name for member in members}
        sums = [above.made("go.work.sum", _sums), *(member.made("go.sum", _sums) for member in members)]
        replaced = above.made("go.work", read_module).replaced | local
        missing = [need for need in missing if need[0] not in replaced and not any(need in one for one in sums)]
    if not missing:
        return ""
    shown = ", ".join(" ".join(need) for need in missing[:_SHOWN])
    more = len(missing) - _SHOWN
    return f"go.sum lacks {shown}" + (f" and {more} more" if more > 0 else "") + ", which go.mod asks for"


def _sums(content: str) -> frozenset[tuple[str, str]]:
    """Return the modules and versions that a go.sum has checksums of."""
    lines = (line.split() for line in content.splitlines())
    return frozenset((words[0], words[1].removesuffix("/go.mod")) for words in lines if len(words) == 3)


def go_version(machine: Machine) -> str:
    """Return the version of the `go` of PATH: its distribution has it in a file VERSION, or in its folder's name."""
    program = machine.program("go")
    if not program:
        return ""
    root = program.removesuffix(".exe").removesuffix("/go").removesuffix("/bin")
    return number_in(machine.read(f"{root}/VERSION"), 1) or number_in(root.rpartition("/")[2], 1)


def _too_old(asked: str, found: str) -> bool:
    wanted, there = as_numbers(asked), as_numbers(found)
    return bool(there) and there < _FETCHES and there[: len(wanted)] < wanted


def _home(machine: Machine) -> str:
    home = machine.environ.get("HOME", "")
    return machine.environ.get("GOPATH", "").split(":")[0] or (f"{home}/go" if home else "")


def _cache(machine: Machine, home: str) -> str:
    path = machine.environ.get("GOMODCACHE", "") or (f"{home}/pkg/mod" if home else "")
    return path if path and machine.listed(path) else ""


ECOSYSTEM = Ecosystem("go", ("go.mod", "go.work"), detect, evidence=("go.sum", "go.work.sum", "modules.txt", *_LINTERS))
