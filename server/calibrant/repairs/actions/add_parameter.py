"""An input or a secret that what is called needs: handed on where the workflow has one of that name, or the run's own token."""

from collections.abc import Iterator

from calibrant.model.change import AddKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import node_at, path_of, shared
from calibrant.repairs.wording import quoted

_TOKENS = frozenset({"token", "github-token", "github_token", "repo-token", "repo_token"})


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    path, name = path_of(workflow, issue.finding), issue.finding.subject
    around = node_at(workflow, path[:-1])
    there = path[-1:] != (name,) or path[-2:-1] not in (("with",), ("secrets",)) or node_at(workflow, path) is not None
    if there or not (around is None or isinstance(around, Map)) or shared(workflow, path[:-1]):
        return
    value = _secret(name) if issue.code == "missing-secret" else _input(workflow, name)
    if value:
        # whether that is what is wanted there is for a person to say
        yield Proposal(f"Add {quoted(f'{name}: {value}')}", (AddKey(path[:-1], name, value),))


def _secret(name: str) -> str:
    return f"${{{{ secrets.{name} }}}}"


def _input(workflow: Workflow, name: str) -> str:
    declared = next((one.name for one in workflow.inputs if one.name.lower() == name.lower()), None)
    if declared is not None:
        return f"${{{{ inputs.{declared} }}}}"
    return "${{ github.token }}" if name.lower() in _TOKENS else ""


REPAIR = Repair("add-parameter", frozenset({"missing-parameter", "missing-secret"}), 0.5, _propose)
