"""Step ids that no reference could name."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from calibrant.model.issue import Finding, Kind
from calibrant.model.language import Language
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import quoted

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_]+")

_ALSO_RESERVED = frozenset({"self"})
"""Names that the expression language keeps for itself without being words of it."""


class Fault(NamedTuple):
    """Why a text can be no id: the issue's code, what is wrong in words, what to do, and a name in its place ("" for none)."""

    code: str
    message: str
    hint: str
    better: str


def fault(step_id: str, language: Language) -> Fault | None:
    """Return why a text can be no step's id, None where it can."""
    if _VALID.fullmatch(step_id) is None:
        better = _suggestion(step_id)
        message = f"{quoted(step_id)} cannot be an id: it must be letters, digits and ‘_’, and not begin with a digit."
        return Fault("invalid-id", message, f"Write ‘{better}’." if better else "", better)
    if step_id in language.reserved_ids | _ALSO_RESERVED:
        better = f"{step_id}_step"
        message = f"‘{step_id}’ cannot be an id: in expressions it means something else."
        return Fault("reserved-id", message, f"Write another name, such as ‘{better}’.", better)
    return None


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    if body.id is None or body.id_node is None:
        return
    wrong = fault(body.id, known.language)
    if wrong is not None:
        candidates = (wrong.better,) if wrong.better else ()
        yield _finding(wrong.code, body, wrong.message, wrong.hint, candidates)


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
