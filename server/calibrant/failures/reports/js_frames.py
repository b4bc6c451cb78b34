"""The frames of JavaScript stacks, as V8 writes them and as test runners show them."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.failures.reports.reader import Spot, at
from calibrant.model.issue import At

_FRAME = re.compile(
    r"\s{0,40}(?:at (?:(?:async |new )?[^()\n]{1,300}? )??|❯ (?:[^\s/\\:]{1,200} )?)\(?"
    r"(?P<file>(?:file://)?(?:[A-Za-z]:[\\/])?[^\s():*?\"<>|][^():*?\"<>|\n]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6})\)?"
    r"(?: \{)?$"
)
_OF_OTHERS = re.compile(r"^node:|^internal/|^\[|^evalmachine|^REPL\d|(?:^|[\\/])node_modules[\\/]|^<|^native ")


class Frame(msgspec.Struct, frozen=True):
    """A line of a source file that was being carried out; `line` and `column` are from 1."""

    file: str
    line: int
    column: int

    @property
    def at(self) -> At:
        """The place."""
        return at(self.line, self.column)

    @property
    def own(self) -> bool:
        """Whether it is of the project and not of Node or of an installed package, as far as its path tells."""
        return not _OF_OTHERS.search(self.file)


def frame(line: str) -> Frame | None:
    """Return the frame that a line of a stack names."""
    match = _FRAME.match(line) if ":" in line else None
    return Frame(path_of(match["file"]), int(match["line"]), int(match["column"])) if match else None


def frames(lines: Iterable[str]) -> list[Frame]:
    """Return the frames among the lines, the innermost first."""
    return [found for line in lines if (found := frame(line))]


def path_of(written: str) -> str:
    """Return the path of a file that was written as a path or as a URL."""
    path = written.removeprefix("file://") if written.startswith("file://") else written
    return path[1:] if re.match(r"/[A-Za-z]:[\\/]", path) else path


def main_and_raised(found: Sequence[Frame], file: str = "") -> tuple[Frame | None, tuple[Spot, ...]]:
    """Return the frame that a complaint is shown at, and a further place where the error itself arose.

    The first is the innermost in `file`, where the test stands (its path as far as it is known), else the innermost of
    the project.
    """
    own = [one for one in found if one.own]
    here = next((one for one in own if file and same_file(one.file, file)), own[0] if own else None)
    raised = () if not own or own[0] == here else (Spot(own[0].file, own[0].at, "It was raised here."),)
    return here, raised


def of_test(found: Sequence[Frame], file: str = "") -> tuple[Frame | None, tuple[Spot, ...]]:
    """Return the same for a test; where its file is not told, it is that of the outermost frame of the project."""
    return main_and_raised(found, file or next((one.file for one in reversed(found) if one.own), ""))


def same_file(one: str, other: str) -> bool:
    """Tell whether two paths, one of which may be relative, are of one file as far as they tell."""
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")
