"""What two checks tell of the same characters, though it is one mistake: the one that says more is kept."""

from collections.abc import Sequence

from calibrant.model.issue import Finding


def without_doubles(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that another one tells better."""
    conditions = {one.span.start for one in findings if one.code == "bad-expression" and one.where[-1:] == ("if",)}
    refused = {one.span for one in findings if one.code == "conflicting-keys"}
    choices = {
        one.where[:-1]
        for one in findings
        if one.code == "invalid-value" and one.subject == "choice" and one.where[-1:] == ("type",)
    }

    def doubled(one: Finding) -> bool:
        match one.code:
            case "syntax-error":
                return one.span.start in conditions
            case "missing-key":
                return one.span in refused  # what does not belong there needs no value
            case "unknown-key":
                return one.subject == "options" and one.where[:-1] in choices
        return False

    return [one for one in findings if not doubled(one)]
