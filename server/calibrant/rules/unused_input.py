"""Inputs to which no step refers."""

from collections.abc import Iterator

from calibrant.model.issue import Finding
from calibrant.model.language import OWN
from calibrant.model.nodes import Map
from calibrant.model.workflow import Input, Workflow
from calibrant.rules.declared import unused
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    names = {item.name: item.name_span for item in reversed(workflow.inputs) if _declared(item)}
    yield from unused("unused-input", "inputs", workflow, known, names)


def _declared(item: Input) -> bool:
    return isinstance(item.node, Map) and not item.name.startswith(OWN)


RULE = Rule(("unused-input",), workflow=_check)
