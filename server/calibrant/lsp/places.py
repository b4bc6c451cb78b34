"""Where the issues of a result stand in the text of now."""

from collections.abc import Mapping

import msgspec

from calibrant.model.issue import Finding, Issue
from calibrant.model.session import SessionResult, digest_of_text
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.workspace.placing import moved, roughly


class Place(msgspec.Struct, frozen=True):
    """A finding where it stands now. `edited`: the text that it stood on is not there any longer."""

    finding: Finding
    edited: bool


def placed(
    last: SessionResult, ran: Workflow | None, now: Workflow | None, steps: Mapping[str, Step]
) -> dict[str, Place]:
    """Return each issue's finding where it stands in `now`, by the issue's id.

    `ran` is what the run read, where it is at hand; `steps` are those of `now`, see `by_label`.
    """
    issues = last.issues.all
    found: list[Finding | None] = [None] * len(issues)
    if now and ran:
        found = moved([issue.finding for issue in issues], ran, now)
    elif now and last.text == digest_of_text(now.text):
        found = [issue.finding for issue in issues]
    return {issue.id: _place(issue, there, now, steps) for issue, there in zip(issues, found, strict=True)}


def _place(issue: Issue, there: Finding | None, now: Workflow | None, steps: Mapping[str, Step]) -> Place:
    if there is not None:
        return Place(there, edited=False)
    span = roughly(issue.finding, now, steps) if now else Span(0, 0)
    return Place(msgspec.structs.replace(issue.finding, span=span, related=()), edited=True)
