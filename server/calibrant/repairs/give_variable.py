"""An environment variable that a command wants and does not have: handed over from a secret, the environment, or an input."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.declaring import declare_input, declare_secret
from calibrant.repairs.names import fresh
from calibrant.repairs.sites import node_at, shared, step_at
from calibrant.repairs.wording import is_name, quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    name = issue.finding.evidence.get("variable", "")
    step = step_at(workflow, issue.finding)
    if step is None or step.body.script is None or not is_name(name) or not name.isascii():
        return
    path: Path = ("steps", step.index, *(("env",) if step.body.short else ("with", "env")))
    given = node_at(workflow, path)
    if shared(workflow, path) or not (given is None or isinstance(given, Map)):
        return
    if isinstance(given, Map) and given.entry(name) is not None:
        return
    if issue.code == "missing-secret":
        yield from _by_secret(workflow, path, name)
        return
    yield Proposal(f"Pass {quoted(name)} on from the environment", (AddKey(path, name, f"{{{{ env.{name} }}}}"),))
    yield from _by_input(workflow, path, name)


def _by_secret(workflow: Workflow, path: Path, name: str) -> Iterator[Proposal]:
    declared = any(secret.name == name for secret in workflow.secrets)
    declaration = None if declared else declare_secret(workflow, name)
    if declared or declaration is not None:
        made: tuple[Change, ...] = () if declaration is None else (declaration,)
        yield Proposal(
            f"Take it from the secret {quoted(name)}", (*made, AddKey(path, name, f"{{{{ secrets.{name} }}}}"))
        )


def _by_input(workflow: Workflow, path: Path, name: str) -> Iterator[Proposal]:
    called = fresh(name.lower(), {item.name for item in workflow.inputs})
    made = declare_input(workflow, called, {"type": "string", "sample": "example"})
    if made is not None:
        title = f"Make it the input {quoted(called)}"
        yield Proposal(title, (made, AddKey(path, name, f"{{{{ inputs.{called} }}}}")), rank=1)


REPAIR = Repair("give-variable", frozenset({"missing-variable", "unset-variable", "missing-secret"}), 0.5, _propose)
