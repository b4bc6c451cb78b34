"""The titles of pytest's sections and the lines of its short summary: which are on the same test."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from calibrant.failures.reports.frames import Frame
from calibrant.failures.reports.output import Line
from calibrant.model.text import Span

_SUMMARY = re.compile(
    r"(?P<status>FAILED|ERROR|SUBFAIL(?:ED)?(?P<part>\([^\n)]{1,200}\)|\[[^\n\]]{1,200}\])?) "
    r"(?P<file>[^\s:][^:\n]{0,300}?\.\w{1,8})"
    r"(?:::(?P<name>[^\n\[]{1,300}?(?:\[[^\n]{0,300}?\])?))?(?: - (?P<said>[^\n]{0,1000}))?$"
)
ERROR_AT = re.compile(r"ERROR at (?P<when>setup|teardown|collection) of (?P<name>[^\n]{1,500})$")
COLLECTING = re.compile(r"ERROR collecting (?P<file>[^\n]{1,300})$")
_AHEAD = 20
_DEPTH = 20


class Section(msgspec.Struct, frozen=True):
    """What stands below one title: a failed test, an error at its setup, a file that could not be collected."""

    title: str
    span: Span
    lines: list[str]
    frames: list[Frame]
    said: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A line of the short summary."""

    failed: bool
    file: str
    name: str
    said: str
    span: Span


class Summary:
    """The short summary, in which the line on each section is found at once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._entries = [entry for line in lines if (entry := _entry(line))]
        self._free = dict.fromkeys(range(len(self._entries)))
        self._by_key: dict[tuple[bool, str], list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            self._by_key[entry.failed, _key(entry.name or entry.file)].append(number)

    def take(self, section: Section) -> Entry | None:
        """Return the line on a section, once; of several tests of one name the one whose file is in the traceback."""
        if not section.title:
            fitting = [at for at in islice(self._free, _AHEAD) if _says(self._entries[at], section.said)]
        else:
            keys = _keys(section.title)
            fitting = [at for key in keys for at in self._by_key.get(key, ())[:_AHEAD] if at in self._free]
        files = {frame.file for frame in section.frames}
        best = next((at for at in fitting if self._entries[at].file in files), fitting[0] if fitting else None)
        if best is None:
            return None
        del self._free[best]
        if section.title:
            entry = self._entries[best]
            self._by_key[entry.failed, _key(entry.name or entry.file)].remove(best)
        return self._entries[best]

    def left(self) -> Iterator[Entry]:
        """Yield the lines that no section is about."""
        return (self._entries[number] for number in self._free)


def _entry(line: Line) -> Entry | None:
    match = _SUMMARY.match(line.text) if line.text.startswith(("FAILED ", "ERROR ", "SUBFAIL")) else None
    if match is None:
        return None
    said = (match["said"] or "").strip()
    name = (match["name"] or "") + (f" {match['part']}" if match["part"] else "")
    return Entry(match["status"] != "ERROR", match["file"], name, said, Span(line.start, line.end))


def _key(name: str) -> str:
    """Return a test's or a file's name as titles and summaries both write it."""
    return name.replace("::", ".").removeprefix("./")


def _keys(title: str) -> Iterator[tuple[bool, str]]:
    """Yield under which keys the summary may have the section of that title."""
    if collecting := COLLECTING.match(title):
        parts = collecting["file"].split("/")[-_DEPTH:]
        yield from ((False, "/".join(parts[at:])) for at in range(len(parts)))
    elif error := ERROR_AT.match(title):
        yield False, _key(error["name"])
    else:
        yield True, _key(title)


def _says(entry: Entry, said: str) -> bool:
    """Tell whether a line of the summary, which may be cut short, says the same; then it is of the same test."""
    told = short(entry.said).removesuffix("...")
    return entry.failed and bool(told) and short(said).startswith(told)


def short(said: str) -> str:
    """Return what an assertion says without the word that it is one."""
    for name in ("AssertionError: ", "Failed: "):
        said = said.removeprefix(name)
    return said
