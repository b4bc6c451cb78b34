"""Scripts as shellcheck gets them, and what it says of them as findings (its own codes: SC2086 and the like)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from calibrant.expressions.actions import find_braces
from calibrant.github.script_shell import script_language
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Scalar
from calibrant.model.text import LineIndex, Span
from calibrant.model.workflow import Step, Workflow
from calibrant.syntax.shell import Dialect

_NEVER: Final = frozenset({1008, 1090, 1091, 2102, 2103, 2148, 2153, 2154, 2164})
"""Of no use for steps: what a first line should say, files that are sourced, variables that GitHub or `env` may set, a `cd` that
fails (it ends the script, which is run with `-e`), and the brackets of `pip install .[tests]`."""

_FILES: Final = re.compile(r"\$\{?GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)\}?")
"""Names of files that the runner makes, which need no quotes."""

_CONSTANT: Final = frozenset({2043, 2050, 2057, 2078, 2157, 2158, 2159, 2160, 2161, 2170, 2193, 2194, 2195, 2249, 2258})
"""About values that are always the same: so looks whatever stands for an expression."""

LONGEST: Final = 50_000
"""Characters above which a script is not given to shellcheck."""


class Script(msgspec.Struct, frozen=True):
    """A script in words that a shell can read: each expression is a word of as many characters."""

    dialect: Dialect
    text: str


class Comment(msgspec.Struct, frozen=True, rename="camel"):
    """What shellcheck says of a place: lines and columns from 1 in code points, a tab being one, the end excluded."""

    line: int
    end_line: int
    column: int
    end_column: int
    level: str
    code: int
    message: str


def scripts(workflow: Workflow, found: Iterable[Finding] = ()) -> Iterator[tuple[Step, Script]]:
    """Yield the scripts for sh and bash, each with its step, but for those that were found to be no scripts that can be read."""
    broken = {one.step for one in found if one.code == "shell-syntax" and one.severity == "error"}
    for step in workflow.steps:
        if step.label in broken:
            continue
        value = step.body.run.value if step.body.run is not None and not step.body.run.aliased else None
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            continue
        language = script_language(workflow, step)
        dialect: Dialect | None = "bash" if language == "bash" else "sh" if language == "sh" else None
        if dialect is not None:
            yield step, Script(dialect, _masked(value, _holes(value)))


def findings(step: Step, comments: Sequence[Comment]) -> Iterator[Finding]:
    """Yield what was said of a step's script; spans are in the document."""
    script = step.body.run
    if script is None or not isinstance(script.value, str):
        return
    index, holes = LineIndex(script.value), _holes(script.value)
    for comment in comments:
        span = _span(index, comment)
        about = index.line_span(index.line_of(span.start)).cover(span)
        if comment.code in _NEVER or any(hole.start < span.end and span.start < hole.end for hole in holes):
            continue
        if comment.code == 2086 and _FILES.fullmatch(script.value[span.start : span.end]):
            continue
        if comment.code in _CONSTANT and any(about.start <= hole.start < about.end for hole in holes):
            continue
        yield _finding(step, script, span, comment)


def _finding(step: Step, script: Scalar, span: Span, comment: Comment) -> Finding:
    code = f"SC{comment.code}"
    return Finding(
        code="shellcheck",
        kind=Kind.LINT,
        span=step.at(script.locate(span.start, span.end)),
        message=f"{code}: {comment.message}",
        hint=f"‘# shellcheck disable={code}’ above the line silences it; https://www.shellcheck.net/wiki/{code} explains it.",
        severity="warning" if comment.level in {"error", "warning"} else "hint",
        step=step.label,
        where=("run",),
        subject=f"{code} {comment.message[:60]}",
        evidence={"shellcheck": code},
    )


def _span(index: LineIndex, comment: Comment) -> Span:
    """Return the place of a comment; where it has no characters, one beside it."""
    start = index.offset(comment.line - 1, comment.column - 1, "utf-32")
    end = index.offset(comment.end_line - 1, comment.end_column - 1, "utf-32")
    if end > start:
        return Span(start, end)
    line = index.line_span(index.line_of(start))
    return Span(start, start + 1) if start < line.end else Span(max(line.start, start - 1), start)


def _holes(script: str) -> list[Span]:
    return [Span(found.start, found.end) for found in find_braces(script)]


def _masked(script: str, holes: Sequence[Span]) -> str:
    out: list[str] = []
    at = 0
    for hole in holes:
        out += (script[at : hole.start], "_" * (hole.end - hole.start))
        at = hole.end
    return "".join(out) + script[at:]
