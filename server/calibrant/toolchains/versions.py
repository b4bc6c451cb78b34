"""Version numbers in texts and names, and whether a version that is asked for leaves one out that was found."""

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\d{1,5}(?:\.\d{1,5}){0,3}")
_CLAUSE = re.compile(r"(===|==|!=|~=|>=|<=|>|<|\^|~|=)?[ \t]{0,5}v?(\d{1,5}(?:\.\d{1,5}){0,3})(\.\*|\.x)?")


def number_in(text: str, dots: int = 0) -> str:
    """Return the first version number in a text that has at least so many dots; empty where there is none."""
    return next((found[0] for found in _NUMBER.finditer(text[:10_000]) if found[0].count(".") >= dots), "")


def as_numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers to compare by; empty where it is none."""
    return tuple(int(part) for part in number_in(version).split(".") if part)


def newest(versions: Iterable[str]) -> str:
    """Return the newest of some versions; empty where there is none."""
    return max(versions, key=as_numbers, default="")


def excludes(asked: str, found: str) -> bool:
    """Tell whether a version is surely left out by clauses such as ">=3.11,<4" or "^3.9"; False where that cannot be told.

    The clauses are those of PEP 440 and, as Poetry writes them, `^` and `~`. Clauses of other forms leave nothing out.
    """
    version = as_numbers(found)
    alternatives = re.split(r"\|\|?", asked[:500])
    return bool(version) and all(_outside(one, version) for one in alternatives)


def _outside(clauses: str, version: tuple[int, ...]) -> bool:
    return any(_left_out(clause.strip(), version) for clause in re.split(r",|(?<=[\d*])[ \t]+(?=[<>=!~^])", clauses))


def _left_out(clause: str, version: tuple[int, ...]) -> bool:
    read = _CLAUSE.fullmatch(clause)
    if read is None:
        return False
    sign, wanted, any_below = read[1] or "==", as_numbers(read[2]), bool(read[3])
    # "3.11" found stands for any 3.11.x: it is compared as far as both are known.
    here, there = version[: len(wanted)], wanted[: len(version)]
    match sign:
        case ">=":
            return here < there
        case ">":
            return here < there or (here == there and len(version) >= len(wanted) > 2)
        case "<":
            return here >= wanted if len(version) >= len(wanted) else here > there
        case "<=":
            return here > there and len(version) >= len(wanted)
        case "!=":
            return here == wanted and (any_below or len(version) == len(wanted))
        case "~=" | "~":
            kept = max(1, len(wanted) - 1) if sign == "~=" else min(2, len(wanted))
            return here < there or version[:kept] != wanted[: min(kept, len(version))]
        case "^":
            kept = next((at + 1 for at, number in enumerate(wanted) if number), len(wanted))
            return here < there or version[:kept] != wanted[: min(kept, len(version))]
    return here != there if any_below or len(wanted) <= 2 or len(version) >= len(wanted) else False
