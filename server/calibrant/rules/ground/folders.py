"""Folders that are not there, or lack what a command needs in them."""

import posixpath
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from calibrant.model.closest import closest, ranked
from calibrant.model.toolchain import upwards
from calibrant.rules.commands import Call, Given
from calibrant.rules.ground.claim import Claim, Near, Site, parts
from calibrant.syntax.shell import Command

CODE: Final = "wrong-working-dir"
_NEAR = 8
_MANY = 300


class Need(msgspec.Struct, frozen=True):
    """What a program needs: one of some files, in its folder or (`above`) in one above it; for these of its commands.

    `without`: options with which it does not.
    """

    files: tuple[str, ...]
    subs: frozenset[str]
    above: bool = True
    without: frozenset[str] = frozenset()


def _need(files: str, subs: str, without: str = "", *, above: bool = True) -> Need:
    return Need(tuple(files.split()), frozenset(subs.split()), above, frozenset(without.split()))


_CARGO = "build test check clippy run fmt bench doc b t c r"
_DOTNET = "*.sln *.slnx *.slnf *.csproj *.fsproj *.vbproj *.proj"
_PHASES = frozenset({"validate", "compile", "test", "package", "verify", "install", "deploy"})
_NODE = "-g --global -w --workspace -r --recursive --filter -F"
NEEDS: Final[Mapping[str, Need]] = MappingProxyType(
    {
        "npm": _need("package.json package.json5 package.yaml", "ci install i run run-script test t", _NODE),
        "pnpm": _need("package.json package.json5 package.yaml", "install i run test t", _NODE),
        "poetry": _need("pyproject.toml", "install build lock check sync"),
        "pdm": _need("pyproject.toml", "install sync build lock", "-g --global"),
        "uv": _need("pyproject.toml", "sync lock", "--script"),
        "cargo": _need("Cargo.toml", _CARGO, "--manifest-path"),
        "go": _need("go.mod go.work", "build test vet", "-modfile"),
        "bundle": _need("Gemfile gems.rb", "install exec check", "--gemfile"),
        "dotnet": _need(_DOTNET, "build test restore publish pack", "--project", above=False),
        "mvn": _need("pom.xml", "", "-f --file -v --version", above=False),
        "make": _need(
            "GNUmakefile makefile Makefile", "", "-f --file --makefile -v --version -h --help --eval", above=False
        ),
        "just": _need(
            "justfile Justfile JUSTFILE .justfile .Justfile",
            "",
            "-f --justfile --version -h --help -g --global-justfile --init",
        ),
        "nox": _need("noxfile.py", "", "-f --noxfile --version -h --help", above=False),
    }
)
"""What programs need in their folder, by the documentation of each."""


def check(call: Call, site: Site) -> Iterator[Claim]:
    """Tell of a command in a folder without the manifest that it needs."""
    if call.program == "pip" and call.sub == "install":
        yield from _installed(call, site)
    need, folder = NEEDS.get(call.program), site.folder(call.cwd)
    if need is None or folder is None or not call.sure or not _applies(call, need):
        return
    if not site.there(folder):
        yield from _named(call.folder, call.command.cwd, site) if call.folder is not None else ()
        return
    if not _lacking(site, folder, need):
        return
    yield _without(call, site, need, folder)


def _applies(call: Call, need: Need) -> bool:
    if call.arguments.has(*need.without, "--help", "-h") or (need.subs and call.sub not in need.subs):
        return False
    match call.program:
        case "npm" | "pnpm":
            return not (call.sub in ("install", "i") and call.given)
        case "go":
            return not any("@" in one.text or one.text.endswith(".go") for one in call.given)
        case "dotnet":
            return not call.given
        case "mvn":
            return bool(_PHASES & {one.text for one in call.arguments.given})
    return True


def _lacking(site: Site, folder: str, need: Need) -> bool:
    """Tell whether none of the files is in the folder, nor above where that would do."""
    if folder == "." and not site.survey.files:
        return False
    for above in upwards(folder) if need.above else (folder,):
        for name in need.files:
            if "*" in name:
                if not site.survey.whole or _matching(site, above, name):
                    return False
            elif site.missing(above, name) is None:
                return False
    return True


def _matching(site: Site, folder: str, pattern: str) -> bool:
    """Tell whether a file in a folder has the ending of a pattern: `*.csproj`."""
    prefix, end = "" if folder == "." else f"{folder}/", pattern[1:]
    return any(
        one.endswith(end) and one.startswith(prefix) and "/" not in one[len(prefix) :] for one in site.survey.files
    )


def _having(site: Site, need: Need) -> list[str]:
    """Return the folders that have what is needed, those that lie highest first."""
    ends = tuple(name.removeprefix("*") for name in need.files)
    names = frozenset(name for name in need.files if "*" not in name)
    found: set[str] = set()
    for one in site.survey.files:
        if one.endswith(ends):
            folder, _, name = one.rpartition("/")
            if name in names or not names:
                found.add(folder or ".")
    return sorted(found, key=lambda one: (one.count("/"), one))[:_MANY]


