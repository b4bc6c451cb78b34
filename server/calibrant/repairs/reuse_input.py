"""A literal that is the default of an input already: a reference to that input."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.extract_input import reused
from calibrant.repairs.literals import places, replaced
from calibrant.repairs.wording import is_name, literal, quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    name = reused(issue, workflow)
    if name is None:
        return
    value = issue.finding.evidence["value"]
    reference = f"inputs.{name}" if is_name(name) else f"inputs[{literal(name)}]"
    changed = {
        path: replaced(workflow, specs, path, value, f"{{{{ {reference} }}}}")
        for path in places(workflow, issue.finding)
    }
    here, *others = changed
    everywhere = [path for path in changed if changed[path]]
    for rank, paths in enumerate([everywhere, [here]] if len(everywhere) > 1 else [everywhere]):
        changes = [made for path in paths for made in changed[path]]
        if changes:
            where = f" in {len(paths)} places" if len(paths) > 1 else (" here" if others else "")
            yield Proposal(f"Use the input {quoted(name)} for {quoted(value)}{where}", tuple(changes), "review", rank)


REPAIR = Repair("reuse-input", frozenset({"hardcoded-value"}), 0.8, _propose)
