"""A credential in plain text: a secret of the repository in its place. No title or change says the credential."""

from collections.abc import Iterator

from calibrant.github.languages import WORKFLOW
from calibrant.github.script_shell import script_language
from calibrant.model.change import Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.by_env import replaced, variable
from calibrant.repairs.actions.parts import part_at
from calibrant.repairs.sites import step_at
from calibrant.repairs.wording import is_name, quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    name, part, step = issue.finding.evidence.get("secret", ""), part_at(workflow, issue.finding), None
    if part is None or not is_name(name) or workflow.language.name != WORKFLOW:
        return  # a composite action has no secrets
    step = step_at(workflow, issue.finding)
    value = f"${{{{ secrets.{name} }}}}"
    changes: list[Change] = []
    if step is not None and part.path == (*workflow.path_of(step), "run"):
        env = variable(workflow, workflow.path_of(step), name, value)
        language = script_language(workflow, step)
        edits = replaced(language, part.path, part.scalar, [(part.start, part.end)], env[0]) if env else []
        changes = [*env[1], *edits] if env and edits else []
    elif {"with", "env", "credentials", "secrets"} & set(part.path):
        changes = [SetValue(part.path, value) if part.text == part.value else part.to(value)]
    if changes:
        yield Proposal(f"Take it from the secret {quoted(name)}", tuple(changes))


REPAIR = Repair("to-secret", frozenset({"credential-in-text"}), 0.8, _propose)
