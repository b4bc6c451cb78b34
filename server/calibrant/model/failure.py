"""How a step says what went wrong: structured, so that words, places and repairs can be made from it."""

from typing import Literal

import msgspec

from calibrant.model.expression import Path
from calibrant.model.issue import Kind
from calibrant.model.text import Span


class Left(msgspec.Struct, frozen=True):
    """A report that a command left in a file: its path relative to the workspace, and its text."""

    path: str
    format: Literal["sarif", "junit"]
    text: str


class Failure(msgspec.Struct, frozen=True):
    """One thing that went wrong in a step.

    A connector fills what it knows. `parameter` is a path below the step's `with` (("range",), ("headers", "Accept")),
    `value` the rejected value as text, `candidates` valid values, closest first. `kind` is None where the connector
    cannot tell: the classifier then decides from `exit_code`, `output` (raw, bounded) and `details`.
    `span` is relative to the step's piece and set by the engine where an expression is at fault.
    `origin` (scheme, host, port) and `credential` (a name or digest, never the value) say what to isolate.
    `element` holds the positions of the failing elements of a `for_each`.
    Of a command `cwd` is the folder that it ran in, relative to the workspace ("." for itself), and `left` are the reports
    that it left in files.
    """

    code: str
    message: str
    kind: Kind | None = None
    hint: str = ""
    details: str = ""
    parameter: Path = ()
    value: str = ""
    candidates: tuple[str, ...] = ()
    span: Span | None = None
    subject: str = ""
    origin: str = ""
    credential: str = ""
    retry_after: float | None = None
    exit_code: int | None = None
    output: str = ""
    elements: tuple[int, ...] = ()
    evidence: dict[str, str] = {}
    cwd: str = ""
    left: tuple[Left, ...] = ()


class StepError(Exception):
    """Raised by a connector or the engine to end a step with a `Failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class NotRun(Exception):  # noqa: N818 - it is no error of the step
    """Raised where a step may not run here (no trust, no network in the sandbox); `reason` says how to open it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
