"""Step ids that no reference could name."""

import re
from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import quoted

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_]+")

_ALSO_RESERVED = frozenset({"self"})
"""Names that the expression language keeps for itself without being words of it."""


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    if body.id is None or body.id_node is None:
        return
    if _VALID.fullmatch(body.id) is None:
        better = _suggestion(body.id)
        message = f"{quoted(body.id)} cannot be an id: it must be letters, digits and ‘_’, and not begin with a digit."
        yield _finding("invalid-id", body, message, f"Write ‘{better}’." if better else "", (better,) if better else ())
    elif body.id in known.language.reserved_ids | _ALSO_RESERVED:
        better = f"{body.id}_step"
        message = f"‘{body.id}’ cannot be an id: in expressions it means something else."
        yield _finding("reserved-id", body, message, f"Write another name, such as ‘{better}’.", (better,))


def _suggestion(written: str) -> str:
    better = _NOT_ALLOWED.sub("_", written).strip("_")
    return f"_{better}" if better[:1].isdigit() else better


def _finding(code: str, body: StepBody, message: str, hint: str, candidates: tuple[str, ...]) -> Finding:
    assert body.id_node is not None
    return Finding(
        code,
        Kind.DEFINITION,
        body.id_node.span,
        message,
        hint=hint,
        where=("id",),
        subject=body.id or "",
        candidates=candidates,
    )


RULE = Rule(("invalid-id", "reserved-id"), step=_check)
