"""Matrices: values that stand twice, rows without values, and exclusions that leave nothing out."""

from collections.abc import Iterator
from typing import Final

from calibrant.github.languages import ACTION
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place, Severity
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, plain
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody
from calibrant.rules.actions.walking import dynamic
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed, quoted

MOST: Final = 256
"""Jobs that a matrix may have."""

_WHERE: Path = ("strategy", "matrix")


def _check(body: JobBody, known: Known) -> Iterator[Finding]:
    strategy = body.node.get("strategy") if isinstance(body.node, Map) else None
    matrix = strategy.get("matrix") if isinstance(strategy, Map) else None
    if known.language.name == ACTION or not isinstance(matrix, Map) or matrix.aliased or not _known(matrix):
        return
    rows = {entry.name: entry for entry in matrix.entries if entry.name not in ("include", "exclude")}
    include = matrix.get("include")
    if (
        not rows
        and (include is None or (isinstance(include, Seq) and not include.items))
        and not isinstance(include, Hole)
    ):
        span = matrix.span if matrix.span.end > matrix.span.start else body.node.span
        yield _finding(
            "empty-matrix", span, "This matrix has no values, so it makes no job.", "Add a row of values.", ()
        )
    for name, entry in rows.items():
        if isinstance(entry.value, Seq):
            yield from _row(name, entry.value)
    lists = {name: entry.value for name, entry in rows.items() if isinstance(entry.value, Seq)}
    whole = {name: row for name, row in lists.items() if _is_known(row)}
    yield from _exclusions(matrix.get("exclude"), list(rows), whole)
    if len(whole) == len(rows) and rows:
        yield from _too_many(matrix, whole)


def _known(matrix: Map) -> bool:
    return not any(dynamic(entry.key) for entry in matrix.entries)


def _row(name: str, row: Seq) -> Iterator[Finding]:
    if not row.items:
        message = f"The row ‘{name}’ has no values, so the matrix makes no job."
        yield _finding("empty-matrix", row.span, message, "Add a value, or remove the row.", (name,))
    seen: dict[str, Node] = {}
    for at, item in enumerate(row.items):
        if item.aliased or not _is_known(item):
            continue
        key = _key(item)
        before = seen.setdefault(key, item)
        if before is not item:
            shown = quoted(_shown(item)) if isinstance(item, Scalar) else "This value"
            yield Finding(
                "duplicate-value",
                Kind.DEFINITION,
                item.span,
                f"{shown} stands in ‘{name}’ a second time, so the same job would run twice.",
                hint="Remove one of them.",
                severity="warning",
                where=(*_WHERE, name, at),
                subject=_shown(item),
                related=(Place(before.span, "The first one."),),
            )


def _exclusions(node: Node | None, every: list[str], rows: dict[str, Seq]) -> Iterator[Finding]:
    by_lower = {name.lower(): name for name in every}
    plainly = {name: {_loosely(one) for one in row.items if not isinstance(one, Map)} for name, row in rows.items()}
    for at, item in enumerate(node.items if isinstance(node, Seq) and not node.aliased else ()):
        if not isinstance(item, Map) or item.aliased or any(dynamic(entry.key) for entry in item.entries):
            continue
        for entry in item.entries:
            where, name = ("exclude", at, entry.name), by_lower.get(entry.name.lower(), "")
            if not name:
                hint, near = did_you_mean(entry.name, every)
                known = f" It has: {listed(every)}." if every else ""
                message = f"The matrix has no row ‘{entry.name}’ to leave something out of: GitHub refuses this.{known}"
                hint = hint or "Name a row of the matrix, or remove this."
                yield _finding("useless-exclude", entry.key.span, message, hint, where, near)
            elif name in rows and _is_known(entry.value) and not _fits(entry.value, rows[name], plainly[name]):
                values = [_shown(one) for one in rows[name].items if isinstance(one, Scalar)]
                text = _shown(entry.value)
                hint, near = did_you_mean(text, values)
                message = f"The row ‘{name}’ has no value {quoted(text)}, so this leaves nothing out."
                hint = hint or "Write a value as it stands in the row, or remove this."
                yield _finding("useless-exclude", entry.value.span, message, hint, where, near, "warning")


def _shown(node: Node) -> str:
    """Return a value as it would be written."""
    value = plain(node)
    return (
        {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else str(value)
    )


def _fits(value: Node, row: Seq, plainly: set[str]) -> bool:
    """Tell whether a value, or a part of one, is among those of a row; `plainly` are those that are no maps, as compared."""
    if not isinstance(value, Map):
        return _loosely(value) in plainly
    return any(_within(value, item) for item in row.items)


def _within(part: Node, whole: Node) -> bool:
    if isinstance(part, Map) and isinstance(whole, Map):
        inner = ((entry.value, whole.get(entry.name)) for entry in part.entries)
        return all(there is not None and _within(one, there) for one, there in inner)
    return _loosely(part) == _loosely(whole)


def _loosely(node: Node) -> str:
    """Return a text that is the same for values which may count as equal: a number and its text, whatever the case."""
    value = plain(node)
    return str(value).lower() if isinstance(node, Scalar) else _key(node)


def _is_known(node: Node) -> bool:
    """Tell whether all of a value is written, without expressions and holes."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Hole) or dynamic(one):
            return False
        if isinstance(one, Seq):
            waiting += one.items
        elif isinstance(one, Map):
            waiting += (entry.value for entry in one.entries)
    return True


def _key(node: Node) -> str:
    """Return a text that is the same for values that GitHub takes for equal: it compares texts without minding the case."""
    value = plain(node)
    if isinstance(value, bool) or value is None:
        return f"{value}"
    if isinstance(value, int | float):
        return f"{float(value)!r}" if abs(value) < 1e15 else str(value)
    return f"'{value}'".lower() if isinstance(value, str) else repr(value)


def _too_many(matrix: Map, rows: dict[str, Seq]) -> Iterator[Finding]:
    count = 1
    for row in rows.values():
        count *= len(row.items)
    if count > MOST and matrix.get("exclude") is None:
        message = f"This matrix makes {count:,} jobs, and GitHub takes at most {MOST} in a run."
        first = matrix.entries[0].key.span
        yield _finding("matrix-too-large", first, message, "Split it, or leave combinations out.", ())


def _finding(
    code: str,
    span: Span,
    message: str,
    hint: str,
    where: Path,
    candidates: tuple[str, ...] = (),
    severity: Severity = "error",
) -> Finding:
    return Finding(
        code,
        Kind.DEFINITION,
        span,
        message,
        hint=hint,
        severity=severity,
        where=(*_WHERE, *where),
        subject=str(where[-1]) if where else "",
        candidates=candidates,
    )


RULE = Rule(("empty-matrix", "duplicate-value", "useless-exclude", "matrix-too-large"), job=_check)
