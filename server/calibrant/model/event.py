"""What happens in a run, as told by the engine. Store, progress, diagnostics and results are listeners."""

from typing import Literal

import msgspec

from calibrant.model.connector import Choice
from calibrant.model.failure import Failure

StepStatus = Literal["completed", "failed", "skipped", "rehearsed", "not_run"]
RunStatus = Literal["completed", "failed", "cancelled"]


class RunStarted(msgspec.Struct, frozen=True, tag=True):
    """The run began; `total` steps are planned."""

    session: str
    total: int


class StepStarted(msgspec.Struct, frozen=True, tag=True):
    """A step is being worked on; `index` is its position in the file."""

    index: int
    step: str


class StepFinished(msgspec.Struct, frozen=True, tag=True):
    """A step came to its end. `failures` may hold warnings for a completed step. `key` is its output's key in the store.

    `provisional`: it ran on a stand-in or on a rehearsed outside write. `seconds` is wall time. `observed` is what its output
    was like, without secrets, for `seen.decode_seen`; empty where it gave nothing real.
    """

    index: int
    step: str
    status: StepStatus
    reason: str = ""
    seconds: float = 0.0
    provisional: bool = False
    reused: bool = False
    failures: tuple[Failure, ...] = ()
    key: str = ""
    observed: bytes = b""


class RunProblem(msgspec.Struct, frozen=True, tag=True):
    """Something that concerns an input or the run as a whole; `input` names the input at fault."""

    failure: Failure
    input: str = ""


class RunFinished(msgspec.Struct, frozen=True, tag=True):
    """The run ended. `reason` says why where it did not complete."""

    status: RunStatus
    reason: str = ""


class Trial(msgspec.Struct, frozen=True):
    """A workflow's text with one fix in it, to be tried.

    `target` is the position, in that text, of the step that the fix is for; `broken` are positions as in `RunRequest`. It may
    take `seconds`; 0 stands for what the request says.
    """

    fix: str
    text: str
    target: int
    broken: tuple[int, ...] = ()
    seconds: float = 0.0


class TrialStarted(msgspec.Struct, frozen=True, tag=True):
    """A fix is being tried; one at a time is."""

    fix: str


class TrialFinished(msgspec.Struct, frozen=True, tag=True):
    """What became of the target with a fix; without `step`, `reason` says why that could not be tried.

    `reason` beside a step says why its end proves nothing: it had no real data.
    """

    fix: str
    step: StepFinished | None = None
    reason: str = ""


class Choosing(msgspec.Struct, frozen=True):
    """A place in the parameters of a step that is being written: the parameter's name, then the path below it.

    `step` is the position of the step in the text. Without a place, the files and folders are meant that a path may go on
    with of which `typed` is written.
    """

    step: int
    place: tuple[str | int, ...]
    typed: str = ""


class Seen(msgspec.Struct, frozen=True):
    """A file or folder that was looked at: what is found there holds while these are the same. `size` is in bytes."""

    path: str
    modified: int
    size: int


class ChoicesFound(msgspec.Struct, frozen=True, tag=True):
    """The values that a target has for a place in a step's parameters, and what was looked at to find them."""

    choices: tuple[Choice, ...]
    seen: tuple[Seen, ...] = ()


Event = RunStarted | StepStarted | StepFinished | RunProblem | RunFinished | TrialStarted | TrialFinished | ChoicesFound


class RunRequest(msgspec.Struct, frozen=True):
    """All that a worker needs to run one workflow.

    `workspace` and `path` are absolute; `text` is the snapshot to run. With `look`, no step is run: the worker only looks
    at what steps name. With `choosing`, it only looks for what may stand at that place. With `trials`, these are tried
    instead, each for at most `trial_seconds`, on what the steps gave in `session`: `recorded` are the output keys of those
    that gave something real, by step. `broken` are positions of steps that static errors keep from being called. `execute`:
    "no" — nothing is executed; "sandbox" — only inside bubblewrap; "open" — also without. `trusted`: reads outside the
    workspace's own folder (the network) are allowed. `confidential` are texts in the workflow that nothing that leaves the
    run may show. With `resume` at "partial", recorded outputs that still hold are used again, but of the steps `afresh`;
    what hangs on the outside holds for `reuse_seconds`. `time_limit` is in seconds, `copy_limit` and `output_limit` are in
    bytes. `previews`: of what steps give, values may be told, cut short; else only shapes.
    """

    session: str
    workspace: str
    path: str
    text: str
    state: str
    look: bool = False
    choosing: Choosing | None = None
    trials: tuple[Trial, ...] = ()
    recorded: dict[str, str] = {}
    trial_seconds: float = 5.0
    inputs: dict[str, object] = {}
    resume: Literal["full", "partial"] = "full"
    afresh: tuple[str, ...] = ()
    reuse_seconds: float = 300.0
    live: bool = False
    on_fatal: Literal["isolate", "stop"] = "isolate"
    execute: Literal["no", "sandbox", "open"] = "no"
    trusted: bool = False
    broken: tuple[int, ...] = ()
    concurrency: int = 8
    time_limit: float = 600.0
    copy_limit: int = 1 << 30
    output_limit: int = 16 << 20
    previews: bool = True
    expression_seconds: float = 2.0
    open_paths: tuple[str, ...] = ()
    confidential: tuple[str, ...] = ()
