""".NET: solutions and projects of MSBuild (https://learn.microsoft.com/dotnet/core/tools/)."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from calibrant.model.toolchain import Commands, Evidence, Machine, Toolchain, Versions
from calibrant.toolchains.calls import general_task, quoted_path
from calibrant.toolchains.ecosystem import Ecosystem, Folder
from calibrant.toolchains.parsing import table, text
from calibrant.toolchains.signals import decide, unreadable
from calibrant.toolchains.versions import as_numbers, newest
from calibrant.toolchains.xml_tree import Element, read_xml

SOLUTIONS = ("*.sln", "*.slnx")
PROJECTS = ("*.csproj", "*.fsproj", "*.vbproj")
LOCK = "packages.lock.json"
GLOBAL = "global.json"
PROPS = "Directory.Build.props"
_TESTING = frozenset(
    {"microsoft.net.test.sdk", "xunit", "xunit.v3", "nunit", "mstest", "mstest.testframework", "tunit"}
)
_IN_SOLUTION = re.compile(
    r'^Project\("[^"\n]{1,60}"\)[^\n=]{0,5}=[^\n"]{0,5}"[^"\n]{0,300}",[ \t]{0,5}"([^"\n]{1,500})"', re.MULTILINE
)
_FRAMEWORK = re.compile(r"net(?:coreapp)?(\d{1,2}\.\d)(?:-\w{1,30}(?:\.\d{1,5}){0,3})?")
_SDK = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,4}(?:-[\w.]{1,50})?")
_LOCATIONS = ("/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet")


class _Project(msgspec.Struct, frozen=True):
    """A project file: its path from the folder, what it is built for, and the packages that it always needs."""

    path: str
    frameworks: tuple[str, ...]
    packages: frozenset[str]
    fault: int
    test: bool


def detect(folder: Folder) -> Iterator[Toolchain]:
    """Yield the .NET toolchain of a folder with a solution or a project."""
    solutions = [name for glob in SOLUTIONS for name in folder.named(glob)]
    own = [_project(folder, name) for glob in PROJECTS for name in folder.named(glob)]
    if not solutions and not own:
        return
    listed = own or [_project(folder, path) for name in solutions[:1] for path in _in_solution(folder.read(name))]
    versions, fits = _versions(folder, listed)
    claims = {"dotnet": list(_evidence(folder, solutions, own))}
    shared = [one for project in own for one in unreadable(folder.path(project.path), project.fault)]
    if not fits:
        shared.append(
            Evidence(versions.source, f"asks for .NET {versions.asked}, this machine has {versions.found}", -0.1)
        )
    verdict = decide(claims, shared)
    lock = LOCK if folder.has(LOCK) else ""
    yield Toolchain(
        "dotnet",
        verdict.manager,
        folder.root,
        verdict.confidence,
        verdict.evidence,
        versions=versions,
        commands=_commands(folder, solutions, own, listed),
        manifest=folder.path((solutions or [own[0].path])[0]),
        lock=folder.path(lock) if lock else "",
        packages=frozenset(name for project in own for name in project.packages),
        outdated=_outdated(folder, own) if lock else "",
        conflicts=verdict.conflicts,
    )


def _evidence(folder: Folder, solutions: Sequence[str], own: Sequence[_Project]) -> Iterator[Evidence]:
    for name in solutions:
        yield Evidence(folder.path(name), "solution of .NET", 0.8)
    for project in own:
        yield Evidence(folder.path(project.path), "project of .NET", 0.8)
    if folder.has(LOCK):
        yield Evidence(folder.path(LOCK), "lock file of NuGet", 0.4)
    for place in (folder, *folder.above()):
        for name, says in (
            (GLOBAL, "names the SDK of .NET"),
            ("Directory.Packages.props", "versions of packages for .NET"),
        ):
            if place.has(name):
                yield Evidence(place.path(name), says, 0.3)


def _in_solution(content: str) -> list[str]:
    """Return the paths of the projects that a solution holds, in either form."""
    if content.lstrip().startswith("<"):
        found = [one.attributes.get("Path", "") for one in read_xml(content)[0].below("Project")]
    else:
        found = _IN_SOLUTION.findall(content[:500_000])
    paths = [posixpath.normpath(path.replace("\\", "/")) for path in found]
    return [path for path in paths if path.endswith(tuple(glob[1:] for glob in PROJECTS))][:200]


def _project(folder: Folder, path: str) -> _Project:
    document, fault = folder.made(path, read_xml)
    root = next(document.all("Project"), Element("", {}))
    place = folder.at(posixpath.dirname(path) or ".") or folder
    frameworks = _frameworks(root) or next(
        (found for one in (place, *place.above()) if (found := _frameworks(_root(one)))), ()
    )
    references = [*root.all("ItemGroup", "PackageReference")]
    names = frozenset(
        one.attributes.get("Include", "").lower() for one in references if "Condition" not in one.attributes
    )
    named = {name.lower() for one in references if (name := one.attributes.get("Include", ""))}
    test = bool(_TESTING & named) or root.attributes.get("Sdk", "").lower().startswith("mstest.sdk")
    test = test or root.value("PropertyGroup", "IsTestProject").lower() == "true"
    return _Project(path, frameworks, names - {""}, fault, test)


def _root(folder: Folder) -> Element:
    return (
        next(folder.made(PROPS, read_xml)[0].all("Project"), Element("", {})) if folder.has(PROPS) else Element("", {})
    )


def _frameworks(root: Element) -> tuple[str, ...]:
    for name in ("TargetFramework", "TargetFrameworks"):
        if found := root.value("PropertyGroup", name):
            return tuple(one.strip() for one in found[:500].split(";") if one.strip() and "$" not in one)
    return ()


def _versions(folder: Folder, projects: Sequence[_Project]) -> tuple[Versions, bool]:
    """Return the versions, and False where what is found is surely not what is asked for."""
    installed = [name for name in _sdks(folder.machine) if _SDK.fullmatch(name)]
    for place in (folder, *folder.above()):
        sdk: dict[str, Any] = table(place.json(GLOBAL), "sdk")
        if wanted := text(sdk, "version"):
            fitting = [one for one in installed if _rolls(wanted, one, text(sdk, "rollForward") or "latestPatch")]
            found = newest(fitting or installed)
            return Versions(wanted[:100], found, place.path(GLOBAL)), bool(fitting) or not installed or "$" in wanted
    found = newest(installed)
    targets = {
        number[1]: project
        for project in projects
        for one in project.frameworks
        if (number := _FRAMEWORK.fullmatch(one))
    }
    if not targets:
        return Versions("", found), True
    highest = newest(targets)
    return (
        Versions(highest, found, posixpath.normpath(folder.path(targets[highest].path))),
        not found or as_numbers(found)[:2] >= as_numbers(highest)[:2],
    )


def _rolls(wanted: str, found: str, policy: str) -> bool:
    """Tell whether an SDK is taken for the one that global.json names (https://learn.microsoft.com/dotnet/core/tools/global-json)."""
    want, have = as_numbers(wanted), as_numbers(found)
    if policy == "disable" or len(want) < 3 or len(have) < 3:
        return found == wanted or len(want) < 3
    if have < want:
        return False
    kept = {"patch": 3, "latestPatch": 3, "feature": 2, "latestFeature": 2, "minor": 1, "latestMinor": 1}.get(policy, 0)
    return (*have[:2], have[2] // 100)[:kept] == (*want[:2], want[2] // 100)[:kept]


def _sdks(machine: Machine) -> Sequence[str]:
    program = machine.program("dotnet")
    home = machine.environ.get("HOME", "")
    bases = [
        machine.environ.get("DOTNET_ROOT", ""),
        posixpath.dirname(program),
        *_LOCATIONS,
        f"{home}/.dotnet" if home else "",
    ]
    return next((found for base in bases if base and (found := machine.listed(f"{base}/sdk"))), ())


def _commands(
    folder: Folder, solutions: Sequence[str], own: Sequence[_Project], listed: Sequence[_Project]
) -> Commands:
    several = len(solutions) + len(own) > 1
    what = f" {quoted_path((solutions or [own[0].path])[0])}" if several else ""
    formatted = any(place.has(".editorconfig") for place in (folder, *folder.above()))
    return Commands(
        install=f"dotnet restore{what}{' --locked-mode' if folder.has(LOCK) else ''}",
        test=f"dotnet test{what}" if any(project.test for project in listed) else general_task(folder, "test"),
        lint=f"dotnet format{what} --verify-no-changes" if formatted else general_task(folder, "lint"),
        build=f"dotnet build{what}",
        format=f"dotnet format{what}" if formatted else general_task(folder, "format", "fmt"),
    )


def _outdated(folder: Folder, own: Sequence[_Project]) -> str:
    """Return what the lock file lacks of the one project beside it."""
    frameworks = table(folder.json(LOCK), "dependencies")
    if len(own) != 1 or own[0].fault or folder.fault(LOCK, "json") or not frameworks:
        return ""
    locked = {str(name).lower() for framework in frameworks for name in table(frameworks, framework)}
    missing = sorted(name for name in own[0].packages if name not in locked and "$" not in name)
    words = [f"‘{name}’ is in {own[0].path} and not in {LOCK}" for name in missing[:3]]
    return "; ".join(words) + (f"; and {len(missing) - 3} more" if len(missing) > 3 else "")


ECOSYSTEM = Ecosystem(
    "dotnet",
    (*SOLUTIONS, *PROJECTS),
    detect,
    evidence=(GLOBAL, LOCK, PROPS, "Directory.Packages.props"),
)
