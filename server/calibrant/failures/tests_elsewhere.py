"""Where the tests of a workspace are, by how each tool wants their files to be called."""

import posixpath
import re
from collections.abc import Mapping

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.toolchain import HERE, Ecosystem, Ground

_MOST = 8
_CHOSEN = "Tests were found, and all of them left out: correct what the command chooses by, such as ‘-k’ or ‘-m’."
_LEFT_OUT = re.compile(r"\b[1-9]\d{0,6} (?:deselected|skipped|filtered out)\b")
NOT_OWN = frozenset({"build", "dist", "site-packages", "node_modules", "vendor", "target"})
"""Folders that hold what others made, or what was built."""


class Convention(msgspec.Struct, frozen=True):
    """How a tool wants files of tests to be called: as an expression for the end of a path, and in words."""

    ecosystem: Ecosystem
    regex: re.Pattern[str]
    words: str


_OF_JEST = re.compile(r"(?:\A|/)__tests__/[^/]{1,200}\.[cm]?[jt]sx?\Z|[^/]{1,200}\.(?:test|spec)\.[cm]?[jt]sx?\Z")
CONVENTIONS: Mapping[str, Convention] = {
    "pytest": Convention(
        "python", re.compile(r"(?:\A|/)(?:test_[^/]{0,200}|[^/]{1,200}_test)\.py\Z"), "test_*.py or *_test.py"
    ),
    "unittest": Convention("python", re.compile(r"(?:\A|/)test[^/]{0,200}\.py\Z"), "test*.py"),
    "jest": Convention("node", _OF_JEST, "*.test.js or *.spec.js, or lie in a folder __tests__"),
    "vitest": Convention(
        "node", re.compile(r"[^/]{1,200}\.(?:test|spec)\.[cm]?[jt]sx?\Z"), "*.test.ts or *.spec.ts, or .js"
    ),
    "mocha": Convention(
        "node",
        re.compile(r"(?:\A|/)test/[^/]{1,200}\.[cm]?js\Z|[^/]{1,200}\.(?:test|spec)\.[cm]?js\Z"),
        "*.js in a folder test",
    ),
    "playwright": Convention(
        "node", re.compile(r"[^/]{1,200}\.(?:test|spec)\.[cm]?[jt]sx?\Z"), "*.spec.ts or *.test.ts"
    ),
}
"""By the documentation of each tool, where a project says nothing else."""


def with_tests(finding: Finding, ground: Ground, tool: str) -> Finding:
    """Return a finding that no test was found with the folders that hold files called as tests are, as candidates.

    They are told from the folder that the command ran in. Where none is below that, `folders` are those of the projects that
    hold them, from the workflow's folder.
    """
    convention = CONVENTIONS.get(tool)
    if convention is None:
        return finding
    if _LEFT_OUT.search(finding.details):
        return msgspec.structs.replace(finding, hint=_CHOSEN)
    here = finding.evidence.get("cwd") or ground.folder
    folders = _folders(ground, convention)
    if not folders:
        return _without(finding, ground, tool, convention)
    near = tuple(sorted((posixpath.relpath(one, here) for one in folders), key=lambda one: (one.count(".."), one)))
    evidence = dict(finding.evidence)
    if all(one.startswith("..") for one in near):
        roots = dict.fromkeys(_root(ground, one, convention.ecosystem) for one in folders)
        evidence["folders"] = "\n".join(posixpath.relpath(one, ground.folder) for one in roots)
    named = " and ".join(f"‘{one}’" for one in near[:2])
    hint = f"Files called as {tool} wants them are in {named}: name that folder. If it was looked through, they hold no test."
    return msgspec.structs.replace(finding, candidates=near, hint=hint, evidence=evidence)


def _without(finding: Finding, ground: Ground, tool: str, convention: Convention) -> Finding:
    if not ground.survey.whole:
        return finding
    hint = f"No file here is called as {tool} wants it, which looks for {convention.words}: add tests, or rename their files."
    return msgspec.structs.replace(finding, hint=hint)


def _folders(ground: Ground, convention: Convention) -> list[str]:
    """Return the folders that hold tests, without those inside of another one, those that lie highest first."""
    found = {
        posixpath.dirname(path) or HERE
        for path in ground.survey.files
        if convention.regex.search(path) and NOT_OWN.isdisjoint(path.split("/"))
    }
    top = [one for one in found if not any(above in found for above in _above(one))]
    return sorted(top, key=lambda one: (one.count("/"), one))[:_MOST]


def _above(folder: str) -> list[str]:
    parts = folder.split("/")
    return [] if folder == HERE else [HERE, *("/".join(parts[:count]) for count in range(1, len(parts)))]


def _root(ground: Ground, folder: str, ecosystem: Ecosystem) -> str:
    """Return the folder of the project that a folder belongs to; without one, the folder itself."""
    return next((one.root for one in ground.survey.holding(folder) if one.ecosystem == ecosystem), folder)
