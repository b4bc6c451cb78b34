"""What a process that ended is reported with: its two outputs within a bound, the folder it ran in, the reports it left."""

from typing import TypedDict

from calibrant.model.connector import Completed
from calibrant.model.failure import Left

HANDED_ON = 256 << 10
"""Characters of output that a failure holds: tools complain anywhere in it, the first and the last complaints tell most."""


class Report(TypedDict):
    """Fields of a `Failure`."""

    exit_code: int
    output: str
    cwd: str
    left: tuple[Left, ...]


def report_of(done: Completed) -> Report:
    """Return what a failure holds of the process itself."""
    return Report(exit_code=done.exit_code, output=output_of(done), cwd=done.cwd, left=done.left)


def output_of(done: Completed) -> str:
    """Return both outputs, each with its beginning and end where they are too long together; whole lines as far as can be."""
    half = HANDED_ON // 2
    first = _cut(done.stdout, max(half, HANDED_ON - len(done.stderr)))
    second = _cut(done.stderr, max(half, HANDED_ON - len(done.stdout)))
    return "\n".join(part for part in (first, second) if part)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head, tail = text[: most // 2], text[-(most // 2) :]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    left_out = len(text) - len(head) - len(tail)
    return f"{head}{'' if head.endswith(chr(10)) else chr(10)}… {left_out} characters left out …\n{tail}"
