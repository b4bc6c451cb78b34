"""References to inputs that the workflow does not declare."""

from collections.abc import Iterator

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow
from calibrant.rules.declared import not_declared, undeclared
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    names = [item.name for item in workflow.inputs]
    for found in undeclared(workflow, "inputs", names):
        add = f"Declare it at the top of the file: ‘inputs: {{{found[2]}: {{type: string}}}}’."
        yield not_declared("unknown-input", "input", names, found, add)


RULE = Rule(("unknown-input",), workflow=_check)
