"""From a tool's output to its single complaints, each with its file and line: one reader for each way of printing them."""

import posixpath
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from calibrant.failures.reports import (
    annotations,
    biome,
    c_linters,
    cargo,
    cargo_test,
    checkstyle,
    eslint,
    gcc,
    go,
    go_test,
    gradle,
    javac,
    jest,
    junit,
    lint_lines,
    make,
    maven,
    mocha,
    mypy,
    node,
    pointed_types,
    prettier,
    psql,
    pyright,
    pytest,
    ruff,
    sarif,
    shellcheck,
    small_linters,
    tap,
    tracebacks,
    tsc,
    unittest,
    vitest,
)
from calibrant.failures.reports.folders import told_from
from calibrant.failures.reports.output import Taken, readable
from calibrant.failures.reports.packages import apart
from calibrant.failures.reports.reader import Complaint, Reader, Spot
from calibrant.model.failure import Left

READERS: tuple[Reader, ...] = (
    annotations.READER,
    pytest.READER,
    unittest.READER,
    jest.READER,
    vitest.READER,
    mocha.READER,
    node.READER,
    tap.READER,
    go_test.READER,
    cargo_test.READER,
    maven.READER,
    gradle.READER,
    javac.READER,
    tracebacks.READER,
    ruff.READER,
    mypy.READER,
    pyright.READER,
    pointed_types.READER,
    tsc.READER,
    eslint.READER,
    biome.READER,
    prettier.READER,
    shellcheck.READER,
    checkstyle.READER,
    cargo.READER,
    go.READER,
    psql.READER,
    c_linters.READER,
    gcc.READER,
    small_linters.READER,
    lint_lines.READER,
    make.READER,
)
"""Every reader; of two that find something in the same line the one that stands first has it.

So what is written out at length (a test's failure with its traceback) stands before what is one line of it, and what is
particular (a line that only mypy writes) before what many tools write.
"""

_MOST = 5_000


def read(output: str) -> tuple[Complaint, ...]:
    """Return what an output complains of, in its order. Never raises; takes time in proportion to the (bounded) output."""
    found = [one for folder, text in apart(readable(output)) for one in _from_folder(_read(text), folder)]
    return tuple([one for one in found if not one.weak] or found)


def _from_folder(complaints: Iterable[Complaint], folder: str) -> Iterator[Complaint]:
    """Yield complaints with their relative paths told from where the command began: the tool ran in that folder."""
    for one in complaints:
        if folder and one.file:
            also = tuple(Spot(posixpath.join(folder, spot.file), spot.at, spot.message) for spot in one.also)
            yield msgspec.structs.replace(one, file=posixpath.join(folder, one.file), also=also)
        else:
            yield one


def _read(text: str) -> tuple[Complaint, ...]:
    taken = Taken(text)
    found: list[Complaint] = []
    for reader in READERS:
        for complaint in reader.read(text):
            if _says_something(complaint) and taken.take(complaint.said):
                found.append(_completed(complaint, reader, text))
            if len(found) == _MOST:
                break
    return told_from(text, sorted(found, key=lambda one: one.said[0].start if one.said else 0))


def read_left(left: Left) -> tuple[Complaint, ...]:
    """Return what a report that a command left in a file complains of. Never raises."""
    return tuple(islice((sarif if left.format == "sarif" else junit).read(left.text), _MOST))


def _says_something(complaint: Complaint) -> bool:
    """Tell whether there is anything to tell: of an output that is cut off a heading may be all that is left."""
    return bool(complaint.message or complaint.name or complaint.file)


def _completed(complaint: Complaint, reader: Reader, text: str) -> Complaint:
    """Return the complaint with the lines that it was read from, where it has no details of its own."""
    lines = "\n".join(text[span.start : span.end] for span in complaint.said)
    return msgspec.structs.replace(complaint, reader=reader.name, details=complaint.details or lines)


def programs(tool: str) -> tuple[str, ...]:
    """Return the names of the programs that print a tool's complaints, the tool's own first."""
    others = next((reader.tools for reader in READERS if tool in reader.tools), ())
    return tuple(dict.fromkeys((tool, *others)))


__all__ = ["READERS", "Complaint", "Reader", "programs", "read", "read_left"]
