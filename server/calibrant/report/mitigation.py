"""What was done about an issue: how it was found, which fixes were tried, what is suggested, and whether that mends it."""

from typing import Any

from calibrant.model.issue import FixRef, Issue

Object = dict[str, Any]


def detection_object(issue: Issue) -> Object:
    """Return what found an issue, `by` a "check", the "run" itself or a pattern that knew a tool's words; how surely, 0 to 1."""
    finding = issue.finding
    by = finding.evidence.get("pattern") or finding.evidence.get("reader")
    return {
        "by": by or ("run" if finding.at_run else "check"),
        "confidence": _number(finding.evidence.get("confidence")),
    }


def mitigation_object(issue: Issue) -> Object:
    """Return what was `did`, in words, what it `suggests`, and whether it is `fixed` by that; None where nothing could tell."""
    tried = [fix for fix in issue.fixes if fix.tried]
    offered = next((fix for fix in issue.fixes if fix.verified or not fix.tried), None)
    fixed = any(fix.verified for fix in tried) if tried else None
    return {
        "did": [_words(fix) for fix in issue.fixes if fix.tried or fix.outcome],
        "suggests": _sentence(offered.title) if offered else issue.finding.hint,
        "fixed": fixed,
    }


def _words(fix: FixRef) -> str:
    if fix.verified:
        return f"Tried “{fix.title}” in the private copy: it holds."
    if fix.tried:
        return f"Tried “{fix.title}” in the private copy, and it did not help: {_sentence(fix.outcome) or 'it does not hold.'}"
    return f"Could not tell of “{fix.title}” in the private copy: {_sentence(fix.outcome)}"


def _sentence(text: str) -> str:
    """Return a text with a full stop, where it ends without any sign."""
    return f"{text}." if text and text[-1] not in ".!?…" else text


def _number(text: str | None) -> float:
    try:
        return min(1.0, max(0.0, float(text))) if text else 1.0
    except ValueError:  # a step may call its own evidence so
        return 1.0
