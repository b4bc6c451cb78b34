"""A toolchain in plain words: for hovers, and for lists that editors show."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from calibrant.model.toolchain import HERE, Ecosystem, Evidence, Toolchain
from calibrant.model.words import shortened

NAMES: Final[Mapping[Ecosystem, str]] = MappingProxyType(
    {
        "python": "Python",
        "node": "Node",
        "go": "Go",
        "rust": "Rust",
        "java": "Java",
        "dotnet": ".NET",
        "ruby": "Ruby",
    }
)
_SELF_EVIDENT: Final = frozenset({("go", "go"), ("rust", "cargo"), ("dotnet", "dotnet")})
"""Managers that come with their language: everybody knows them."""
_EVIDENCE: Final = 5
_LONGEST: Final = 200


class Words(msgspec.Struct, frozen=True):
    """What to say of a toolchain: what it is, which versions and where its packages are, and then one line for each fact."""

    title: str
    detail: str
    lines: tuple[str, ...] = ()


def words_of(one: Toolchain) -> Words:
    """Return what to say of a toolchain: “Node with pnpm (packages/web)”, “node >=20 asked for, 20.11.1 found here; …”."""
    return Words(title_of(one), detail_of(one), tuple(_lines(one)))


def title_of(one: Toolchain) -> str:
    """Return what a toolchain is, and where, unless it is the surveyed folder itself: “Node with pnpm (packages/web)”."""
    manager = "" if (one.ecosystem, one.manager) in _SELF_EVIDENT or not one.manager else f" with {one.manager}"
    return shortened(f"{NAMES[one.ecosystem]}{manager}{'' if one.root == HERE else f' ({one.root})'}", _LONGEST)


def detail_of(one: Toolchain) -> str:
    """Return which version is asked for and found, and where packages are installed; empty where nothing of it is known."""
    versions, language = one.versions, "JDK" if one.ecosystem == "java" else one.ecosystem
    found = f"{versions.found} found here" if versions.found else ""
    asked = f"{versions.asked} asked for" if versions.asked else ""
    told = ", ".join(part for part in (asked, found or ("none found here" if asked else "")) if part)
    installed = f"installed in {one.environment}" if one.environment else ""
    return shortened("; ".join(part for part in (f"{language} {told}" if told else "", installed) if part), _LONGEST)


def _lines(one: Toolchain) -> Iterator[str]:
    """Yield what contradicts it, then what speaks for it, the weightiest first."""
    for conflict in one.conflicts:
        yield shortened(f"But: {conflict}", _LONGEST)
    if one.outdated:
        yield shortened(f"Out of date: {one.outdated}", _LONGEST)
    weighty = sorted(one.evidence, key=lambda each: -abs(each.weight))[:_EVIDENCE]
    yield from (shortened(_said(each), _LONGEST) for each in weighty)


def _said(evidence: Evidence) -> str:
    return f"{evidence.path}: {evidence.says}" + (" (against it)" if evidence.weight < 0 else "")
