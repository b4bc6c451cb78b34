"""Lists and objects where text is needed."""

from collections.abc import Iterator
from typing import Final

from calibrant.model.issue import Finding, Kind
from calibrant.model.shape import Shape
from calibrant.rules.actions.site import Site

_TEXTS: Final = (
    ("jobs", "*", "steps", "*", "run"),
    ("jobs", "*", "steps", "*", "name"),
    ("jobs", "*", "steps", "*", "working-directory"),
    ("jobs", "*", "steps", "*", "env", "*"),
    ("jobs", "*", "steps", "*", "with", "*"),
    ("runs", "steps", "*", "run"),
    ("runs", "steps", "*", "name"),
    ("runs", "steps", "*", "working-directory"),
    ("runs", "steps", "*", "env", "*"),
    ("runs", "steps", "*", "with", "*"),
    ("jobs", "*", "env", "*"),
    ("jobs", "*", "outputs", "*"),
    ("env", "*"),
)


def as_text(shape: Shape, site: Site) -> Iterator[Finding]:
    """Yield a finding where an expression whose value is a list or an object stands for text."""
    if shape.type not in ("array", "object") or not (_is_text(site) or not site.placed.whole):
        return
    if site.placed.where[-1:] == ("if",) or (shape.type == "object" and _is_inserted(site)):
        return
    what = "a list" if shape.type == "array" else "an object"
    other = " or ‘join(…)’" if shape.type == "array" else ""
    expression = site.placed.expression
    yield Finding(
        code="shape-mismatch",
        kind=Kind.DATA_SHAPE,
        span=expression.span,
        message=f"This is {what}, and text is needed here.",
        hint=f"Take a part of it, or make text of it with ‘toJSON(…)’{other}.",
        where=site.placed.where,
        subject=expression.source[:200],
        evidence={"expression": expression.source[:200], "found": shape.type, "wanted": "string"},
    )


def _is_inserted(site: Site) -> bool:
    """Tell whether the keys of an object come into a map: ‘${{ insert }}: ${{ … }}’."""
    return bool(site.placed.where) and str(site.placed.where[-1]).replace(" ", "").lower() == "${{insert}}"


def _is_text(site: Site) -> bool:
    return any(
        len(pattern) == len(site.path)
        and all(wanted in ("*", part) for wanted, part in zip(pattern, site.path, strict=True))
        for pattern in _TEXTS
    )
