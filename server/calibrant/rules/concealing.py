"""Keeps confidential texts of a workflow out of what is said about it."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow

HIDDEN: Final = "•••"
"""What stands in place of what must not be shown."""

_START = 8
"""Characters at the start of a confidential text by which it is known again, also where a message cuts it."""


def confidential(workflow: Workflow, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the texts that findings say must not be shown, without doubles."""
    spans = [finding.span for finding in findings if finding.confidential]
    return tuple(dict.fromkeys(workflow.text[span.start : span.end] for span in spans))


def conceal(findings: Sequence[Finding], texts: Sequence[str]) -> Sequence[Finding]:
    """Return the findings with the confidential texts taken out of their words, evidence and candidates."""
    if not texts:
        return findings
    hidden = concealer(texts)
    return [finding if finding.confidential else _concealed(finding, hidden) for finding in findings]


def concealer(texts: Sequence[str]) -> Callable[[str], str]:
    """Return what takes confidential texts out of a text, also where they are cut."""
    if not texts:
        return str
    starts = sorted({text[:_START] for text in texts if len(text) >= _START // 2}, key=len, reverse=True)
    pattern = re.compile("|".join(rf"{re.escape(start)}[^\s‘’\"']*" for start in starts))

    def hidden(text: str) -> str:
        return pattern.sub(HIDDEN, text)

    return hidden


def _concealed(finding: Finding, hidden: Callable[[str], str]) -> Finding:
    return msgspec.structs.replace(
        finding,
        message=hidden(finding.message),
        hint=hidden(finding.hint),
        details=hidden(finding.details),
        subject=hidden(finding.subject),
        cause=hidden(finding.cause),
        where=tuple(hidden(part) if isinstance(part, str) else part for part in finding.where),
        candidates=tuple(map(hidden, finding.candidates)),
        evidence={name: hidden(text) for name, text in finding.evidence.items()},
        related=tuple(msgspec.structs.replace(place, message=hidden(place.message)) for place in finding.related),
    )
