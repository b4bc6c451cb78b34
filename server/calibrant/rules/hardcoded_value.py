"""Literals that belong in an input: the same in several places, or one that holds in a single environment only."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Input, Step, Workflow
from calibrant.rules.input_names import fresh, suggested
from calibrant.rules.known import Known
from calibrant.rules.literals import notes
from calibrant.rules.rule import Noted, Rule
from calibrant.rules.wording import quoted

ENOUGH: Final[Mapping[str, int]] = {
    "host": 1,
    "home": 1,
    "email": 1,
    "id": 1,
    "url": 2,
    "date": 2,
    "range": 2,
    "identifier": 2,
    "path": 3,
}
"""In how many places a literal of each sort stands before it is told."""

MARKED: Final = 50
"""Places of one literal that are marked at most."""

_ONCE: Final[Mapping[str, str]] = {
    "host": "belongs to one environment",
    "home": "is a place on one user's machine",
    "email": "is the address of particular people",
    "id": "is the id of one particular thing",
}
_Place = tuple[Step, Noted]


def _check(workflow: Workflow, noted: Sequence[Sequence[Noted]], _known: Known) -> Iterator[Finding]:
    same: dict[tuple[str, str], list[_Place]] = {}
    for step, of_step in zip(workflow.steps, noted, strict=True):
        for one in of_step:
            same.setdefault((one.sort, one.key), []).append((step, one))
    if not same:
        return
    defaults = {str(default): item for item in reversed(workflow.inputs) if (default := _default(item)) is not None}
    taken = {item.name for item in workflow.inputs}
    for (sort, key), places in same.items():
        declared = defaults.get(places[0][1].value)
        if declared is not None:
            yield from _findings(f"{sort}:{key}", places, declared.name, declared.type, _repeats(declared))
        elif len(places) >= ENOUGH[sort]:
            name, kind = suggested(places[0][1])
            name = fresh(name, taken)
            taken.add(name)
            yield from _findings(f"{sort}:{key}", places, name, kind, _stands(sort, len(places)))


def _default(item: Input) -> object:
    """Return an input's default where it is a text or number that is long enough to be no accident."""
    value = item.default.value if isinstance(item.default, Scalar) and item.default.template is None else None
    return value if isinstance(value, str | int) and len(str(value)) > 3 else None


def _repeats(declared: Input) -> tuple[str, str]:
    return (
        f"is also the default of the input ‘{declared.name}’; where that is given another value, this stays",
        f"Write ‘{{{{ inputs.{declared.name} }}}}’ here.",
    )


def _stands(sort: str, count: int) -> tuple[str, str]:
    often = f"stands in {count:,} places" if count > 1 else ""
    what = " and ".join(part for part in (_ONCE.get(sort, ""), often) if part)
    return f"{what}. As an input it is changed in one place, without editing steps", ""


def _findings(cause: str, places: Sequence[_Place], name: str, kind: str, words: tuple[str, str]) -> Iterable[Finding]:
    value = places[0][1].value
    hint = words[1] or (
        f"Declare ‘{name}’ under ‘inputs’ with this as its default, and write ‘{{{{ inputs.{name} }}}}’ here."
    )
    evidence = {"input": name, "type": kind, "value": value}
    everywhere = [[step.label, list(one.where)] for step, one in places]
    for at, (step, one) in enumerate(places[:MARKED]):
        yield Finding(
            code="hardcoded-value",
            kind=Kind.HARDCODED,
            severity="hint",
            span=step.at(one.span),
            message=f"{quoted(value)} {words[0]}.",
            hint=hint,
            step=step.label,
            where=one.where,
            subject=value[:200],
            cause=f"hardcoded:{cause}",
            # all places once only: with each of them they would grow with the square of their number
            evidence=evidence if at else {**evidence, "places": json.dumps(everywhere, ensure_ascii=False)},
        )


RULE = Rule(("hardcoded-value",), notes=notes, together=_check)
