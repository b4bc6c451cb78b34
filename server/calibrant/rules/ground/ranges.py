"""Whether a version can be one that a project asks for; each ecosystem writes that in its own way."""

import re
from typing import Final

_NUMBERS = re.compile(r"v?(\d{1,6})(?:\.(\d{1,6}|[xX*]))?(?:\.(\d{1,6}|[xX*]))?")
_HYPHEN = re.compile(r"(\S{1,30})[ \t]{1,9}-[ \t]{1,9}(\S{1,30})")
_COMPARATOR = re.compile(r"(>=|<=|>|<|=|\^|~>|~)?[ \t]{0,9}(v?[\dxX*][\w.*+-]{0,30})")
_LONGEST: Final = 300
_ANY: Final = 1 << 30

_Version = tuple[int, int, int]
_Interval = tuple[_Version, _Version]
"""From the first version up to the second one, which is not part of it."""

_LOWEST: Final[_Version] = (0, 0, 0)
_HIGHEST: Final[_Version] = (_ANY, 0, 0)
_PYTHON: Final = re.compile(r"(?:pypy-?)?(\d)\.(\d{1,2})(?:\.(\d{1,3}))?(?:-v.{1,30})?")
_MICROS: Final = 60


def outside_python(version: str, asked: str) -> bool:
    """Tell whether no Python of a version ("3.8", "3.8.10") fits a specifier (PEP 440, or `^` as Poetry writes it)."""
    found = _PYTHON.fullmatch(version)
    if found is None or not asked or len(asked) > _LONGEST:
        return False
    if "^" in asked or "||" in asked or re.search(r"~(?!=)", asked):
        return outside_node(f"{found[1]}.{found[2]}" + (f".{found[3]}" if found[3] else ""), asked)
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # here: few files ask for it

    try:
        specifiers = SpecifierSet(asked)
    except InvalidSpecifier:
        return False
    micros = (found[3],) if found[3] else range(_MICROS)
    return not any(specifiers.contains(f"{found[1]}.{found[2]}.{micro}", prereleases=True) for micro in micros)


def outside_node(version: str, asked: str) -> bool:
    """Tell whether no version that a text may mean ("18", "18.x", "18.12.1") is in a range as npm understands it.

    False where one of them cannot be read. A prerelease is not judged.
    """
    given = _partial(version)
    if given is None or len(asked) > _LONGEST:
        return False
    intervals = [_set(one.strip()) for one in asked.replace(",", " ").split("||")]
    if any(one is None for one in intervals):
        return False
    return not any(one is not None and max(one[0], given[0]) < min(one[1], given[1]) for one in intervals)


def _partial(text: str) -> _Interval | None:
    """Return what a version means that may lack its end: "18" is all of 18."""
    found = _NUMBERS.fullmatch(text)
    if text in ("*", "x", "X", ""):
        return _LOWEST, _HIGHEST
    if found is None:
        return None
    major = int(found[1])
    if found[2] is None or not found[2].isdigit():
        return (major, 0, 0), (major + 1, 0, 0)
    minor = int(found[2])
    if found[3] is None or not found[3].isdigit():
        return (major, minor, 0), (major, minor + 1, 0)
    return (major, minor, int(found[3])), (major, minor, int(found[3]) + 1)


def _set(text: str) -> _Interval | None:
    """Return the versions that fit all comparators of a set."""
    hyphen = _HYPHEN.fullmatch(text)
    if hyphen:
        low, high = _partial(hyphen[1]), _partial(hyphen[2])
        return (low[0], high[1]) if low and high else None
    at, (start, end) = 0, (_LOWEST, _HIGHEST)
    while at < len(text):
        found = _COMPARATOR.match(text, at)
        one = _comparator(found[1] or "", found[2]) if found else None
        if found is None or one is None:
            return None
        start, end = max(start, one[0]), min(end, one[1])
        at = found.end()
        while at < len(text) and text[at] in " \t":
            at += 1
    return start, end


def _comparator(sign: str, text: str) -> _Interval | None:
    given = _partial(text)
    if given is None:
        return None
    low, high = given
    match sign:
        case ">=":
            return low, _HIGHEST
        case ">":
            return high, _HIGHEST
        case "<":
            return _LOWEST, low
        case "<=":
            return _LOWEST, high
        case "^":
            return low, _caret(low, high)
        case "~" | "~>":
            return low, max(high, (low[0], low[1] + 1, 0))
    return low, high


def _caret(low: _Version, high: _Version) -> _Version:
    """Return where the versions end that change no more than the first number that is not zero."""
    if low[0] or high[0] > low[0]:
        return (low[0] + 1, 0, 0)
    if low[1] or high[1] > low[1]:
        return max(high, (0, low[1] + 1, 0))
    return high


def below(version: str, least: str) -> bool:
    """Tell whether all versions that a text may mean lie below another one: that of a `go` line, of a `rust-version`."""
    given, wanted = _partial(version), _partial(least)
    return given is not None and wanted is not None and given[1] <= wanted[0]


def lowest(asked: str) -> str:
    """Return the lowest version that a range names, as it is written: what would fit; empty where there is none."""
    found = re.search(r"(?:>=|\^|~=?|==?|)[ \t]*v?(\d{1,4}(?:\.\d{1,4}){0,2})", asked)
    return found[1] if found else ""
