"""What a run found of commands, with what is known of the place they ran in: how it is built, and what installs it."""

import posixpath
import re
from collections.abc import Iterable, Mapping

import msgspec

from calibrant.failures.following import program
from calibrant.failures.near_files import near_file
from calibrant.failures.tests_elsewhere import NOT_OWN, with_tests
from calibrant.model.issue import Finding
from calibrant.model.programs import ECOSYSTEMS, NODE_MANAGERS
from calibrant.model.toolchain import Ecosystem, Ground, Toolchain

_OF_CODE: Mapping[str, Ecosystem] = {"python-missing-dep": "python", "node-missing-dep": "node"}
_GROUNDED = frozenset(
    {
        *_OF_CODE,
        *("command-not-found", "wrong-working-dir", "missing-test-discovery", "version-mismatch", "lock-outdated"),
        *("install-failed", "dependency-conflict", "unknown-task", "missing-dep", "file-not-found"),
    }
)
_MOST = 8
_SEPARATORS = re.compile(r"[-_.]+")


def grounded(findings: Iterable[Finding], ground: Ground | None) -> list[Finding]:
    """Return run-time findings with evidence of the ground that their commands ran on; the others as they are.

    Of the toolchain concerned: `ecosystem`, `manager`, `root` (from the workflow's folder), `manifest`, and the command that
    serves each purpose (`install`, `test`, …) where the workspace says one; `declared` ("yes", "no") tells whether a missing
    package is declared. A folder that lacks its manifest gets the folders that have one as candidates, one without tests those
    that have some; `folders` (one on each line, from the workflow's folder) are those to run the step in instead.
    """
    if ground is None:
        return list(findings)
    return [_grounded(finding, ground) if _is_grounded(finding) else finding for finding in findings]


def _is_grounded(finding: Finding) -> bool:
    return finding.code in _GROUNDED or finding.evidence.get("rule") == "import-untyped"


def _grounded(finding: Finding, ground: Ground) -> Finding:
    evidence = finding.evidence
    tool = program(finding)
    ecosystem = _OF_CODE.get(finding.code) or ECOSYSTEMS.get(tool)
    folder = evidence.get("cwd") or ground.folder
    match finding.code:
        case "wrong-working-dir":
            return _elsewhere(finding, ecosystem, ground)
        case "missing-test-discovery":
            return with_tests(finding, ground, tool)
        case "file-not-found":
            return near_file(finding, ground)
        case "unknown-task":
            finding = _with_task(finding, tool, folder, ground)
        case "python-missing-dep" if own := _own_module(finding, folder, ground):
            return own
        case "command-not-found":
            finding = _that_is_there(finding, folder, ground)
    here = [one for one in ground.survey.holding(folder) if ecosystem in (None, one.ecosystem)]
    if not here and finding.code in _OF_CODE:
        return msgspec.structs.replace(finding, evidence={"ecosystem": _OF_CODE[finding.code], **evidence})
    if not here or (ecosystem is None and len(here) > 1):
        return finding
    told = msgspec.structs.replace(finding, evidence={**_told(here[0], ground, evidence), **finding.evidence})
    return _with_versions(told, here[0]) if finding.code == "version-mismatch" else told


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
    if "folder" in finding.evidence:  # a folder that is not there at all
        return finding
    roots = [one for one in ground.survey.toolchains if one.ecosystem == ecosystem]
    roots.sort(key=lambda one: (-one.confidence, one.root.count("/"), one.root))
    found = [one.root for one in roots]
    if ecosystem is None:
        found = [tasks.root for tasks in ground.survey.tasks if tasks.runner == program(finding)]
    found += _holding(finding.evidence.get("looked_for", ""), ground)
    folders = tuple(dict.fromkeys(_from(ground, one) for one in found))[:_MOST]
    return _to_run_in(msgspec.structs.replace(finding, candidates=finding.candidates or folders), folders)


def _holding(name: str, ground: Ground) -> list[str]:
    """Return the folders that hold a file of a name, which some tools write in several ways, the highest first."""
    names = {name, name.lower(), name.capitalize(), f"GNU{name}"} if name else set()
    found = {posixpath.dirname(path) or "." for path in ground.survey.files if posixpath.basename(path) in names}
    return sorted(found, key=lambda one: (one.count("/"), one))[:_MOST]


