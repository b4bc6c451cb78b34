"""Inputs whose own default or sample is none that they allow."""

from collections.abc import Iterator
from typing import cast

from calibrant.model.closest import ranked
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map, Node, Scalar, plain
from calibrant.model.shape import TypeName, accepts
from calibrant.model.words import in_words
from calibrant.model.workflow import Input, Workflow
from calibrant.rules.known import Known
from calibrant.rules.places import empty
from calibrant.rules.rule import Rule
from calibrant.rules.wording import listed, type_of


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    types = next((key.values for key in known.language.keys.get("input", ()) if key.name == "type"), ())
    for item in workflow.inputs:
        if isinstance(item.node, Map) and item.type in types:
            for name, node in (("default", item.default), ("sample", item.sample)):
                if node is not None and not isinstance(node, Hole) and not empty(node):
                    yield from _value(item, name, node)


def _value(item: Input, name: str, node: Node) -> Iterator[Finding]:
    found = type_of(node)
    if not accepts(cast("TypeName", item.type), found):
        message = f"The {name} of the input ‘{item.name}’ must be {in_words(item.type)}, but this is {in_words(found)}."
        quotes = item.type in ("string", "path") and isinstance(node, Scalar)
        hint = "Put it in quotes to make it text." if quotes else "Change the value, or the input's type."
        yield _finding(item, name, node, message, hint, (), {"wanted": item.type, "found": found})
        return
    value = plain(node)
    if item.enum and value not in item.enum:
        allowed = tuple(map(str, item.enum))
        message = f"The {name} of the input ‘{item.name}’ is none of the values in its enum: {listed(allowed)}."
        yield _finding(
            item, name, node, message, "Choose one of them, or add it to the enum.", ranked(str(value), allowed)
        )


def _finding(
    item: Input,
    name: str,
    node: Node,
    message: str,
    hint: str,
    candidates: tuple[str, ...],
    evidence: dict[str, str] | None = None,
) -> Finding:
    return Finding(
        code="wrong-input-value",
        kind=Kind.PARAMETER,
        span=node.span,
        message=message,
        hint=hint,
        where=("inputs", item.name, name),
        subject=item.name,
        candidates=candidates,
        evidence=evidence or {},
    )


RULE = Rule(("wrong-input-value",), workflow=_check)
