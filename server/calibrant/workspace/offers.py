"""Issues with the fixes on offer for them."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from calibrant import failures
from calibrant.model.connector import Specs
from calibrant.model.fix import Fix
from calibrant.model.issue import Finding
from calibrant.model.session import Groups
from calibrant.model.workflow import Workflow


class Offered(msgspec.Struct, frozen=True):
    """Grouped issues that name their fixes, and the fixes themselves by issue id, the best first."""

    groups: Groups
    fixes: Mapping[str, tuple[Fix, ...]] = {}


_NO_TRUST: Mapping[str, float] = {}


def offered(
    name: str,
    findings: Iterable[Finding],
    workflow: Workflow,
    specs: Specs,
    confidential: Sequence[str] = (),
    trust: Mapping[str, float] = _NO_TRUST,
) -> Offered:
    """Return the findings of one file as issues with their fixes; `workflow` is the one that the findings are about.

    `confidential` are texts that must not be shown; `trust` is the measured confidence of strategies.
    """
    groups = failures.group(name, findings)
    if not (groups.critical or groups.warnings):
        return Offered(groups)
    # where nothing is wrong the strategies are not even loaded
    from calibrant.repairs import propose

    fixes = propose(groups.all, workflow, specs, confidential, trust)
    return Offered(failures.offer(groups, fixes), fixes)