def _with_task(finding: Finding, tool: str, folder: str, ground: Ground) -> Finding:
    """Return a finding on a task that is not there with the folder that has it, where exactly one other has."""
    runner, task = ("npm" if tool in NODE_MANAGERS else tool), finding.evidence.get("task", "")
    having = {tasks.root for tasks in ground.survey.tasks if tasks.runner == runner and task in tasks.names} - {folder}
    return _to_run_in(finding, tuple(_from(ground, one) for one in having)) if len(having) == 1 else finding


def _to_run_in(finding: Finding, folders: tuple[str, ...]) -> Finding:
    """Return a finding with the folders to run the step in instead; none where it is told already where that is."""
    if not folders or "folders" in finding.evidence:
        return finding
    evidence = {**finding.evidence, "folders": "\n".join(folders)}
    return msgspec.structs.replace(finding, hint=f"Run the step in ‘{folders[0]}’ (‘cwd’).", evidence=evidence)


def _own_module(finding: Finding, folder: str, ground: Ground) -> Finding | None:
    """Return a finding on a module that is not there as one on the project's own, where a folder of the workspace holds it.

    `holding` is that folder, from where the command ran, `install` what installs the project itself.
    """
    module = (finding.evidence.get("module", "") or finding.subject).partition(".")[0]
    files = ground.survey.files
    folders = (
        ["", *(path for path in files if path.endswith("/") and NOT_OWN.isdisjoint(path.split("/")))] if module else []
    )
    found = {one.rstrip("/") or "." for one in folders if not files.isdisjoint(_files_of(one, module))} - {folder}
    project = next((one for one in ground.survey.holding(folder) if one.ecosystem == "python"), None)
    if not found or (project is not None and _declares(project, finding.evidence.get("package") or module)):
        return None
    nearest = min(found, key=lambda one: (one not in ("src", "lib", "."), one.count("/"), one))
    holding = posixpath.relpath(nearest, folder)
    told = _told(project, ground, {}) if project is not None else {}
    install = told.get("install", "") if project is not None and _installs_itself(project) else ""
    keys = {"ecosystem": "python", "root": told.get("root", ""), "install": install, "own": "yes", "holding": holding}
    kept = {name: value for name, value in finding.evidence.items() if name != "package"}
    return msgspec.structs.replace(
        finding,
        message=f"The project's own Python module ‘{module}’ cannot be found from where this step runs.",
        hint=(
            f"It is the project's own, in ‘{holding}’: install the project where the step runs, or name that folder "
            "in PYTHONPATH."
        ),
        evidence={**kept, **{name: value for name, value in keys.items() if value}},
    )


def _files_of(folder: str, module: str) -> tuple[str, str]:
    return f"{folder}{module}.py", f"{folder}{module}/__init__.py"


def _installs_itself(project: Toolchain) -> bool:
    """Tell whether a project's install command installs the project too, and not only what it needs."""
    said = project.commands.install
    return (
        project.manager in ("uv", "poetry", "pdm")
        or re.search(r"(?:\s-e)?\s['\"]?\.(?:\[|['\"]?(?:\s|\Z))", said) is not None
    )


def _that_is_there(finding: Finding, folder: str, ground: Ground) -> Finding:
    """Return a finding on a script that was not found although it is there: what its first line names is not."""
    path = posixpath.normpath(posixpath.join(folder, finding.subject))
    unfound = finding.evidence.get("exit_code") == "127"
    if not unfound or "/" not in finding.subject or path not in ground.survey.files:
        return finding
    hint = (
        f"The file is there, so what its first line names is not: correct that line, or, where it has line ends of Windows "
        f"(‘file {finding.subject}’ tells), save it with those of Unix."
    )
    return msgspec.structs.replace(finding, hint=hint)


def _with_versions(finding: Finding, toolchain: Toolchain) -> Finding:
    """Return a finding on a version with what is asked for and what is here, and what to run it with where that is here too."""
    asked = finding.evidence.get("asked") or toolchain.versions.asked
    found = finding.evidence.get("found") or toolchain.versions.found
    fits = toolchain.versions.fits
    if not asked:
        return finding
    here = f", and this is {found}" if found else ""
    then = (
        f"run it with ‘{fits}’, which is here"
        if fits
        else "install one that fits where the workflow runs, or ask for less"
    )
    told = {"asked": asked, "found": found, "interpreter": fits}
    return msgspec.structs.replace(
        finding,
        hint=f"What is asked for is {asked}{here}: {then}.",
        evidence={**finding.evidence, **{name: value for name, value in told.items() if value}},
    )


def _from(ground: Ground, path: str) -> str:
    """Return a path of the survey as the workflow would write it."""
    return posixpath.relpath(path, ground.folder)