def _without(call: Call, site: Site, need: Need, folder: str) -> Claim:
    where = "the workflow’s folder" if folder == site.ground.folder else site.from_base(folder)
    where = "the root of the repository" if folder == "." and site.ground.folder == "." else where
    files = " or ".join(need.files[:2])
    above = ", nor is there one above" if need.above and folder != "." else ""
    own = call.folder is None and call.command.cwd == "."
    given = call.folder
    start = posixpath.join(site.base, call.command.cwd or ".")
    named = given is not None and given.span.end - given.span.start == len(given.text)
    return site.claim(
        CODE,
        given.span if given is not None else call.head,
        f"‘{' '.join(filter(None, (call.program, call.sub)))}’ needs {files}, and there is none in {where}{above}.",
        subject=given.text if given is not None else call.sub or call.program,
        names=(*need.files, *parts(folder)),
        absent=call.program == "make",
        near=lambda: _elsewhere(site, need, folder, start if named else "", own=own),
        key=("without", call.program, folder, start if named else "", "own" if own else ""),
        evidence={"tool": call.program, "manifest": need.files[0]},
    )


def _elsewhere(site: Site, need: Need, folder: str, start: str, *, own: bool) -> Near:
    """Return the folders that have what is needed: as they are written from `start`, if they stand in the script."""
    having = [site.from_base(one) for one in ranked(folder, _having(site, need))][:_NEAR]
    hint = f"Run it in ‘{having[0]}’." if having else f"Add {need.files[0]}, or run it in the folder that has it."
    replacing = tuple(posixpath.relpath(one, start) for one in having) if start else ()
    return Near(replacing, hint, (("folder", having[0]), ("folders", "\n".join(having))) if own and having else ())


def _installed(call: Call, site: Site) -> Iterator[Claim]:
    """Tell of projects that `pip install` is given as folders, and that are none."""
    values = [*call.given, *call.arguments.values("-e", "--editable")]
    for one in values if call.sure else ():
        text = one.text.partition("[")[0]
        folder = site.folder(posixpath.join(call.cwd, text)) if call.cwd is not None else None
        if (
            folder is None
            or "://" in text
            or not (text.startswith(".") or text.endswith("/"))
            or not site.there(folder)
        ):
            continue
        need = Need(("pyproject.toml", "setup.py", "setup.cfg"), frozenset(), above=False)
        if _lacking(site, folder, need):
            yield _project(one, text, folder, need, call, site)


def _project(one: Given, text: str, folder: str, need: Need, call: Call, site: Site) -> Claim:
    plain = one.span.end - one.span.start == len(one.text)
    start = site.folder(call.cwd) or "."
    return site.claim(
        CODE,
        type(one.span)(one.span.start, one.span.start + len(text)) if plain else one.span,
        f"‘pip install’ needs pyproject.toml or setup.py, and there is none in ‘{site.from_base(folder)}’.",
        subject=text,
        names=(*need.files, *parts(folder)),
        absent=False,
        near=lambda: _projects(site, need, folder, start, plain=plain),
        key=("project", folder, start, str(plain)),
        evidence={"tool": "pip", "manifest": need.files[0]},
    )


def _projects(site: Site, need: Need, folder: str, start: str, *, plain: bool) -> Near:
    having = [_dotted(posixpath.relpath(one, start)) for one in ranked(folder, _having(site, need))][:_NEAR]
    hint = f"Install ‘{having[0]}’." if having else "Name the folder that has one."
    return Near(tuple(having) if plain else (), hint)


def _dotted(path: str) -> str:
    return path if path.startswith(".") else f"./{path}"


def check_moved(command: Command, site: Site) -> Iterator[Claim]:
    """Tell of a folder that `cd` goes to, and that is not there."""
    plain = command.plain
    given = [word for word in plain.words[1:] if word.text not in ("--", "-P", "-L")]
    text = given[0].text if len(given) == 1 else None
    if (
        plain.name in ("cd", "pushd")
        and text is not None
        and text not in ("", "-")
        and not text.startswith(("/", "~", "+", "-"))
    ):
        yield from _named(Given(text, given[0].span), plain.cwd, site)


def _named(value: Given, cwd: str | None, site: Site) -> Iterator[Claim]:
    folder = site.folder(cwd)
    path = site.missing(folder, value.text) if folder is not None else None
    if folder is None or path is None or not site.there(folder):
        return
    if may_be_made(path):
        return
    plain = value.span.end - value.span.start == len(value.text)
    yield site.claim(
        CODE,
        value.span,
        f"There is no folder called ‘{value.text}’ here.",
        subject=value.text,
        names=parts(path),
        near=lambda: folders_near(path, folder, site, plain=plain),
        key=("lost", path, folder, str(plain)),
        evidence={"missing": value.text},
    )


_MADE = frozenset(
    ("build", "dist", "out", "target", "bin", "obj", "tmp", "temp", "coverage", "generated", "public", "site", "_site")
)


def may_be_made(path: str) -> bool:
    """Tell whether a folder is called as those are that builds make."""
    return any(part in _MADE or part.startswith((".", "build", "cmake-")) for part in parts(path))


def folders_near(path: str, start: str, site: Site, *, plain: bool = True) -> Near:
    """Return the folders that may have been meant by one that is not there, as they are written from `start`."""
    every = sorted((one[:-1] for one in site.survey.files if one.endswith("/")), key=lambda one: (one.count("/"), one))
    same = [one for one in every if posixpath.basename(one) == posixpath.basename(path)]
    found = (*same[:_NEAR], *closest(path, every[:_MANY]))
    near = tuple(dict.fromkeys(posixpath.relpath(one, start) for one in found))[:_NEAR]
    return Near(near if plain else (), f"Did you mean ‘{near[0]}’?" if near else "Correct its name.")
