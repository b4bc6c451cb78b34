"""A field of a list, whose elements have it: that of the first element, or those of all."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import StepBody, Workflow
from calibrant.repairs.paths import cut
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import source_at
from calibrant.repairs.wording import literal, quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    source = source_at(workflow, finding)
    part = cut(source, finding) if source else None
    if source is None or part is None or finding.evidence.get("found") != "array" or "each" not in finding.evidence:
        return
    name = part.reference.path[part.at]
    if not isinstance(name, str):
        return
    first = source.to(f"{part.before}{part.container}[0]{part.rest}")
    title = f"Take {quoted(name)} of the first element"
    wants_list = _wants_list(source.step.body, source.path[2:], specs)
    level = safety(issue, workflow, specs, 2)
    yield Proposal(title, (first,), "review" if wants_list else level, 1 if wants_list else 0)
    if part.whole and not part.after:
        every = source.to(f"{part.container} | map(attribute={literal(name, source.quote)}) | list")
        title = f"Take {quoted(name)} of every element, as a list"
        yield Proposal(title, (every,), level if wants_list else "review", 0 if wants_list else 1)


def _wants_list(body: StepBody, where: Path, specs: Specs) -> bool:
    spec = specs.get(body.action or "")
    given = next((one for one in body.parameters if one.path == where), None)
    declared = spec.parameter(given.name) if spec and given else None
    return where == ("for_each",) or (declared is not None and declared.type == "array")


REPAIR = Repair("each-element", frozenset({"shape-mismatch"}), 0.6, _propose)
