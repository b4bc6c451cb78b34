"""Repairs on offer: what would change, how safe that is, and how much it is trusted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Literal

import msgspec

from calibrant.model.change import Change
from calibrant.model.connector import Specs
from calibrant.model.issue import FixRef, Issue, Kind
from calibrant.model.workflow import Workflow

Safety = Literal["safe", "review"]

CHECKED = "checked again"
"""The outcome of a fix that holds in a workflow that is only checked."""


class Fix(msgspec.Struct, frozen=True):
    """One repair of one issue.

    `strategy` names the repair that made it; `title` says what it does ("Change ‘UrgentMail’ to ‘UrgentEmails’"). `safe`:
    applying it cannot change what a working step does, and it does not choose among several candidates for a step that
    writes; else `review`. `confidence` (0 to 1) starts from the strategy's prior. `verified` is None where it was not tried, or
    a trial could not tell; `outcome` says, in words for the user, what a trial that failed found, or why there is no telling.
    """

    id: str
    issue: str
    strategy: str
    title: str
    changes: tuple[Change, ...]
    safety: Safety = "review"
    confidence: float = 0.5
    verified: bool | None = None
    outcome: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """What a repair proposes, before it has an identity. `rank` orders the proposals of one repair, the best first."""

    title: str
    changes: tuple[Change, ...]
    safety: Safety = "review"
    rank: int = 0


class Repair(msgspec.Struct, frozen=True):
    """A repair strategy as registered: for which codes it has proposals, its documented prior, and how it proposes.

    `kinds`: it has proposals for all issues of these kinds too, whatever their code.
    """

    name: str
    codes: frozenset[str]
    prior: float
    propose: Callable[[Issue, Workflow, Specs], Iterable[Proposal]]
    kinds: frozenset[Kind] = frozenset()


def reference(fix: Fix) -> FixRef:
    """Return a fix as results show it."""
    tried = fix.verified is not None
    return FixRef(fix.id, fix.title, fix.safety, fix.confidence, fix.verified is True, tried, fix.outcome)


_RANKS: dict[bool | None, int] = {True: 0, None: 1, False: 2}


def order(fix: Fix) -> tuple[int, float]:
    """Return what sorts fixes: verified ones first, then those that no trial tells of, then failed ones; each by confidence."""
    return _RANKS[fix.verified], -fix.confidence


def as_tried(fix: Fix, tried: Mapping[str, Fix]) -> Fix:
    """Return a fix with what a trial said of it, where there was one; `tried` is by id."""
    found = tried.get(fix.id)
    return msgspec.structs.replace(fix, verified=found.verified, outcome=found.outcome) if found else fix


def preferred_of(fixes: Sequence[Fix]) -> Fix | None:
    """Return the fix to take where one is to be taken: the first verified one, else the first safe one that did not fail."""
    return next((fix for fix in fixes if fix.verified), None) or best_safe(fixes)


def sound(fix: Fix) -> bool:
    """Tell whether a fix may be applied without being looked at: it is safe, and did not fail its trial."""
    return fix.safety == "safe" and fix.verified is not False


def best_safe(fixes: Iterable[Fix]) -> Fix | None:
    """Return the first sound fix of those on offer for an issue, the best first."""
    return next(filter(sound, fixes), None)


def fix_id(issue: str, strategy: str, changes: tuple[Change, ...]) -> str:
    """Return the identity of a fix: 12 hex digits, the same as long as issue, strategy and changes are."""
    told = msgspec.msgpack.encode((issue, strategy, changes), order="deterministic")
    return blake2b(told, digest_size=6).hexdigest()
