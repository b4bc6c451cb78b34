"""The labelled corpus: outputs of tools that were really run, and what becomes of them on the whole way to findings."""

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from calibrant import dialects
from calibrant.failures.collector import collect
from calibrant.failures.patterns.order import rank
from calibrant.model.event import StepFinished
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding

FOLDER = Path(__file__).parents[1] / "data" / "logs"
ROOTS = ("/home/user/project",)
"""Where every command of the corpus ran, as its output says."""


class Log(msgspec.Struct, frozen=True):
    """One output, and what is known of it: which tool printed it when `did` was run, and with which status that ended.

    `part` is `development`, by which patterns may be written, or `held-out`, by which they are only measured.
    """

    name: str
    kind: str
    code: str
    tool: str
    did: str
    status: int
    part: str
    note: str = ""

    @property
    def text(self) -> str:
        """What was printed."""
        return (FOLDER / f"{self.name}.log").read_bytes().decode()


class _Index(msgspec.Struct, frozen=True):
    seed: int
    about: str
    versions: dict[str, str]
    logs: tuple[Log, ...]


def index() -> _Index:
    """Return what is known of all logs."""
    return msgspec.json.decode((FOLDER / "index.json").read_bytes(), type=_Index)


def logs(part: str = "") -> Sequence[Log]:
    """Return the logs of a part, or all, by name."""
    return [log for log in index().logs if part in ("", log.part)]


def failure_of(log: Log, text: str) -> Failure:
    """Return what the engine makes of a command that printed this and ended so."""
    return Failure(
        "command-failed",
        f"The command ended with exit status {log.status}.",
        parameter=("command",),
        output=text,
        exit_code=log.status,
        cwd=".",
    )


def findings(log: Log, text: str) -> list[Finding]:
    """Return what a run of a step with this command and this output tells."""
    workflow = dialects.read(
        "/home/user/project/x.workflow.yaml", f"steps:\n  - id: step\n    run: {json.dumps(log.did)}\n"
    )
    assert workflow is not None
    failed = StepFinished(0, "step", "failed", failures=(failure_of(log, text),))
    return collect(failed, workflow, ROOTS)


def cause(told: Sequence[Finding]) -> Finding:
    """Return the finding that a log is taken for: that of the strongest tier, the first of equals."""
    return min(told, key=lambda one: rank(one.code))


def right(log: Log, told: Sequence[Finding]) -> bool:
    """Tell whether a log was taken for what it is, by kind and code."""
    one = cause(told)
    return (str(one.kind), one.code) == (log.kind, log.code)
