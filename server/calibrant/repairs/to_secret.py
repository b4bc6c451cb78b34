"""A credential in plain text: a secret in its place. No title or change says the credential."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.declaring import declare_secret
from calibrant.repairs.literals import replaced
from calibrant.repairs.sites import in_value, path_of, scalar_at, step_at
from calibrant.repairs.wording import is_name, quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    step, path, name = step_at(workflow, finding), path_of(workflow, finding), finding.evidence.get("secret", "")
    scalar = scalar_at(workflow, path)
    if step is None or scalar is None or not isinstance(scalar.value, str) or not is_name(name):
        return
    part = in_value(step, scalar, finding.span)
    if part is None:
        return
    changes = replaced(workflow, specs, path, scalar.value[part[0] : part[1]], f"{{{{ secrets.{name} }}}}")
    declared = any(secret.name == name for secret in workflow.secrets)
    declaration = None if declared else declare_secret(workflow, name)
    if changes and (declared or declaration is not None):
        made = tuple(changes) if declaration is None else (declaration, *changes)
        yield Proposal(f"Take it from the secret {quoted(name)}", made)


REPAIR = Repair("to-secret", frozenset({"credential-in-text"}), 0.8, _propose)
