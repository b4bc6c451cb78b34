"""The frames of Java's stack traces; a frame names its class, from which the end of the file's path follows."""

import re
from collections.abc import Iterable

import msgspec

_FRAME = re.compile(
    r"\s{1,12}at (?:[\w.@-]{0,100}/{1,2}){0,2}(?P<class>[\w.$]{1,300})\.(?P<method>[\w$<>]{1,200})"
    r"\((?P<file>[\w$-]{1,200}\.(?:java|kt|groovy|scala)):(?P<line>\d{1,7})\)"
)
_OF_OTHERS = re.compile(
    r"(?:java|javax|jdk|sun|com\.sun|kotlin|scala|groovy|org\.(?:junit|opentest4j|hamcrest|assertj|gradle|apache\.maven|testng|mockito|codehaus|springframework))\."
)


class Frame(msgspec.Struct, frozen=True):
    """A line of a source file that was being carried out: `file` is the end of its path, as its package tells it."""

    file: str
    line: int
    of: str
    own: bool


def frame(line: str) -> Frame | None:
    """Return the frame that a line of a stack trace names."""
    match = _FRAME.match(line) if "at " in line else None
    if match is None:
        return None
    return Frame(
        end_of_path(match["class"], match["file"]),
        int(match["line"]),
        match["class"],
        not _OF_OTHERS.match(match["class"]),
    )


def frames(lines: Iterable[str]) -> list[Frame]:
    """Return the frames among the lines, the innermost first."""
    return [found for line in lines if (found := frame(line))]


def end_of_path(name: str, file: str) -> str:
    """Return a class's file below the folder of its package: `com.example.SumsTest` is in com/example."""
    package = name.rpartition(".")[0].replace(".", "/")
    return f"{package}/{file}" if package else file
