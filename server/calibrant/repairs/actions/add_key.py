"""A key that must be there and is not, where it is plain what it says."""

from collections import Counter
from collections.abc import Iterator

from calibrant.model.change import AddKey
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, path_of, shared
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    path, key = path_of(workflow, issue.finding), issue.finding.subject
    if path[-1:] != (key,) or node_at(workflow, path) is not None or shared(workflow, path[:-1]):
        return
    made: str | None = None
    if key == "shell":
        others = _values(workflow, [(*workflow.path_of(step), "shell") for step in workflow.steps])
        made = others[0] if others else "bash"
        level = safety(issue, workflow, specs, max(len(others), 1))
    elif key == "runs-on" and len(path) == 3:
        others = _values(workflow, [(*job.path, "runs-on") for job in workflow.jobs])
        made, level = others[0] if others else "ubuntu-latest", "review"
    else:
        made, level = next(iter(issue.finding.candidates), None), "review"
    if made is not None:
        yield Proposal(f"Add {quoted(f'{key}: {made}')}", (AddKey(path[:-1], key, made),), level)


def _values(workflow: Workflow, paths: list[Path]) -> list[str]:
    """Return the texts that stand at paths, the most frequent first."""
    nodes = (node_at(workflow, path) for path in paths)
    texts = (node.value for node in nodes if isinstance(node, Scalar) and node.template is None)
    return [text for text, _ in Counter(text for text in texts if isinstance(text, str)).most_common()]


REPAIR = Repair("add-key", frozenset({"missing-key"}), 0.6, _propose)
