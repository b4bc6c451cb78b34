"""What follows from what: pairs that are one issue, and pairs alike that are two."""

import msgspec
import pytest

from calibrant import failures
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span

HERE, BEHIND, ELSEWHERE = Span(10, 14), Span(10, 30), Span(40, 44)


def static(code: str, span: Span = HERE, **evidence: str) -> Finding:
    return Finding(code, Kind.PARAMETER, span, "static", step="t", subject="static", evidence=evidence)


def ran(code: str, subject: str = "ran", *, message: str = "", details: str = "", **evidence: str) -> Finding:
    return Finding(
        code, Kind.RUNTIME, BEHIND, message or "ran", details=details, step="t", subject=subject, evidence=evidence,
        at_run=True,
    )  # fmt: skip


def codes(*findings: Finding) -> list[str]:
    return [issue.code for issue in failures.group("x", findings).all]


FOLDER = static("wrong-working-dir", tool="make")
LOST = static("wrong-working-dir", missing="web")
MANAGER = static("wrong-package-manager", used="npm", manager="pnpm")
VERSION = static("version-mismatch", ecosystem="python")
LOCK = static("lock-outdated", manager="npm")
TASK = static("unknown-task", task="tset", tool="npm")
FILE = static("file-not-found", file="reqs.txt")
MERGE = ran("merge-conflict", "a.py")
TRACE = '  File "a.py", line 1\n    <<<<<<< HEAD\n    ^^\nSyntaxError: invalid syntax'


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        (FOLDER, ran("unknown-task", task="html", pattern="make-unknown-target")),
        (FOLDER, ran("wrong-working-dir", tool="make")),
        (LOST, ran("wrong-working-dir", folder="./web")),
        (MANAGER, ran("lock-outdated", tool="npm")),
        (MANAGER, ran("command-not-found", "npm", pattern="command-not-found-posix")),
        (VERSION, ran("version-mismatch", tool="pip", ecosystem="python")),
        (LOCK, ran("lock-outdated", tool="npm")),
        (TASK, ran("unknown-task", task="tset", pattern="pnpm-unknown-script")),
        (FILE, ran("file-not-found", path="/home/user/p/reqs.txt")),
        (MERGE, ran("script-syntax", "a.py invalid syntax", details=TRACE)),
        (ran("missing-test-discovery", "pytest"), ran("low-coverage", "coverage")),
    ],
    ids=lambda finding: f"{finding.code}-{finding.evidence.get('tool', '')}",
)
def test_what_follows_is_one_issue_with_the_cause(cause: Finding, effect: Finding) -> None:
    assert codes(cause, effect) == codes(effect, cause) == [cause.code]
    (issue,) = failures.group("x", (cause, effect)).all
    assert issue.finding.message == cause.message
    far = msgspec.structs.replace(effect, step="u", span=ELSEWHERE)
    assert sorted(codes(cause, far)) == sorted((cause.code, effect.code)), "another step is another cause"


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        (FOLDER, ran("unknown-task", task="lint", pattern="just-unknown-recipe")),
        (LOST, ran("wrong-working-dir", folder="docs")),
        (MANAGER, ran("lock-outdated", tool="uv")),
        (MANAGER, ran("command-not-found", "jq")),
        (VERSION, ran("version-mismatch", tool="npm", ecosystem="node")),
        (TASK, ran("unknown-task", task="lint", pattern="npm-unknown-script")),
        (FILE, ran("file-not-found", path="/home/user/p/others.txt")),
        (MERGE, ran("script-syntax", "b.py invalid syntax", details="    x = = 1\nSyntaxError: invalid syntax")),
    ],
    ids=lambda finding: f"{finding.code}-{finding.evidence.get('tool', '')}",
)
def test_what_is_alike_stays_apart(cause: Finding, effect: Finding) -> None:
    assert len(codes(cause, effect)) == 2


def test_of_several_causes_the_one_at_the_place_is_taken() -> None:
    far = msgspec.structs.replace(FOLDER, span=ELSEWHERE, subject="other")
    groups = failures.group("x", (far, FOLDER, ran("unknown-task", task="a", pattern="make-unknown-target")))
    assert [bool(issue.finding.evidence.get("task")) for issue in groups.all if issue.finding.span == HERE] == [True]


def missing(module: str, step: str, **evidence: str) -> Finding:
    found = ran("python-missing-dep", module, module=module, **evidence)
    return msgspec.structs.replace(found, step=step, cause=f"runtime:python-missing-dep:{module}")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("import-not-found", 'Cannot find implementation or library stub for module named "yaml.nodes"'),
        ("reportMissingImports", 'Import "yaml" could not be resolved'),
        ("E0401", "Unable to import 'yaml'"),
        ("import-error", "Unable to import 'yaml'"),
    ],
)
def test_a_checker_that_misses_the_module_says_the_same_in_another_step(rule: str, message: str) -> None:
    said = msgspec.structs.replace(ran("typecheck-failed", "a.py", message=message, rule=rule), step="types")
    assert codes(said, missing("yaml", "t")) == ["python-missing-dep"]
    (issue,) = failures.group("x", (said, missing("yaml", "t"), missing("yaml", "u"))).all
    assert {place.step for place in issue.finding.related} == {"u", "types"}
    assert codes(said) == ["typecheck-failed"], "alone it may lack stubs, or its own environment"
    assert len(codes(said, missing("toml", "t"))) == 2
    assert len(codes(said, missing("yaml", "t", own="yes"))) == 2, "what is the project's own is no package"


def test_a_package_of_javascript_with_its_scope() -> None:
    found = msgspec.structs.replace(
        ran("node-missing-dep", "@a/b", module="@a/b/c"), cause="runtime:node-missing-dep:@a/b"
    )
    said = "Cannot find module '@a/b' or its corresponding type declarations."
    told = msgspec.structs.replace(ran("typecheck-failed", "a.ts", message=said, rule="TS2307"), step="types")
    assert codes(found, told) == ["node-missing-dep"]
    own = msgspec.structs.replace(told, message="Cannot find module './a/b' or its corresponding type declarations.")
    assert len(codes(found, own)) == 2
