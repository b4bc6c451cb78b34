"""How a connector says no: a `StepError` that names the parameter, the rejected value and the valid ones."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind

_SHOWN = 8
_VALUE_LIMIT = 200


def refuse(
    code: str,
    parameter: str,
    message: str,
    *,
    kind: Kind = Kind.PARAMETER,
    value: str = "",
    candidates: Sequence[str] = (),
    hint: str = "",
    details: str = "",
    evidence: Mapping[str, str] | None = None,
) -> StepError:
    """Return the error of a parameter that cannot be used as it is; `candidates` are valid values, closest first."""
    return StepError(
        Failure(
            code,
            message,
            kind,
            hint=hint,
            details=details,
            parameter=(parameter,) if parameter else (),
            value=value[:_VALUE_LIMIT],
            candidates=tuple(candidates),
            subject=value[:_VALUE_LIMIT] or parameter,
            evidence=dict(evidence or {}),
        )
    )


def closest_first(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names ordered by likeness to `name`, upper and lower case being alike; equals keep their order."""
    matcher = SequenceMatcher(b=name.casefold(), autojunk=False)

    def unlike(other: str) -> float:
        matcher.set_seq1(other.casefold())
        return -matcher.ratio()

    return tuple(sorted(dict.fromkeys(names), key=unlike))


def is_close(name: str, other: str) -> bool:
    """Tell whether one name may be a slip of the pen for the other."""
    return SequenceMatcher(None, name.casefold(), other.casefold(), autojunk=False).ratio() >= 0.6


def listing(names: Sequence[str]) -> str:
    """Return names as a short list in words: "a, b, c" or "a, b … and 12 more"."""
    if len(names) <= _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
