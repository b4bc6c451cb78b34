"""The frames of Python tracebacks, as Python and as pytest write them."""

import re
from collections.abc import Sequence

import msgspec

from calibrant.failures.reports.reader import Spot, at
from calibrant.model.issue import At

_NATIVE = re.compile(
    r'(?:E  )?\s{0,12}File "(?P<file>[^"\n]{1,300})", line (?P<line>\d{1,7})(?:, in (?P<name>[^\n]{1,200}))?$'
)
_PYTEST = re.compile(
    r"(?P<file>[^\s:<][^:\n]{0,300}|[A-Za-z]:[\\/][^:\n]{1,300}):(?P<line>\d{1,7}):?"
    r"(?: in (?P<name>[^\n]{1,200})| [\w.]{1,100})? ?$"
)
_OF_OTHERS = re.compile(
    r"(?:^|[\\/])(?:site-packages|dist-packages|lib[\\/]python\d[\d.]{0,5}|[Ll]ib[\\/](?:importlib|unittest)|\.venv|\.tox|\.nox)[\\/]"
    r"|[\\/]bin[\\/][\w.-]{1,60}$|^<"
)


class Frame(msgspec.Struct, frozen=True):
    """A line of a source file that was being carried out; `line` is from 1."""

    file: str
    line: int
    name: str = ""

    @property
    def at(self) -> At:
        """The place."""
        return at(self.line)

    @property
    def own(self) -> bool:
        """Whether it is of the project and not of Python or of an installed package, as far as its path tells."""
        return not _OF_OTHERS.search(self.file)

    def spot(self, message: str) -> Spot:
        """Return it as a further place."""
        return Spot(self.file, self.at, message)


def native(line: str) -> Frame | None:
    """Return the frame that a line of a traceback by Python itself names."""
    match = _NATIVE.match(line) if 'File "' in line else None
    return Frame(match["file"], int(match["line"]), match["name"] or "") if match else None


def of_pytest(line: str) -> Frame | None:
    """Return the frame that a line of a traceback by pytest names: `file:line: in function`, `file:line: SomeError`."""
    match = _PYTEST.match(line)
    return Frame(match["file"], int(match["line"]), match["name"] or "") if match else None


def deepest(frames: Sequence[Frame]) -> Frame | None:
    """Return the last frame that is the project's own."""
    return next((frame for frame in reversed(frames) if frame.own), None)
