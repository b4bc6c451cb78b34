"""What to do next, for failures that do not say so themselves."""

from collections.abc import Sequence

from calibrant.model.issue import Kind

_BY_KIND: dict[Kind, str] = {
    Kind.SYNTAX: "Correct the text at this place.",
    Kind.PARAMETER: "Give it another value.",
    Kind.DEFINITION: "Correct what stands here.",
    Kind.DATA_SHAPE: "Refer to the part that fits, or change the step it comes from.",
    Kind.MISSING_DATA: "Refer to something that is there, or change the step it comes from.",
    Kind.EMPTY_DATA: "Give this step a condition (if), so that it runs only when there is data.",
    Kind.AUTH: "Check the login that this step uses, and that it may do this.",
    Kind.CONNECTION: "Check the address, and that the service is running.",
    Kind.RATE_LIMIT: "Wait a little, or call it less often.",
    Kind.TRANSIENT: "Try again in a while; give the step a ‘retry’ if this happens often.",
    Kind.INFRA: "Mend the machine or service it depends on, then run again.",
    Kind.LOGIC: "Correct the expression.",
    Kind.SECURITY: "Keep to what the workspace allows, or open it in your own settings.",
}


def next_step(candidates: Sequence[str], kind: Kind) -> str:
    """Return what a user can do about what is wrong: the closest valid value, else what helps with its kind."""
    if candidates:
        return f"Write ‘{candidates[0]}’ instead."
    return _BY_KIND.get(kind, "Look at the details for what was reported.")
