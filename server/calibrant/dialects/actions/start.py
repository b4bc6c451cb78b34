"""A workflow of GitHub Actions to begin with: a job for each folder, which sets up its tools, installs, and validates."""

import re
from collections.abc import Iterator, Sequence

from calibrant.github.popular import newest
from calibrant.model.toolchain import HERE, Validation
from calibrant.syntax.render import Look, block_lines, joined

_HEAD = """\
# What is checked on every push and pull request, with the commands that the project itself is set up for.
name: checks
on: [push, pull_request]
"""
_NO_WORD = re.compile(r"[^A-Za-z0-9_-]+")
_VERSION = re.compile(r"v?\d+(?:\.\d+){0,2}(?:\.x)?")
_CACHES = {
    "python": {"pip": "pip", "poetry": "poetry", "pipenv": "pipenv"},
    "node": {"npm": "npm", "yarn": "yarn", "pnpm": "pnpm"},
    "java": {"maven": "maven", "gradle": "gradle"},
}
_DEFAULTS = {"python": "3.x", "node": "lts/*", "java": "21", "dotnet": "8.0.x", "go": "stable", "ruby": "ruby"}
_SETUPS = {
    "python": ("actions/setup-python", "python-version"),
    "node": ("actions/setup-node", "node-version"),
    "go": ("actions/setup-go", "go-version"),
    "java": ("actions/setup-java", "java-version"),
    "dotnet": ("actions/setup-dotnet", "dotnet-version"),
    "ruby": ("ruby/setup-ruby", "ruby-version"),
}
_VERSION_FILES = frozenset({"python", "node", "go", "java"})
"""Ecosystems whose set-up action can be pointed to the file that asks for a version (`…-version-file`)."""
_FILES = re.compile(
    r"(?:.*/)?(?:\.python-version|pyproject\.toml|\.nvmrc|\.node-version|package\.json|\.tool-versions|go\.mod|go\.work|"
    r"\.java-version|\.sdkmanrc)"
)


def start(validations: Sequence[Validation]) -> str:
    """Return the workflow's text; a step that greets where there is nothing to validate."""
    called = {name.partition("@")[0]: name for name in newest()}
    jobs: dict[str, object] = {}
    for one in validations:
        jobs[_free(_name(one, alone=len(validations) == 1), jobs)] = _job(one, called)
    greeting = {"runs-on": "ubuntu-latest", "steps": [{"run": "echo hello"}]}
    written: dict[str, object] = {
        "permissions": {"contents": "read"},
        "jobs": jobs or {"hello": greeting},
    }
    look = Look()
    return f"{_HEAD}{joined(block_lines(written, look), 0, look)}\n"


def _job(one: Validation, called: dict[str, str]) -> dict[str, object]:
    made: dict[str, object] = {"runs-on": "ubuntu-latest"}
    if one.root != HERE:
        made["defaults"] = {"run": {"working-directory": one.root}}
    steps: list[dict[str, object]] = [{"uses": called["actions/checkout"]}, *_setup(one, called)]
    if one.install:
        steps.append({"name": "Install", "run": one.install})
    steps += [{"name": purpose.capitalize(), "run": command} for purpose, command in one.steps if "${{" not in command]
    return made | {"steps": steps}


def _setup(one: Validation, called: dict[str, str]) -> Iterator[dict[str, object]]:
    if one.manager == "pnpm":
        pnpm: dict[str, object] = {"uses": called["pnpm/action-setup"]}
        yield pnpm if one.pinned else pnpm | {"with": {"version": "latest"}}
    if one.manager == "bun":
        yield {"uses": called["oven-sh/setup-bun"]}
        return
    if one.manager == "uv":
        yield {"uses": called["astral-sh/setup-uv"]}
        return
    if one.manager == "poetry":
        yield {"name": "Install Poetry", "run": "pipx install poetry"}
    if one.ecosystem in _SETUPS:
        action, version = _SETUPS[one.ecosystem]
        yield {"uses": called[action], "with": _inputs(one, version)}


def _inputs(one: Validation, version: str) -> dict[str, object]:
    made: dict[str, object] = {"distribution": "temurin"} if one.ecosystem == "java" else {}
    if one.ecosystem in _VERSION_FILES and one.versions.asked and _FILES.fullmatch(one.versions.source):
        made[f"{version}-file"] = one.versions.source
    elif _VERSION.fullmatch(one.versions.asked):
        made[version] = one.versions.asked
    else:
        made[version] = _DEFAULTS[one.ecosystem]
    cache = _CACHES.get(one.ecosystem, {}).get(one.manager)
    if cache and one.lock:
        made["cache"] = cache
        if one.root != HERE and one.ecosystem != "java":
            made["cache-dependency-path"] = one.lock
    return made


def _name(one: Validation, *, alone: bool) -> str:
    if alone:
        return "checks"
    word = _NO_WORD.sub("-", one.root if one.root != HERE else one.ecosystem).strip("-") or "part"
    return word if word[0].isalpha() or word[0] == "_" else f"part-{word}"


def _free(name: str, taken: dict[str, object]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found
