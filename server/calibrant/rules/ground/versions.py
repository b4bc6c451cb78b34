"""Versions of a language that a project excludes, as workflows and commands ask for them."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from calibrant.model.issue import Severity
from calibrant.model.toolchain import Ecosystem, Toolchain
from calibrant.rules.commands import Call, Given
from calibrant.rules.ground.claim import Claim, Site
from calibrant.rules.ground.ranges import below, lowest, outside_node, outside_python

CODE: Final = "version-mismatch"
_LANGUAGE: Final = {"python": "Python", "node": "Node", "go": "Go", "rust": "Rust", "java": "Java", "ruby": "Ruby"}
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,4}){0,2}")
_EXACT: Final = 2
"""Dots of a version that is pinned as a whole, which other tools write into the manifest too: that is a wish."""

_FETCHING: Final = "1.21"
"""The first Go that brings the version that a module asks for."""

_BUILDING: Final = {
    "python": frozenset({"pytest", "pip", "poetry", "pdm", "pipenv", "python"}),
    "node": frozenset({"npm", "pnpm", "yarn"}),
    "go": frozenset({"go"}),
    "rust": frozenset({"cargo"}),
    "java": frozenset({"mvn"}),
    "ruby": frozenset({"bundle"}),
}
_DECLARING: Final = {
    "python": ("pyproject.toml", "setup.cfg", "setup.py"),
    "node": ("package.json",),
    "go": ("go.mod",),
    "rust": ("Cargo.toml",),
    "java": ("pom.xml",),
    "ruby": ("Gemfile",),
}
"""Files whose word on the version is binding; what a file such as `.python-version` pins is a wish."""


class Excluded(msgspec.Struct, frozen=True):
    """A version that a project excludes: what it asks for, in which file, and what would fit."""

    ecosystem: str
    version: str
    asked: str
    source: str
    fits: str

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        asked = f"at least {self.asked}" if _NUMBER.fullmatch(self.asked) else self.asked
        return f"This project asks for {_LANGUAGE[self.ecosystem]} {asked} ({self.source}), and this is {self.version}."


def excluded(toolchain: Toolchain, version: str, site: Site) -> Excluded | None:
    """Return that a version of its language is excluded by a project, None where it is not, or that is not certain."""
    asked, source = toolchain.versions.asked.strip(), toolchain.versions.source
    name = source.rpartition("/")[2]
    if not asked or name not in _DECLARING.get(toolchain.ecosystem, ()):
        return None
    match toolchain.ecosystem:
        case "python":
            out = outside_python(version, asked)
        case "node":
            out = not (_NUMBER.fullmatch(asked) and asked.count(".") == _EXACT) and outside_node(version, asked)
        case "go":  # later ones fetch what they need
            out = bool(_NUMBER.fullmatch(asked)) and below(version, asked) and below(version, _FETCHING)
        case "rust" | "java":
            out = bool(_NUMBER.fullmatch(asked)) and below(version, asked)
        case "ruby":
            out = bool(_NUMBER.fullmatch(asked)) and outside_node(version, asked)
        case _:
            out = False
    if not out:
        return None
    return Excluded(toolchain.ecosystem, version, asked, site.from_base(source), fitting(toolchain, version))


def fitting(toolchain: Toolchain, version: str) -> str:
    """Return a version that a project takes, written as exactly as the one in its place; empty where none can be told."""
    least = lowest(toolchain.versions.asked)
    cut = ".".join(least.split(".")[: version.count(".") + 1]) if least else ""
    outside = outside_python if toolchain.ecosystem == "python" else outside_node
    for one in (cut, least):
        if (
            one
            and one != version
            and (toolchain.ecosystem in ("go", "rust", "java") or not outside(one, toolchain.versions.asked))
        ):
            return one
    return ""


def builds(called: Call, ecosystem: str) -> bool:
    """Tell whether a command works on the project itself by a language: it installs, builds or tests it."""
    if called.program not in _BUILDING.get(ecosystem, ()) or called.cwd is None:
        return False
    match called.program:
        case "pip":
            return called.sub == "install" and (installs(called) or called.arguments.has("-r", "--requirement"))
        case "python":
            module = called.arguments.values("-m")
            return bool(module) and module[0].text in ("pytest", "unittest", "build")
        case "poetry" | "pdm" | "pipenv":
            return called.sub in ("install", "sync", "run", "build")
        case "npm" | "pnpm" | "yarn":
            return called.sub in ("ci", "install", "i", "", "test", "run") and not called.arguments.has(
                "-g", "--global"
            )
        case "go" | "cargo":
            parts = (
                called.arguments.has("-p", "--package", "--exclude", "--manifest-path") and called.program == "cargo"
            )
            return not parts and called.sub in ("build", "test", "vet", "run", "check", "clippy")
    return True


def installs(called: Call) -> bool:
    """Tell whether pip is told to install a folder's own project, which it refuses for other versions of Python."""
    texts = [one.text for one in (*called.given, *called.arguments.values("-e", "--editable"))]
    return (
        called.program == "pip"
        and called.sub == "install"
        and any(text.partition("[")[0] in (".", "./") for text in texts)
    )


