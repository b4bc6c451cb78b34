"""Inputs of workflows: defaults that are no value of their type, choices without options, and more inputs than GitHub takes."""

from collections.abc import Iterator
from typing import Final

from calibrant.github.languages import WORKFLOW
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place, Severity
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq, at_path
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.rules.actions.walking import dynamic, missing, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed

MOST: Final = 25
"""Inputs that a workflow started by hand may have."""


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    if workflow.language.name != WORKFLOW:
        return
    for event in ("workflow_dispatch", "workflow_call"):
        inputs = at_path(workflow.root, ("on", event, "inputs"))
        if not isinstance(inputs, Map) or inputs.aliased:
            continue
        for entry in inputs.entries:
            if isinstance(entry.value, Map) and not entry.value.aliased:
                yield from _of_input(entry.name, entry.value, ("on", event, "inputs", entry.name), event)
        if event == "workflow_dispatch" and len(inputs.entries) > MOST:
            extra = inputs.entries[MOST]
            message = f"A workflow started by hand has at most {MOST} inputs, and this one has {len(inputs.entries)}."
            hint = "Remove some, or give one input several values."
            yield _finding(extra.key.span, message, hint, ("on", event, "inputs"), "inputs")


def _of_input(name: str, node: Map, where: Path, event: str) -> Iterator[Finding]:
    kind = text_of(node.get("type")) or "string"
    default, options = node.entry("default"), node.entry("options")
    if event == "workflow_dispatch":
        yield from _options(name, node, kind, where)
    elif default is not None and not missing(default.value) and text_of(node.get("required")) == "true":
        yield _unused(name, default, where)
    if default is None or missing(default.value) or dynamic(default.value) or not isinstance(default.value, Scalar):
        return
    if kind == "choice" and options is not None:
        yield from _choice(default.value, options.value, where)
    else:
        yield from _of_type(default.value, kind, where, event)


def _unused(name: str, default: Entry, where: Path) -> Finding:
    return Finding(
        "unused-default",
        Kind.LINT,
        default.key.span,
        f"The input ‘{name}’ must be given by every caller, so its default is never used.",
        hint="Remove the default, or ‘required: true’.",
        severity="warning",
        where=(*where, "default"),
        subject=name,
    )


def _options(name: str, node: Map, kind: str, where: Path) -> Iterator[Finding]:
    options = node.entry("options")
    if kind == "choice" and (options is None or missing(options.value) or _is_empty(options.value)):
        found = node.entry("type")
        span = options.key.span if options is not None else found.value.span if found is not None else node.span
        message = f"The input ‘{name}’ is a choice, and there is nothing to choose from."
        hint = "Add ‘options: [a, b]’."
        yield Finding(
            "missing-key", Kind.DEFINITION, span, message, hint=hint, where=(*where, "options"), subject="options"
        )
    elif kind == "choice" and options is not None and isinstance(options.value, Seq) and not options.value.aliased:
        yield from _twice(options.value, where)
    elif kind != "choice" and options is not None and kind in ("string", "number", "boolean", "environment"):
        message = f"‘options’ belongs to an input of type ‘choice’, and ‘{name}’ is of type ‘{kind}’."
        yield _finding(options.key.span, message, "Write ‘type: choice’.", (*where, "options"), "options", "warning")


def _twice(options: Seq, where: Path) -> Iterator[Finding]:
    seen: dict[str, Node] = {}
    for at, item in enumerate(options.items):
        text = text_of(item)
        before = seen.setdefault(text, item) if text is not None and not item.aliased else item
        if before is not item:
            yield Finding(
                "duplicate-value",
                Kind.DEFINITION,
                item.span,
                f"‘{text}’ stands among the options a second time.",
                hint="Remove one of them.",
                severity="warning",
                where=(*where, "options", at),
                subject=text or "",
                related=(Place(before.span, "The first one."),),
            )


def _is_empty(node: Node) -> bool:
    return isinstance(node, Seq) and not node.items


def _choice(default: Scalar, options: Node, where: Path) -> Iterator[Finding]:
    values = [text_of(item) for item in options.items] if isinstance(options, Seq) else []
    known = [value for value in values if value is not None]
    text = text_of(default)
    if len(known) < len(values) or not known or text is None or text in known:
        return
    hint, near = did_you_mean(text, known)
    message = f"The default ‘{text}’ is not among the options: {listed(known)}."
    yield _finding(
        default.span, message, hint or "Choose one of the options.", (*where, "default"), text, candidates=near
    )


def _of_type(default: Scalar, kind: str, where: Path, event: str) -> Iterator[Finding]:
    value, text = default.value, text_of(default) or ""
    fits = True
    if kind == "boolean":
        fits = isinstance(value, bool) or (event == "workflow_dispatch" and text.lower() in ("true", "false", ""))
    elif kind == "number":
        fits = (isinstance(value, int | float) and not isinstance(value, bool)) or (
            event == "workflow_dispatch" and _is_number(text)
        )
    if not fits:
        wanted = "‘true’ or ‘false’" if kind == "boolean" else "a number"
        message = f"The default of an input of type ‘{kind}’ must be {wanted}, and this is ‘{text}’."
        quoted = default.style in ("single", "double")
        hint = (
            "Take the quotes away."
            if quoted and (_is_number(text) or text in ("true", "false"))
            else "Write such a value, or remove it."
        )
        yield _finding(default.span, message, hint, (*where, "default"), text, wanted=kind)


def _is_number(text: str) -> bool:
    try:
        float(text or "0")
    except ValueError:
        return False
    return True


def _finding(
    span: Span,
    message: str,
    hint: str,
    where: Path,
    subject: str,
    severity: Severity = "error",
    candidates: tuple[str, ...] = (),
    wanted: str = "",
) -> Finding:
    return Finding(
        "invalid-value",
        Kind.DEFINITION,
        span,
        message,
        hint=hint,
        severity=severity,
        where=where,
        subject=subject,
        candidates=candidates,
        evidence={"wanted": wanted} if wanted else {},
    )


RULE = Rule(("invalid-value", "missing-key", "unused-default", "duplicate-value"), workflow=_check)
