"""What was run and what was changed, newest first: as a table for people and as objects for programs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from calibrant.model.applied import ChangeSession
from calibrant.model.session import SessionResult, UnderWay
from calibrant.report.json_report import Object
from calibrant.report.text import PLAIN, Style
from calibrant.report.visible import one_line, width

Entry = SessionResult | UnderWay | ChangeSession
"""A run that ended, one that goes on, or a change of files."""

COLUMNS: Final = 80
_FIXES_SHOWN: Final = 10
_INDENT: Final = 18
_BOLD: Final = "1"

_RUN: Final = {
    "completed": ("completed", ""),
    "failed": ("broke off", "1;31"),
    "cancelled": ("cancelled", "33"),
    "fixed": ("fixed", "32"),
    "rolled_back": ("rolled back", "33"),
}
_CHANGE: Final = {
    "prepared": ("under way", "33"),
    "applied": ("under way", "33"),
    "rolling_back": ("under way", "33"),
    "verified": ("verified", "32"),
    "unverified": ("not verified", "33"),
    "kept": ("kept", "32"),
    "rolled_back": ("rolled back", "33"),
    "refused": ("not applied", "1;31"),
    "unreadable": ("unreadable", "1;31"),
}
_HEAD: Final = ("TIME", "SESSION", "WHAT", "RESULT", "FOUND, APPLIED")


def merged(runs: Sequence[SessionResult], going: Sequence[UnderWay], changes: Sequence[ChangeSession]) -> list[Entry]:
    """Return the entries in one row, newest first."""
    entries: list[Entry] = [*going, *changes, *runs]
    return sorted(entries, key=lambda entry: -entry.started)


def history_object(entry: Entry) -> Object:
    """Return one element of what `history --format json` prints; times are seconds since the epoch, 0 where not yet."""
    match entry:
        case ChangeSession():
            return {
                "what": "fix",
                "session": entry.id,
                "paths": [file.path for file in entry.files],
                "status": entry.status,
                "reason": entry.reason,
                "fixes": [msgspec.to_builtins(fix) for fix in entry.fixes],
                "answers": entry.answers,
                "started": entry.started,
                "ended": entry.ended,
            }
        case UnderWay():
            return _run(entry, status="running", life="running")
        case SessionResult():
            return _run(entry, status=entry.status, life=entry.life) | {
                "reason": entry.reason,
                "issues": entry.summary.total,
                "answers": entry.answers,
                "changes": [msgspec.to_builtins(change) for change in entry.changes],
                "ended": entry.started + entry.seconds,
            }


def _run(run: SessionResult | UnderWay, *, status: str, life: str) -> Object:
    return {
        "what": "run",
        "session": run.session,
        "path": run.path,
        "status": status,
        "life": life,
        "reason": "",
        "issues": 0,
        "answers": "",
        "changes": [],
        "started": run.started,
        "ended": 0.0,
    }


def history_text(
    entries: Sequence[Entry],
    at: Callable[[float], str],
    style: Style = PLAIN,
    *,
    files: bool = False,
    columns: int = COLUMNS,
) -> Iterator[str]:
    """Yield a table of the entries: a line for each, with what belongs to it below.

    `at` gives a time (seconds since the epoch) as text of 16 characters. `files`: also say which file each is about.
    """
    if entries:
        yield style.paint(_row(*_HEAD).rstrip(), _BOLD)
    for entry in entries:
        yield from _entry(entry, at, style)
        for told in _below(entry, files=files):
            for line in _wrapped(one_line(told), max(20, columns - _INDENT)):
                yield " " * _INDENT + line


def _entry(entry: Entry, at: Callable[[float], str], style: Style) -> Iterator[str]:
    when = at(entry.started)
    match entry:
        case ChangeSession():
            word, colour = _CHANGE[entry.status]
            yield _row(when, entry.id, "fix", word, _count(len(entry.fixes), "fix", "fixes"), style, colour)
        case UnderWay():
            yield _row(when, entry.session, "run", "running", "", style, "36").rstrip()
        case SessionResult():
            word, colour = _RUN[entry.life]
            found = _count(entry.summary.total, "issue", "issues")
            yield _row(when, entry.session, "run", word, found, style, colour)


def _row(when: str, session: str, what: str, result: str, count: str, style: Style = PLAIN, colour: str = "") -> str:
    painted = style.paint(f"{result:<12}", colour) if colour else f"{result:<12}"
    return f"{when:<16}  {one_line(session):<22}  {what:<4}  {painted}  {count}"


def _below(entry: Entry, *, files: bool) -> Iterator[str]:
    match entry:
        case ChangeSession():
            yield from (fix.title for fix in entry.fixes[:_FIXES_SHOWN])
            if len(entry.fixes) > _FIXES_SHOWN:
                yield f"and {len(entry.fixes) - _FIXES_SHOWN:,} more"
            if files or len(entry.files) > 1:
                yield f"in {', '.join(file.path for file in entry.files)}"
            if entry.status != "verified" and entry.reason:
                yield entry.reason
            if entry.answers:
                yield f"answers run {entry.answers}"
        case UnderWay():
            yield from (f"of {entry.path}" for _ in range(files))
        case SessionResult():
            yield from (f"of {entry.path}" for _ in range(files))
            if entry.status != "completed" and entry.reason:
                yield entry.reason
            if entry.answers:
                yield f"the first run after fix {entry.answers}"
            yield from (f"fix {change.session}: {_CHANGE[change.status][0]}" for change in entry.changes)


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"


def _wrapped(text: str, columns: int) -> Iterator[str]:
    """Yield the text in lines of at most so many columns, cut between words where that can be."""
    line = ""
    for word in _pieces(text.split(" "), columns):
        longer = f"{line} {word}" if line else word
        if line and width(longer) > columns:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _pieces(words: Iterable[str], columns: int) -> Iterator[str]:
    for word in words:
        piece = ""
        for char in word:
            if width(piece + char) > columns:
                yield piece
                piece = ""
            piece += char
        yield piece
