"""A workflow of GitHub Actions to begin with: a job for each folder, which sets up its tools, installs, and validates."""

import re
from collections.abc import Iterator, Sequence

from calibrant.github.popular import newest
from calibrant.model.toolchain import HERE, Validation, Versions
from calibrant.syntax.render import Look, block_lines, joined

_HEAD = """\
# What is checked on every push and pull request, with the commands that the project itself is set up for.
name: checks
on: [push, pull_request]
"""
_NO_WORD = re.compile(r"[^A-Za-z0-9_-]+")
_VERSION = re.compile(r"v?\d+(?:\.\d+){0,2}(?:\.x)?")
_RANGE = re.compile(r"(?:[~^]|[<>]=?|=)? ?\d[\d.x]{0,20}(?:(?:, ?| | ?\|\| ?)(?:[~^]|[<>]=?|=)? ?\d[\d.x]{0,20}){0,9}")
"""What actions/setup-python takes of a pyproject.toml: ranges as npm writes them, with commas; no `~=`, `!=` or `==`."""
_SERIES = re.compile(r"(?:==|~=(?=[^.]{1,9}\.[^.]{1,9}\.)) ?(3\.\d{1,2})(?![\d])")
_CACHES = {
    "python": {"pip": "pip", "poetry": "poetry", "pipenv": "pipenv"},
    "node": {"npm": "npm", "yarn": "yarn", "pnpm": "pnpm"},
    "java": {"maven": "maven", "gradle": "gradle"},
}
_BY_PIPX = {"poetry": "Poetry", "pdm": "PDM", "pipenv": "Pipenv"}
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
    """Return the workflow's text; a step that greets where there is nothing to validate.

    Folders and files in whose names GitHub would read an expression are left out: it cannot be told to leave them as they are.
    """
    called = {name.partition("@")[0]: name for name in newest()}
    jobs: dict[str, object] = {}
    validations = [one for one in validations if "${{" not in one.root + one.install + one.lock + one.versions.source]
    for one in validations:
        jobs[_free(_name(one, validations), jobs)] = _job(one, called)
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
    for purpose, command in one.steps:
        if command == "golangci-lint run":
            where = {} if one.root == HERE else {"with": {"working-directory": one.root}}
            steps.append({"name": _called(purpose), "uses": called["golangci/golangci-lint-action"], **where})
        elif "${{" not in command:
            steps.append({"name": _called(purpose), "run": command})
    return made | {"steps": steps}


def _called(purpose: str) -> str:
    return "Check types" if purpose == "typecheck" else purpose.capitalize()


def _setup(one: Validation, called: dict[str, str]) -> Iterator[dict[str, object]]:
    if one.manager == "pnpm":
        yield {"uses": called["pnpm/action-setup"], **_pnpm(one)}
    if one.manager == "yarn" and one.pinned:
        yield {"name": "Enable Corepack", "run": "corepack enable"}
    if one.manager == "bun":
        yield {"uses": called["oven-sh/setup-bun"]}
        return
    if any(command.startswith("just ") for _, command in one.steps):
        yield {"name": "Install just", "run": "pipx install rust-just"}
    if one.manager == "uv":
        yield {"uses": called["astral-sh/setup-uv"]}
        return
    if one.manager in _BY_PIPX:
        yield {"name": f"Install {_BY_PIPX[one.manager]}", "run": f"pipx install {one.manager}"}
    if one.ecosystem in _SETUPS:
        action, version = _SETUPS[one.ecosystem]
        yield {"uses": called[action], "with": _inputs(one, version)}


def _pnpm(one: Validation) -> dict[str, object]:
    """Return what is said to pnpm's action: it looks for the version in the package.json of the repository's root."""
    if not one.pinned:
        return {"with": {"version": "latest"}}
    return {} if one.pinned == "package.json" else {"with": {"package_json_file": one.pinned}}


def _inputs(one: Validation, version: str) -> dict[str, object]:
    made: dict[str, object] = {"distribution": "temurin"} if one.ecosystem == "java" else {}
    if one.ecosystem in _VERSION_FILES and _is_read(one.versions):
        made[f"{version}-file"] = one.versions.source
    elif _VERSION.fullmatch(one.versions.asked):
        made[version] = one.versions.asked.removeprefix("1.") if one.ecosystem == "java" else one.versions.asked
    elif one.ecosystem == "python" and (exact := _SERIES.match(one.versions.asked)):
        made[version] = exact[1]
    else:
        made[version] = _DEFAULTS[one.ecosystem]
    cache = _CACHES.get(one.ecosystem, {}).get(one.manager)
    if cache and (one.lock or one.ecosystem == "java"):
        made["cache"] = cache
        if one.root != HERE and one.ecosystem != "java":
            made["cache-dependency-path"] = one.lock
    return made


def _is_read(versions: Versions) -> bool:
    """Tell whether a set-up action can be pointed to the file that asks for a version."""
    if not versions.asked or not _FILES.fullmatch(versions.source):
        return False
    return not versions.source.endswith("pyproject.toml") or _RANGE.fullmatch(versions.asked) is not None


def _name(one: Validation, validations: Sequence[Validation]) -> str:
    if len(validations) == 1:
        return "checks"
    several = sum(other.root == one.root for other in validations) > 1
    said = [*([one.root] if one.root != HERE else []), *([one.ecosystem] if several or one.root == HERE else [])]
    word = _NO_WORD.sub("-", "-".join(said)).strip("-") or "part"
    return word if word[0].isalpha() or word[0] == "_" else f"part-{word}"


def _free(name: str, taken: dict[str, object]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found
