"""What a run found of commands, with what is known of the place they ran in: how it is built, and what installs it."""

import posixpath
import re
from collections.abc import Iterable, Mapping

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.toolchain import Ecosystem, Ground, Toolchain

_OF_CODE: Mapping[str, Ecosystem] = {"python-missing-dep": "python", "node-missing-dep": "node"}
_OF_TOOL: Mapping[str, Ecosystem] = {
    **dict.fromkeys(("python", "pip", "uv", "poetry", "pdm", "pipenv", "conda", "pytest", "unittest", "tox"), "python"),
    **dict.fromkeys(("node", "npm", "yarn", "pnpm", "bun", "jest", "vitest", "mocha", "npx"), "node"),
    **dict.fromkeys(("mvn", "maven", "gradle", "javac", "java"), "java"),
    **dict.fromkeys(("cargo", "rustc", "rust"), "rust"),
    **dict.fromkeys(("dotnet", "msbuild"), "dotnet"),
    **dict.fromkeys(("bundle", "bundler", "gem", "ruby", "rake", "rspec"), "ruby"),
    "go": "go",
}
_GROUNDED = frozenset(
    {
        *_OF_CODE,
        *("command-not-found", "wrong-working-dir", "missing-test-discovery", "version-mismatch", "lock-outdated"),
        *("install-failed", "dependency-conflict", "unknown-task"),
    }
)
_SEPARATORS = re.compile(r"[-_.]+")


def grounded(findings: Iterable[Finding], ground: Ground | None) -> list[Finding]:
    """Return run-time findings with evidence of the ground that their commands ran on; the others as they are.

    Of the toolchain concerned: `ecosystem`, `manager`, `root` (from the workflow's folder), `manifest`, and the command that
    serves each purpose (`install`, `test`, …) where the workspace says one; `declared` ("yes", "no") tells whether a missing
    package is declared. A folder that lacks its manifest gets the folders that have one as candidates.
    """
    if ground is None:
        return list(findings)
    return [_grounded(finding, ground) if finding.code in _GROUNDED else finding for finding in findings]


def _grounded(finding: Finding, ground: Ground) -> Finding:
    evidence = finding.evidence
    ecosystem = _OF_CODE.get(finding.code) or _OF_TOOL.get(_tool(evidence))
    folder = evidence.get("cwd") or ground.folder
    if finding.code == "wrong-working-dir":
        return _elsewhere(finding, ecosystem, ground)
    here = [one for one in ground.survey.holding(folder) if ecosystem in (None, one.ecosystem)]
    if not here or (ecosystem is None and len(here) > 1):
        return finding
    return msgspec.structs.replace(finding, evidence={**_told(here[0], ground, evidence), **evidence})


def _told(toolchain: Toolchain, ground: Ground, evidence: Mapping[str, str]) -> dict[str, str]:
    told = {
        "ecosystem": toolchain.ecosystem,
        "manager": toolchain.manager,
        "root": _from(ground, toolchain.root),
        "manifest": toolchain.manifest and _from(ground, toolchain.manifest),
        **msgspec.structs.asdict(toolchain.commands),
    }
    package = evidence.get("package") or evidence.get("module")
    if package:
        told["declared"] = "yes" if _declares(toolchain, package) else "no"
    return {name: value for name, value in told.items() if value}


def _declares(toolchain: Toolchain, package: str) -> bool:
    if toolchain.ecosystem != "python":
        return package in toolchain.packages
    plain = _SEPARATORS.sub("-", package.partition("[")[0]).lower()
    return plain in {_SEPARATORS.sub("-", name).lower() for name in toolchain.packages}


def _elsewhere(finding: Finding, ecosystem: Ecosystem | None, ground: Ground) -> Finding:
    """Return a finding on a folder that lacks its manifest with the folders that have one, the surest first."""
    roots = [one for one in ground.survey.toolchains if one.ecosystem == ecosystem]
    roots.sort(key=lambda one: (-one.confidence, one.root.count("/"), one.root))
    found = tuple(dict.fromkeys(_from(ground, one.root) for one in roots))
    if ecosystem is None:
        runner = _tool(finding.evidence)
        found = tuple(_from(ground, tasks.root) for tasks in ground.survey.tasks if tasks.runner == runner)
    return msgspec.structs.replace(finding, candidates=finding.candidates or found)


def _tool(evidence: Mapping[str, str]) -> str:
    """Return the program that said it: as told, else as the name of the pattern begins that knew its words."""
    return evidence.get("tool") or evidence.get("pattern", "").partition("-")[0]


def _from(ground: Ground, path: str) -> str:
    """Return a path of the survey as the workflow would write it."""
    return posixpath.relpath(path, ground.folder)
