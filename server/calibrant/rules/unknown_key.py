"""Keys that mean nothing where they stand."""

from collections.abc import Iterable, Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.places import Keyed, own, step_maps, workflow_maps
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed

ELSEWHERE = {
    "working-directory": "cwd",
    "workingdirectory": "cwd",
    "workdir": "cwd",
    "dir": "cwd",
    "depends_on": "needs",
    "depends-on": "needs",
    "dependson": "needs",
    "requires": "needs",
    "after": "needs",
    "environment": "env",
    "when": "if",
    "condition": "if",
    "foreach": "for_each",
    "loop": "for_each",
    "with_items": "for_each",
    "command": "run",
    "script": "run",
    "action": "uses",
    "connector": "uses",
    "type": "uses",
    "params": "with",
    "parameters": "with",
    "args": "with",
    "arguments": "with",
    "timeout-minutes": "timeout",
    "timeout_seconds": "timeout",
    "retries": "retry",
    "jobs": "steps",
    "tasks": "steps",
    "variables": "inputs",
    "vars": "inputs",
    "max_attempts": "attempts",
    "count": "attempts",
    "interval": "delay",
    "backoff": "delay",
    "choices": "enum",
    "options": "enum",
    "example": "sample",
}
"""What other workflow languages call our keys."""


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    for keyed in step_maps(body, known):
        yield from _unknown(keyed)


def _check_workflow(workflow: Workflow, known: Known) -> Iterator[Finding]:
    for keyed in workflow_maps(workflow, known):
        yield from _unknown(keyed)


def _unknown(keyed: Keyed) -> Iterable[Finding]:
    names = [key.name for key in keyed.keys]
    for entry in keyed.node.entries:
        name = entry.name
        if own(entry) or name in names:
            continue
        hint, near = did_you_mean(name, names)
        meant = ELSEWHERE.get(name.lower())
        if meant in names:
            hint, near = f"Here it is called ‘{meant}’.", (meant, *(other for other in near if other != meant))
        yield Finding(
            code="unknown-key",
            kind=Kind.DEFINITION,
            span=entry.key.span,
            message=f"‘{name}’ is not a key of {keyed.label}. It may have: {listed(names)}.",
            hint=hint or "Remove it, or begin it with ‘x-’ to keep it as your own.",
            where=(*keyed.path, name),
            subject=name,
            candidates=near,
        )


RULE = Rule(("unknown-key",), step=_check_step, workflow=_check_workflow)
