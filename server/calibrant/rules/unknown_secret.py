"""References to secrets that the workflow does not declare."""

from collections.abc import Iterator

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow
from calibrant.rules.declared import not_declared, undeclared
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    names = [secret.name for secret in workflow.secrets]
    for found in undeclared(workflow, "secrets", names):
        add = f"Declare it at the top of the file: ‘secrets: [{found[2]}]’."
        yield not_declared("unknown-secret", "secret", names, found, add)


RULE = Rule(("unknown-secret",), workflow=_check)
