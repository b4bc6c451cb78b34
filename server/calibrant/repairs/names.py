"""Which of several names a fix offers, and in which order."""

from collections.abc import Collection, Sequence

from calibrant.model.closest import closest

MOST = 6
"""Names or values that are offered for one that is not there."""


def offered(wanted: str, candidates: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the names to offer, the closest first, and among how many of them a choice is made.

    Names that may have been meant by their letters come alone where there are such; else all are a choice.
    """
    names = tuple(dict.fromkeys(name for name in candidates if name != wanted))
    near = closest(wanted, names)
    first = (*near, *(name for name in names if name not in near))[:MOST]
    return first, len(near) or len(names)


def fresh(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where it is taken."""
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
