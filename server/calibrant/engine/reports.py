"""The reports that a command leaves in files: SARIF and JUnit XML, read from the private copy, within bounds."""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from calibrant.connectors.opening import without_links
from calibrant.model.failure import Left

MOST = 20
"""Reports that are read of one command."""
LARGEST = 4 << 20
"""Bytes up to which a report is read: one that is cut cannot be understood."""
ALL = 8 << 20
"""Bytes that the reports of one command may have together."""

_BEGINNING = 4 << 10
_SARIF = (".sarif", ".sarif.json")
_JUNIT = re.compile(
    r"\A\ufeff?\s{0,100}(?:<\?xml[^>]{0,300}\?>\s{0,100})?(?:<!--[^>]{0,2000}-->\s{0,100}){0,5}<testsuites?[\s/>]"
)


def reports_left(root: Path, names: Iterable[str]) -> tuple[Left, ...]:
    """Return those of the files below `root`, which is resolved, that are reports: in the order of their names.

    What is a link, or lies behind one, is not read; nor what is larger than `LARGEST`, or no text. Blocks.
    """
    found: list[Left] = []
    room = ALL
    for name in sorted(names):
        if not name.endswith((*_SARIF, ".xml")):
            continue
        data = _read(root / name, min(LARGEST, room), sure=name.endswith(_SARIF))
        report = _report(name, data) if data else None
        if report is not None:
            found.append(report)
            room -= len(data)
            if len(found) == MOST:
                break
    return tuple(found)


def _read(path: Path, most: int, *, sure: bool) -> bytes:
    """Return a file's bytes; none where it is too large, cannot be read, or begins as no report does (unless it is `sure`)."""
    try:
        with open(path, "rb", opener=_opened) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return b""
            data = file.read(_BEGINNING)
            if not sure and _format("", data.decode("utf-8", "replace")) is None:
                return b""
            data += file.read(max(0, most + 1 - len(data)))
    except OSError:  # gone, a link, or not ours to read
        return b""
    return data if len(data) <= most else b""


def _opened(path: str, flags: int) -> int:
    return without_links(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe would be waited at for ever


def _report(name: str, data: bytes) -> Left | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    report = _format(name, text)
    return Left(name, report, text) if report is not None else None


def _format(name: str, text: str) -> Literal["sarif", "junit"] | None:
    if name.endswith(_SARIF):
        return "sarif"
    return "junit" if _JUNIT.match(text) else None
