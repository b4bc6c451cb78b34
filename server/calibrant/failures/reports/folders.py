"""In which folders a build ran its tools: make says when it enters and leaves one."""

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.failures.reports.reader import Complaint, Spot

_MARK = "ing directory "
_MOVE = re.compile(
    r"^(?:\S{1,100}/)?[\w.-]{0,20}make(?:\[\d{1,3}\])?: (?P<move>Entering|Leaving) directory [`'](?P<folder>[^'\n]{1,500})'$",
    re.MULTILINE,
)


def told_from(text: str, complaints: Iterable[Complaint]) -> tuple[Complaint, ...]:
    """Return complaints with their relative paths told from where the command began, as far as the output says it moved."""
    if _MARK not in text:
        return tuple(complaints)
    starts, folders = _moves(text)
    return tuple(_moved(one, folders[bisect_right(starts, one.said[0].start if one.said else 0)]) for one in complaints)


def _moves(text: str) -> tuple[Sequence[int], Sequence[str]]:
    """Return where the folder changes, and which one it is before the first change and from each on."""
    starts, folders, inside = [], [""], [""]
    for match in _MOVE.finditer(text):
        if match["move"] == "Entering":
            inside.append(match["folder"])
        elif len(inside) > 1:
            inside.pop()
        starts.append(match.start())
        folders.append(inside[-1])
    return starts, folders


def _moved(complaint: Complaint, folder: str) -> Complaint:
    if not folder or not complaint.file:
        return complaint
    also = tuple(Spot(posixpath.join(folder, spot.file), spot.at, spot.message) for spot in complaint.also)
    return msgspec.structs.replace(complaint, file=posixpath.join(folder, complaint.file), also=also)
