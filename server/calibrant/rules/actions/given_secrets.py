"""Secrets that are handed to a called workflow: those that it does not have, and those that it needs."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map
from calibrant.model.workflow import JobBody
from calibrant.rules.actions.walking import dynamic
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed


def _check(body: JobBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    given = body.node.get("secrets") if isinstance(body.node, Map) else None
    if spec is None or spec.open or body.action_node is None or not (given is None or isinstance(given, Map | Hole)):
        return
    if isinstance(given, Hole) and not given.missing:
        return
    entries = given.entries if isinstance(given, Map) else ()
    names = [secret.name for secret in spec.secrets]
    known_names = {name.lower() for name in names}
    for entry in entries:
        if not dynamic(entry.key) and entry.name.lower() not in known_names and entry.name.lower() != "github_token":
            hint, near = did_you_mean(entry.name, names)
            takes = f"It takes: {listed(names)}." if names else "It takes none by name."
            yield Finding(
                code="unknown-secret",
                kind=Kind.DEFINITION,
                span=entry.key.span,
                message=f"‘{spec.name}’ has no secret called ‘{entry.name}’. {takes}",
                hint=hint or "Remove it, or declare it there below ‘on.workflow_call.secrets’.",
                where=("secrets", entry.name),
                subject=entry.name,
                candidates=near,
            )
    if any(dynamic(entry.key) for entry in entries):
        return
    folded = {entry.name.lower() for entry in entries}
    for secret in spec.secrets:
        if secret.required and secret.name.lower() not in folded:
            yield Finding(
                code="missing-secret",
                kind=Kind.DEFINITION,
                span=body.action_node.span,
                message=f"‘{spec.name}’ needs the secret ‘{secret.name}’.",
                hint=f"Add ‘{secret.name}: …’ under ‘secrets’, or hand over all with ‘secrets: inherit’.",
                where=("secrets", secret.name),
                subject=secret.name,
            )


RULE = Rule(("unknown-secret", "missing-secret"), job=_check)
