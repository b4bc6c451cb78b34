"""A time of a schedule in another notation than GitHub's: nicknames, a field for seconds, names in full."""

import re
from collections.abc import Iterator

from calibrant.github.cron import NICKNAMES
from calibrant.model.change import SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import path_of, scalar_at
from calibrant.repairs.wording import change

_NAME = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:day|sday|nesday|rsday|urday|uary|ruary|ch|il|e|y|ust|t|tember|ober|ember|s)\b",
    re.IGNORECASE,
)


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    path = path_of(workflow, issue.finding)
    scalar = scalar_at(workflow, path)
    text = scalar.value if scalar is not None else None
    if not isinstance(text, str) or scalar is None or scalar.template is not None:
        return
    made, sure = _meant(text.strip())
    if made and made != text:
        level = safety(issue, workflow, specs, 1) if sure else "review"
        yield Proposal(change(text, made), (SetValue(path, made),), level)


def _meant(text: str) -> tuple[str, bool]:
    """Return what a time most likely means, and whether that is certain; empty where nothing is known."""
    if text.lower() in NICKNAMES:
        return NICKNAMES[text.lower()], True
    fields = text.split()
    if len(fields) == 6 and fields[0] in ("0", "00"):
        return " ".join(fields[1:]), False  # others begin with the second, or end with the year
    if len(fields) != 5:
        return "", False
    fields[3:] = [_NAME.sub(lambda found: found[1].upper(), field) for field in fields[3:]]
    made = " ".join(fields)
    return (made, True) if made != text else ("", False)


REPAIR = Repair("mend-schedule", frozenset({"bad-cron"}), 0.85, _propose)
