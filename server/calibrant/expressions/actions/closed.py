"""Fields of contexts that have one of a few documented values."""

from collections.abc import Mapping
from typing import Final

_RESULTS: Final = ("success", "failure", "cancelled", "skipped")

CLOSED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("steps", "*", "outcome"): _RESULTS,
    ("steps", "*", "conclusion"): _RESULTS,
    ("needs", "*", "result"): _RESULTS,
    ("jobs", "*", "result"): _RESULTS,
    ("job", "status"): ("success", "failure", "cancelled"),
    ("github", "ref_type"): ("branch", "tag"),
    ("runner", "os"): ("Linux", "Windows", "macOS"),
    ("runner", "arch"): ("X86", "X64", "ARM", "ARM64"),
    ("runner", "environment"): ("github-hosted", "self-hosted"),
}
"""Their values by their paths, in which "*" stands for any name. Source: “Contexts reference” in GitHub's documentation."""


def values_at(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values that a field may have, none where they are not documented or many."""
    lower = tuple(part.lower() for part in path)
    for pattern, values in CLOSED.items():
        if len(pattern) == len(lower) and all(
            wanted in ("*", part) for wanted, part in zip(pattern, lower, strict=True)
        ):
            return values
    return ()
