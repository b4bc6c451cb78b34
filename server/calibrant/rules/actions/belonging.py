"""Where a key belongs that stands in the wrong place, which is mostly a matter of how far it is indented."""

from calibrant.github.events import EVENTS, FILTERS
from calibrant.github.keys import JOB, STEP, WORKFLOW
from calibrant.github.permissions import SCOPES
from calibrant.model.connector import ConnectorSpec
from calibrant.model.nodes import Entry, Map, Seq

_JOB = frozenset(key.name for key in JOB)
_STEP = frozenset(key.name for key in STEP)
_WORKFLOW = frozenset(key.name for key in WORKFLOW)
_TIMES = frozenset({"cron", "timezone"})
_STRATEGY = frozenset({"matrix", "fail-fast", "max-parallel"})
_RUN = frozenset({"shell", "working-directory"})

BELOW_JOBS = "It seems to be a job: it belongs below ‘jobs’, indented."


def is_job(entry: Entry) -> bool:
    """Tell whether what stands beside the keys of a workflow is a job by what it has."""
    return (
        entry.name not in _WORKFLOW | _JOB
        and isinstance(entry.value, Map)
        and any(one.name in ("runs-on", "steps", "uses") for one in entry.value.entries)
    )


def below_event(name: str) -> str:
    """Say of a filter, or of a time, where it belongs."""
    return f"It belongs below an event, such as ‘{'schedule' if name in _TIMES else 'push'}’."


def belongs(place: str, entry: Entry, called: ConnectorSpec | None) -> str:
    """Return where a key belongs that is none of its place's, in words; "" where that is not known.

    `called` is what the step calls, if that is known.
    """
    name = entry.name
    match place:
        case "on" if name in FILTERS or name in _TIMES:
            return below_event(name)
        case "workflow" if is_job(entry):
            return BELOW_JOBS
        case "workflow" if name in FILTERS or name == "types":
            return "It belongs below an event, such as ‘push’, below ‘on’."
        case "workflow" | "job" if name == "cancel-in-progress":
            return "It belongs below ‘concurrency’, beside ‘group’."
        case "workflow" if name in _JOB:
            return "It is a key of a job: it belongs below the id of one, below ‘jobs’."
        case "workflow" if name in EVENTS:
            return "It is an event: it belongs below ‘on’."
        case "workflow" if name in SCOPES:
            return "It is a permission: it belongs below ‘permissions’."
        case "job" | "step" if name in _STRATEGY:
            return "It belongs below ‘strategy’, a key of the job."
        case "strategy" if name in ("include", "exclude"):
            return "It belongs below ‘matrix’."
        case "defaults" if name in _RUN:
            return "It belongs below ‘run’, below ‘defaults’."
        case "job" if name in SCOPES:
            return "It is a permission: it belongs below ‘permissions’."
        case "on.workflow_dispatch" | "on.workflow_call" if isinstance(entry.value, Map):
            return "It seems to be an input: it belongs below ‘inputs’."
        case "job" if name in _STEP:
            return "It is a key of a step: it belongs to an element of ‘steps’."
        case "job" | "step" if name in _WORKFLOW:
            return "It is a key of the workflow: it belongs to the beginning of a line."
        case "step" if called is not None and called.parameter(name) is not None:
            return f"It is an input of ‘{called.name}’: it belongs below ‘with’."
        case "step" if name in _JOB:
            return "It is a key of a job: it is indented too far."
        case "strategy" if isinstance(entry.value, Seq):
            return "It seems to be a row of the matrix: it belongs below ‘matrix’."
    return ""
