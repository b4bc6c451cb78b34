"""A failure that an environment variable is known to prevent: that variable, with the value that does."""

from collections.abc import Iterator, Mapping

import msgspec

from calibrant.model.change import AddKey
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import node_at, shared, step_at


class Known(msgspec.Struct, frozen=True):
    """A variable that prevents a failure, for which tool, and in words what it does."""

    tool: str
    name: str
    value: str
    words: str


_KNOWN: Mapping[str, tuple[Known, ...]] = {
    "wrong-encoding": (Known("python", "PYTHONUTF8", "1", "Have Python read and write text as UTF-8"),),
    "out-of-memory": (Known("node", "NODE_OPTIONS", "--max-old-space-size=4096", "Let Node use up to 4 GB of memory"),),
}


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    if step is None or step.body.script is None or not workflow.language.runs:
        return
    path: Path = ("steps", step.index, *(("env",) if step.body.short else ("with", "env")))
    given = node_at(workflow, path)
    if shared(workflow, path) or not (given is None or isinstance(given, Map)):
        return
    for known in _KNOWN.get(issue.code, ()):
        fits = issue.finding.evidence.get("tool") == known.tool
        if fits and not (isinstance(given, Map) and given.entry(known.name)):
            yield Proposal(f"{known.words}: {known.name}={known.value}", (AddKey(path, known.name, known.value),))


REPAIR = Repair("set-variable", frozenset(_KNOWN), 0.6, _propose)
