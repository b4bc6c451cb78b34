"""Passwords, tokens and keys that stand in a workflow as they are."""

import re
from collections.abc import Iterator
from typing import Final

from calibrant.model.expression import Path
from calibrant.model.issue import Finding
from calibrant.model.nodes import Map, Node
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.credential_formats import FORMATS
from calibrant.rules.credential_in_text import credentials, credentials_around
from calibrant.rules.credential_search import Found
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_HINT: Final = (
    "Replace it at its provider: what was once written down counts as known. Save the new one as a secret of the repository,"
    " and write ‘${{{{ secrets.{} }}}}’ here."
)
_OF_PROVIDERS: Final = frozenset(one.what for one in FORMATS)
_LOCAL = re.compile(r"@(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|[\w-]+)(?=[:/?\s\"']|\Z)")


def _judge(found: Found, text: str, path: Path) -> Found | None:
    """Leave out the password of a server that the job itself starts, for the time of its tests.

    GitHub allows no secret whose name begins like its own ones.
    """
    if found.what not in _OF_PROVIDERS and ("services" in path or _LOCAL.match(text, found.span.end)):
        return None
    return found._replace(secret=found.secret.replace("GITHUB_", "GH_", 1))


def _step(body: StepBody, _known: Known) -> Iterator[Finding]:
    yield from credentials(body.text, body.node, _HINT, judge=_judge)


def _job(body: JobBody, _known: Known) -> Iterator[Finding]:
    yield from credentials_around(body.text, body.node, _inner(body.node, "steps"), _HINT, _judge)


def _workflow(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    yield from credentials_around(workflow.text, workflow.root, _inner(workflow.root, "jobs", "runs"), _HINT, _judge)


def _inner(node: Node, *names: str) -> Span | None:
    held = (node.get(name) for name in names) if isinstance(node, Map) else ()
    return next((value.span for value in held if value is not None), None)


RULE = Rule(("credential-in-text",), step=_step, job=_job, workflow=_workflow)