def severity(called: Call) -> Severity:
    """Return how bad a version is that a command works with: some refuse it, others go on."""
    return "error" if installs(called) or called.program in ("uv", "mvn", "cargo", "bundle") else "warning"


def check(called: Call, site: Site) -> Iterator[Claim]:
    """Tell of a command that names its version itself: `python3.8 -m pip install .`, `uv run --python 3.8`."""
    folder = site.folder(called.cwd)
    asked = _named(called)
    number = _NUMBER.search(asked.text) if asked is not None else None
    if folder is None or asked is None or number is None:
        return
    for toolchain in site.survey.holding(folder):
        if toolchain.ecosystem == "python":
            out = excluded(toolchain, number[0], site)
            if out is not None:
                yield claim(out, asked, called, site, toolchain)


def _named(called: Call) -> Given | None:
    """Return the version that a command asks for itself."""
    if called.version is not None:
        return called.version if builds(called, "python") else None
    values = (
        called.arguments.values("-p", "--python") if called.program == "uv" and called.sub in ("run", "sync") else []
    )
    apart = called.arguments.has("--no-project", "--script", "--isolated")
    return (
        values[0]
        if values and not apart and re.fullmatch(r"(?:python)?3\.\d{1,2}(?:\.\d{1,3})?", values[0].text)
        else None
    )


def claim(out: Excluded, asked: Given, called: Call, site: Site, toolchain: Toolchain) -> Claim:
    """Return what is wrong with a version that stands in a script."""
    text = asked.text
    plain = asked.span.end - asked.span.start == len(text)
    return site.claim(
        CODE,
        asked.span,
        out.message,
        hint=f"Use {out.fits}." if out.fits else "",
        subject=text,
        names=(toolchain.versions.source.rpartition("/")[2],),
        absent=False,
        severity=severity(called),
        candidates=(text.replace(out.version, out.fits),) if out.fits and plain else (),
        evidence={**evidence(out), "interpreter": _interpreter(toolchain)},
    )


def _interpreter(toolchain: Toolchain) -> str:
    """Return the program that is here and fits: the one that is found without a version in its name, before others."""
    versions = toolchain.versions
    usual = versions.found and not outside_python(versions.found, versions.asked)
    return "python3" if usual else versions.fits


def evidence(out: Excluded) -> dict[str, str]:
    """Return what repairs work from."""
    told = {
        "ecosystem": out.ecosystem,
        "asked": out.asked,
        "file": out.source,
        "instead": out.fits,
        "version": out.version,
    }
    return {name: value for name, value in told.items() if value}


SETUPS: Final[dict[str, tuple[Ecosystem, str]]] = {
    "actions/setup-python": ("python", "python-version"),
    "actions/setup-node": ("node", "node-version"),
    "actions/setup-go": ("go", "go-version"),
    "actions/setup-java": ("java", "java-version"),
    "ruby/setup-ruby": ("ruby", "ruby-version"),
    "dtolnay/rust-toolchain": ("rust", "toolchain"),
    "actions-rs/toolchain": ("rust", "toolchain"),
}
"""Actions that bring a language, and the input that says in which version."""
