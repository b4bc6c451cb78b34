"""Text and numbers that one operator meets: joined as texts, or the text made a number."""

import re
from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.expression import Reference
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import Source, source_at
from calibrant.repairs.wording import quoted

_JOINED = re.compile(r"can only concatenate str|unsupported operand type\(s\) for \+: '(?:int|float|bool)' and 'str'")
_COMPARED = re.compile(r"'(?P<sign>[<>]=?)' not supported between instances of '(?P<left>\w+)' and '(?P<right>\w+)'")
_NUMBERS = {"int": "int", "float": "float"}


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    source = source_at(workflow, issue.finding)
    if source is None:
        return
    details = issue.finding.details
    plus = _outside_quotes(source.text, "+")
    if _JOINED.search(details) and len(plus) == 1:
        made = source.to(source.text[: plus[0]] + "~" + source.text[plus[0] + 1 :])
        yield Proposal("Join them as texts, with ‘~’", (made,), safety(issue, workflow, specs, 2))
    compared = _COMPARED.search(details)
    if compared and not set(source.text) & {"'", '"'}:
        yield from _compared(source, compared)


def _compared(source: Source, match: re.Match[str]) -> Iterator[Proposal]:
    sign = match["sign"]
    parts = source.text.split(sign)
    if len(parts) != 2 or parts[1].startswith("="):
        return
    side = 0 if match["left"] == "str" else 1
    other = _NUMBERS.get(match["right" if side == 0 else "left"])
    if other is None or "str" not in (match["left"], match["right"]):
        return
    for reference in source.expression.references:
        place = _end(source, reference, parts[side], side)
        if place is not None:
            made = source.to(f"{source.text[:place]} | {other}{source.text[place:]}")
            yield Proposal(f"Make a number of {quoted(str(reference))}", (made,))


def _end(source: Source, reference: Reference, operand: str, side: int) -> int | None:
    """Return where a reference ends that is all there is on one side of a comparison."""
    place = source.at(reference.span)
    if place is None or source.text[place[0] : place[1]] != operand.strip().strip("()").strip():
        return None
    length = len(source.text)
    inside = place[1] <= len(operand) if side == 0 else place[0] >= length - len(operand)
    return place[1] if inside else None


def _outside_quotes(text: str, sign: str) -> list[int]:
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", lambda match: " " * len(match[0]), text)
    return [match.start() for match in re.finditer(re.escape(sign), bare)]


REPAIR = Repair("operands", frozenset({"bad-evaluation"}), 0.6, _propose)
