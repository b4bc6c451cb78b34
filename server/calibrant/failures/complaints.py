"""What the output of a command, and the reports that it left, complain of: each once, with where it is in the workspace."""

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from calibrant.failures import reports
from calibrant.failures.classifier import Classified, causes
from calibrant.failures.reports.ends import Ends
from calibrant.failures.reports.paths import in_workspace
from calibrant.failures.reports.reader import Complaint, Spot
from calibrant.failures.scripts import Ran, Script
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.workflow import Step

_ALSO = 20
_MAY_HAVE_CAUSE = frozenset({Kind.TEST_ASSERT, Kind.RUNTIME})
_IN_THE_TEXT = frozenset({"merge-conflict", "line-ends"})
"""Codes of what makes a text unreadable that was right before; the lines that a tool shows of it tell."""

_REPEATING = frozenset({"annotations", "sarif", "junit"})
"""Readers of what is written beside what the tool prints for people."""

_LAST_WORD = re.compile(r"::|\.")
_OF_FILE = re.compile(r"<{7}|>{7}|={7}$|(?:diff|conflict) marker|encoding|UTF-8", re.MULTILINE)
_OF_FILE_CODES = frozenset({"merge-conflict", "wrong-encoding"})
"""Causes that keep a file from being read, whoever reads it; patterns are asked only where a word of theirs is there."""

_LOOKED_AT = 2_000


class Told(msgspec.Struct, frozen=True):
    """A complaint with where it is: `path` relative to the workspace, None where that is not in it.

    `ran` is where the tool was run, `also` are the complaint's further places, relative to the workspace too.
    """

    complaint: Complaint
    ran: Ran
    path: str | None
    also: tuple[tuple[str, Spot], ...] = ()
    cause: Classified | None = None


def complaints(failure: Failure, step: Step, roots: Sequence[str], files: Iterable[str] = ()) -> list[Told]:
    """Return what the output of a command, and the reports that it left, complain of, the same only once.

    `roots` are as in `in_workspace`; `files` are those of the workspace, by which it is known what the end of a path is the
    end of.
    """
    script, ends = Script(step, failure.parameter or ("command",), failure.cwd), Ends(files)
    printed = reports.read(failure.output or failure.details)
    left = [one for report in failure.left for one in reports.read_left(report)]
    told = [_told(one, _ran(one, script), roots, ends) for one in (*printed, *left)]
    first = [one for one in told if one.complaint.reader not in _REPEATING]
    known = {key for one in first for key in _keys(one)}
    more = [one for one in told if one.complaint.reader in _REPEATING and known.isdisjoint(_keys(one))]
    return list({_whole(one): one for one in reversed([*first, *more])}.values())[::-1]


def _ran(complaint: Complaint, script: Script) -> Ran:
    return script.ran(reports.programs(complaint.tool), tests=complaint.kind == Kind.TEST_ASSERT)


def _keys(told: Told) -> Iterator[tuple[object, ...]]:
    """Yield what tells that an annotation or a report repeats what was printed: the place, or the name of the test."""
    complaint = told.complaint
    if told.path and complaint.at:
        yield told.path, complaint.at.line, complaint.rule
    if complaint.name and complaint.kind == Kind.TEST_ASSERT:
        yield "test", _LAST_WORD.split(complaint.name)[-1]


def _whole(told: Told) -> tuple[object, ...]:
    one = told.complaint
    return (one.tool, told.path or one.file, one.at, one.name, one.rule, one.message, one.code)


def _told(complaint: Complaint, ran: Ran, roots: Sequence[str], ends: Ends) -> Told:
    def path_of(file: str) -> str | None:
        if complaint.loose and file and not file.startswith("/"):
            return ends.find(file, ran.cwd or ".")
        path = in_workspace(file, ran.cwd, roots)
        if complaint.reader in _REPEATING and not (path and ends.known(path)):  # mostly told from the root
            root = in_workspace(file, ".", roots)
            path = root if root and ends.known(root) else path
        if path and ran.sent and not ends.known(path):
            sent = (in_workspace(file, folder, roots) for folder in ran.sent)
            return next((one for one in sent if one and ends.known(one)), path)
        return path

    spots = ((path_of(spot.file), spot) for spot in complaint.also[:_ALSO])
    also = tuple((where, spot) for where, spot in spots if where)
    return Told(complaint, ran, path_of(complaint.file), also, _cause(complaint))


def traces(told: Sequence[Told]) -> tuple[list[Told], Told | None]:
    """Return complaints without uncaught exceptions, and the last of these, at which the program ended."""
    ends = [one for one in told if one.complaint.code == "script-error"]
    return [one for one in told if one.complaint.code != "script-error"], ends[-1] if ends else None


def _cause(complaint: Complaint) -> Classified | None:
    """Return what made a program or test fail where that is no fault of what was tested: a module that is missing."""
    whole = f"{complaint.message}\n{complaint.details[:_LOOKED_AT]}"
    if _OF_FILE.search(whole):
        of_file = next((cause for cause in causes(whole) if cause.code in _OF_FILE_CODES), None)
        if of_file:
            return of_file
    if complaint.kind not in _MAY_HAVE_CAUSE:
        return None
    if complaint.code == "script-syntax":
        return next((one for one in causes(complaint.details) if one.code in _IN_THE_TEXT), None)
    return next(iter(causes(complaint.line or complaint.message)), None)
