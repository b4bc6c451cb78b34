"""How a connector says no: a `StepError` with the parameter, the rejected value and the valid ones."""

from collections.abc import Mapping, Sequence

from calibrant.model.closest import closest
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind

HINTS: dict[str, str] = {
    "file-not-found": "Check the path: it starts at the workflow file's folder.",
    "missing-folder": "Check the path: it starts at the workflow file's folder.",
    "not-a-file": "Name a file.",
    "database-locked": "Close what else uses it, or try again.",
    "disk-full": "Free some space, then run again.",
    "unreadable-file": "Check that you may read and write it.",
    "wrong-encoding": "Save the file as UTF-8, or read it as ‘bytes’.",
    "bad-content": "Correct the file, or read it as ‘text’.",
    "empty-file": "Check that what writes the file has done so.",
    "unsupported-file": "Name a file of a kind that can be read.",
    "too-large": "Ask for less at a time.",
    "no-room": "Move what stands below, or name another range.",
    "unknown-range": "Use one of the names that are there.",
    "unknown-column": "Use one of the columns that are there.",
    "unknown-function": "Use one of the functions that are there.",
    "unknown-table": "Use one of the tables that are there.",
    "bad-query": "Correct the query.",
    "read-only-query": "Write one SELECT statement.",
    "query-timeout": "Ask for less, or give the step a longer ‘timeout’.",
    "unsupported-database": "Name an SQLite file: sqlite:///file.db.",
    "bad-url": "Write the whole URL, such as https://example.com/path.",
    "missing-field": "Use a field that all the rows have.",
    "shape-mismatch": "Give it a value that fits, or change the step that the value comes from.",
    "invalid-value": "Give it a value that it takes.",
}
"""What helps with an error where nothing closer is known, by issue code."""
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
            hint=hint or _hint(code, value, candidates),
            details=details,
            parameter=(parameter,) if parameter else (),
            value=value[:_VALUE_LIMIT],
            candidates=tuple(candidates),
            subject=value[:_VALUE_LIMIT] or parameter,
            evidence=dict(evidence or {}),
        )
    )


def _hint(code: str, value: str, candidates: Sequence[str]) -> str:
    """Return the next step: the one name that was most likely meant, else what helps with such errors as a rule."""
    if candidates and value and candidates[0] in closest(value, candidates[:1]):
        return f"Did you mean ‘{candidates[0]}’?"
    return HINTS.get(code, "")


def listing(names: Sequence[str]) -> str:
    """Return names as a short list in words: "a, b, c" or "a, b … and 12 more"."""
    if len(names) <= _SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
