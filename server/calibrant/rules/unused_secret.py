"""Secrets to which no step refers."""

from collections.abc import Iterator

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow
from calibrant.rules.declared import unused
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    names = {item.name: item.span for item in reversed(workflow.secrets)}
    yield from unused("unused-secret", "secrets", workflow, known, names)


RULE = Rule(("unused-secret",), workflow=_check)
