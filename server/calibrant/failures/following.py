"""What follows from what: findings that only say otherwise what another one says, told by their codes and subjects."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from calibrant.model.issue import Finding

_Holds = Callable[[Finding, Finding], bool]
_MOST = 20
"""Causes of one code in one step that are looked at: a step has few, unless somebody tries."""

_MARKS = re.compile(
    r"^[ \t]{0,8}(?:E {1,8})?(?:\S{1,200}:\d{1,7}:[ \t]{0,4})?(?:<{7}|={7}|>{7})(?![<=>])", re.MULTILINE
)
_PYTHON_IMPORT = re.compile(
    r"(?:module named|stubs for|Import|import) [\"'‘](?P<module>[A-Za-z_][\w.]{0,200})[\"'’]", re.ASCII
)
_NODE_IMPORT = re.compile(
    r"(?:Cannot find module|Unable to resolve path to module) ['‘](?P<module>@?[\w.][\w./-]{0,200})['’]", re.ASCII
)
_IMPORT_RULES: Mapping[str, str] = {
    **dict.fromkeys(("import-not-found", "reportMissingImports", "import-error", "E0401"), "python-missing-dep"),
    **dict.fromkeys(("TS2307", "import/no-unresolved"), "node-missing-dep"),
}
"""Rules of checkers that say a module cannot be found, and the code of the failure for which it is not there."""


class Follows(msgspec.Struct, frozen=True):
    """In one step findings of the codes `effects` say again what one of the code `cause` says, where `holds` is true of both."""

    cause: str
    effects: frozenset[str]
    holds: _Holds


def program(finding: Finding) -> str:
    """Return the program that a finding is about: as told, else as the name of the pattern begins that knew its words."""
    evidence = finding.evidence
    return evidence.get("tool") or evidence.get("pattern", "").partition("-")[0]


def _one_program(cause: Finding, effect: Finding) -> bool:
    said = program(effect)
    return bool(said) and said in (program(cause), cause.evidence.get("manager"))


def _one_folder(cause: Finding, effect: Finding) -> bool:
    folder = cause.evidence.get("missing", "")
    return bool(folder) and posixpath.normpath(effect.evidence.get("folder", "/")) == posixpath.normpath(folder)


def _one_task(cause: Finding, effect: Finding) -> bool:
    task = cause.evidence.get("task", "")
    return bool(task) and task == effect.evidence.get("task")


def _one_language(cause: Finding, effect: Finding) -> bool:
    ecosystem = cause.evidence.get("ecosystem", "")
    return bool(ecosystem) and ecosystem == effect.evidence.get("ecosystem")


def _one_file(cause: Finding, effect: Finding) -> bool:
    named = [cause.evidence.get("file", ""), effect.evidence.get("path", "") or effect.evidence.get("file", "")]
    one, other = (posixpath.normpath(name) if name else "" for name in named)
    return bool(one and other) and (one == other or other.endswith(f"/{one}"))


def _of_that_manager(cause: Finding, effect: Finding) -> bool:
    used = cause.evidence.get("used", "")
    return bool(used) and used in (program(effect), effect.subject)


def _with_marks(_cause: Finding, effect: Finding) -> bool:
    return _MARKS.search(f"{effect.details}\n{effect.message}") is not None or "conflict" in effect.message.lower()


def _always(_cause: Finding, _effect: Finding) -> bool:
    return True


def _follows(cause: str, effects: str, holds: _Holds) -> Follows:
    return Follows(cause, frozenset(effects.split()), holds)


TABLE: tuple[Follows, ...] = (
    _follows("wrong-working-dir", "wrong-working-dir", _one_folder),
    _follows("wrong-working-dir", "wrong-working-dir unknown-task lock-outdated install-failed", _one_program),
    _follows("wrong-package-manager", "lock-outdated command-not-found install-failed", _of_that_manager),
    _follows("version-mismatch", "version-mismatch", _one_language),
    _follows("lock-outdated", "lock-outdated", _one_program),
    _follows("unknown-task", "unknown-task", _one_task),
    _follows("file-not-found", "file-not-found install-failed", _one_file),
    _follows("merge-conflict", "script-syntax build-failed typecheck-failed lint-finding test-failed", _with_marks),
    _follows("missing-test-discovery", "low-coverage", _always),
)
"""Of two findings with one cause the first code is the one to mend, and has the better words."""


class Causes:
    """Findings by what may follow from them in their step."""

    def __init__(self, findings: Iterable[tuple[int, Finding]]) -> None:
        self._by_effect: dict[tuple[str | None, str], list[tuple[int, Finding, _Holds]]] = {}
        table: dict[str, list[Follows]] = {}
        for row in TABLE:
            table.setdefault(row.cause, []).append(row)
        for at, finding in findings:
            for row in table.get(finding.code, ()):
                for code in row.effects:
                    known = self._by_effect.setdefault((finding.step, code), [])
                    if len(known) < _MOST:
                        known.append((at, finding, row.holds))

    def of(self, effect: Finding) -> int | None:
        """Return the number of the finding that another one of its step follows from; the one at its place before others."""
        start, end = effect.span.start, effect.span.end
        found = [
            (cause.span.start >= end or start >= cause.span.end, at)
            for at, cause, holds in self._by_effect.get((effect.step, effect.code), ())
            if cause is not effect and holds(cause, effect)
        ]
        return min(found)[1] if found else None


def missing_module(finding: Finding) -> tuple[str, str] | None:
    """Return the code and the module of what cannot be imported, whether a program stopped at it or a checker says so."""
    if finding.code in _IMPORT_RULES.values():
        named = finding.evidence.get("module", "") or finding.subject
        return (finding.code, _first(finding.code, named)) if named and "own" not in finding.evidence else None
    code = _IMPORT_RULES.get(finding.evidence.get("rule", ""))
    if code is None:
        return None
    said = (_PYTHON_IMPORT if code == "python-missing-dep" else _NODE_IMPORT).search(finding.message)
    return (code, _first(code, said["module"])) if said and not said["module"].startswith(".") else None


def _first(code: str, module: str) -> str:
    """Return what is installed to have a module: the first of its names, with the scope that it has in JavaScript."""
    if code == "python-missing-dep":
        return module.partition(".")[0]
    return "/".join(module.split("/")[: 2 if module.startswith("@") else 1])


def by_module(findings: Sequence[Finding]) -> tuple[list[Finding], dict[str, list[Finding]]]:
    """Return findings without those of checkers that miss a module at which a program stopped too; these by that cause."""
    causes = {
        missed: one.cause
        for one in findings
        if one.cause and one.at_run and not _checks(one)
        if (missed := missing_module(one))
    }
    rest: list[Finding] = []
    found: dict[str, list[Finding]] = {}
    for one in findings:
        missed = missing_module(one) if causes and _checks(one) else None
        if missed in causes:
            found.setdefault(causes[missed], []).append(one)
        else:
            rest.append(one)
    return rest, found


def _checks(finding: Finding) -> bool:
    return finding.evidence.get("rule", "") in _IMPORT_RULES
