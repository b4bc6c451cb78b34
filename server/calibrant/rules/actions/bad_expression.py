"""Expressions that cannot be read, those in the wrong place, and conditions that are always true."""

import re
from collections.abc import Iterator

from calibrant.expressions.actions.mend import mended
from calibrant.expressions.actions.parse import parse
from calibrant.expressions.actions.scan import OPEN, find_braces
from calibrant.expressions.actions.tree import Chain, Literal, Tree
from calibrant.github.availability import available
from calibrant.github.languages import ACTION
from calibrant.model.expression import Expression, Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.actions import scope
from calibrant.rules.actions.placed import Placed, placed
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_STEP: Path = ("jobs", "*", "steps", "*")
_COMPOSITE: Path = ("runs", "steps", "*")


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    path = _COMPOSITE if known.language.name == ACTION else _STEP
    for one in placed(body.node, body.condition):
        yield from _of_one(one, (*path, *one.below))
    yield from _condition(body)


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    path: Path = ("runs",) if known.language.name == ACTION else ("jobs", "*")
    for one in placed(body.node, body.condition):
        yield from _of_one(one, (*path, *one.where))
    yield from _condition(body)


def _check_root(workflow: Workflow, known: Known) -> Iterator[Finding]:
    for one in placed(workflow.root):
        yield from _of_one(one, one.where)
    yield from scope.around(workflow, known)


def _condition(body: StepBody | JobBody) -> Iterator[Finding]:
    if body.condition is not None:
        yield from _always(body.condition)
        return
    written = body.node.get("if") if isinstance(body.node, Map) else None
    text = body.text[written.span.start : written.span.end] if isinstance(written, Hole) else ""
    if written is not None and text.startswith("!"):
        text = re.split(r"\n|\s#", text, maxsplit=1)[0].rstrip()  # what cannot be read may take in comments behind it
        yield Finding(
            code="bad-expression",
            kind=Kind.SYNTAX,
            span=Span(written.span.start, written.span.start + len(text)),
            message="In YAML, ‘!’ at the beginning of a value means something else: this condition is not there for GitHub.",
            hint=f"Put braces around it: ‘${{{{ {text} }}}}’.",
            where=("if",),
            subject=text[:200],
        )


def _of_one(one: Placed, path: Path) -> Iterator[Finding]:
    expression = one.expression
    there = available(path)
    if there is not None and there.nothing:
        yield _misplaced(one, path)
    elif expression.error is not None:
        yield Finding(
            code="bad-expression",
            kind=Kind.SYNTAX,
            span=expression.error_span or expression.span,
            message=expression.error,
            where=one.where,
            subject=expression.source[:200],
            evidence=_evidence(expression),
        )


def _evidence(expression: Expression) -> dict[str, str]:
    """Return the expression as it was most likely meant, where that is clear."""
    meant = mended(expression.source) if expression.marks else None
    return {"mended": meant} if meant is not None else {}


def _misplaced(one: Placed, path: Path) -> Finding:
    place = next(str(part) for part in reversed(path) if isinstance(part, str))
    return Finding(
        code="misplaced-expression",
        kind=Kind.DEFINITION,
        span=one.expression.span,
        message=f"An expression cannot be used in ‘{place}’: it must be written out.",
        where=one.where,
        subject=one.expression.source[:200],
    )


def _always(condition: Expression) -> Iterator[Finding]:
    """Yield a finding where a condition is true whatever the values are."""
    if condition.error is not None:
        return
    if OPEN in condition.source:
        hint = "Put the braces around the whole condition, or leave them out."
        braces = find_braces(condition.source)
        if len(braces) == 1 and (braces[0].start, braces[0].end) == (0, len(condition.source)):
            hint = "There is a blank or a line end beside the braces. Leave the braces out, or write ‘|-’ or ‘>-’ above them."
        yield _always_true(condition, condition.source, "whatever stands around braces makes a text of it", hint)
        return
    tree = parse(condition.source).tree
    text = _constant(tree) if tree is not None else None
    if text is not None:
        at = condition.locate(text.start, text.end)
        hint = "Compare with each value: ‘a == 'x' || a == 'y'’."
        if not isinstance(tree, Chain):
            hint = "Write ‘true’ where it is to hold always, or compare the text with something."
        found = _always_true(condition, str(text.value), "a text that is not empty counts as true", hint)
        yield Finding(found.code, found.kind, at, found.message, found.hint, where=found.where, subject=found.subject)


def _constant(tree: Tree) -> Literal | None:
    """Return the text by which a condition is true in any case."""
    operands = tree.operands if isinstance(tree, Chain) and tree.operator == "||" else (tree,)
    return next(
        (one for one in operands if isinstance(one, Literal) and isinstance(one.value, str) and one.value), None
    )


def _always_true(condition: Expression, subject: str, why: str, hint: str) -> Finding:
    message = f"This condition is always true: {why}."
    return Finding(
        "always-true",
        Kind.LOGIC,
        condition.span,
        message,
        hint,
        where=("if",),
        subject=subject[:200],
    )


RULE = Rule(
    ("bad-expression", "misplaced-expression", "always-true", *scope.CODES),
    step=_check_step,
    job=_check_job,
    workflow=_check_root,
)
