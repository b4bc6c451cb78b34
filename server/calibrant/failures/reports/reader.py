"""What a reader is: it knows how one tool prints its complaints, and gives each of them with its file and line."""

from collections.abc import Callable, Iterable

import msgspec

from calibrant.model.issue import At, Kind, Severity
from calibrant.model.text import Span


class Spot(msgspec.Struct, frozen=True):
    """A further place that belongs to a complaint, with what is there to see; `file` as the tool wrote it."""

    file: str
    at: At
    message: str = ""


class Complaint(msgspec.Struct, frozen=True):
    """One thing that a tool complains of.

    `file` is the path as the tool wrote it (absolute, or from the folder that it ran in), `at` None where it told no line.
    `message` is what the tool said of it, on one line; `name` what it is about, where it has a name (a test); `rule` the
    tool's own name for what is wrong. `severity` is the tool's: what its `kind` is by itself unless the tool says less.
    `details` are the tool's own lines, where they say more than `message`. `said` are the places in the text that it was
    read from: no other reader reads these lines. `reader` is the name of the one that read it, which `read` fills in.
    `line` is the line itself where `message` leaves out what its cause is known by.
    `loose`: `file` is not the whole path but the end of it (`com/example/SumsTest.java`, of which a package tells no more), or
    has the name of a module before it (`example.com/sums/sub/sub_test.go`).
    `weak`: it says where the work stopped and not why (the line of a makefile), so it is told only where nothing says more.
    """

    tool: str
    code: str
    kind: Kind
    message: str
    file: str = ""
    at: At | None = None
    name: str = ""
    rule: str = ""
    severity: Severity = "error"
    details: str = ""
    also: tuple[Spot, ...] = ()
    said: tuple[Span, ...] = ()
    reader: str = ""
    line: str = ""
    loose: bool = False
    weak: bool = False


class Reader(msgspec.Struct, frozen=True):
    """How the output of some tools is read.

    `tools` are the programs whose output it is: the command in a script that ran one of them is where its complaints are
    shown. `read` gets an output as `output.readable` makes it and never raises; every quantifier of its regular
    expressions has an upper bound, and they begin with a line or a literal, so that it takes time in proportion to the text.
    `matching` and `non_matching` are outputs, or parts of them, in which it finds something and nothing.
    """

    name: str
    tools: tuple[str, ...]
    read: Callable[[str], Iterable[Complaint]]
    matching: tuple[str, ...]
    non_matching: tuple[str, ...]


def at(line: str | int, column: str | int | None = None, end_line: str | int = 0, end_column: int = -1) -> At:
    """Return the place of a line and column that a tool counts from 1, as most do; what is below 1 counts as 1."""
    first = max(0, int(line) - 1)
    last = max(first, int(end_line) - 1) if end_line else first
    return At(first, max(0, int(column) - 1) if column else 0, last, end_column)
