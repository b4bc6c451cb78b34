"""Goes over a script character by character: blanks, comments, ends of lines, and the here-documents behind them."""

import re
from typing import NamedTuple

from calibrant.syntax.shell.problem import UNKNOWN, DoubtError

_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_LINE = re.compile(r"[^\n]*")


class Document(NamedTuple):
    """A here-document that was announced: where its operator and delimiter stand, and in how many substitutions."""

    start: int
    end: int
    delimiter: str
    tabs: bool
    inside: int


class Scanner:
    """A script and the place that was read up to.

    `depth` counts all levels that the place is in, `inside` those of them that are substitutions; `unknown` tells that text which
    only the run knows stood where a command begins, `unended` is the first here-document without an end.
    """

    def __init__(self, text: str, *, bash: bool) -> None:
        self.text = text
        self.bash = bash
        self.at = 0
        self.depth = 0
        self.inside = 0
        self.unknown = False
        self.waiting: list[Document] = []
        self.unended: Document | None = None

    def char(self, ahead: int = 0) -> str:
        """Return the character at the place, or empty text at the end."""
        return self.text[self.at + ahead : self.at + ahead + 1]

    def ended(self) -> bool:
        """Tell whether the script is at its end."""
        return self.at >= len(self.text)

    def blanks(self) -> None:
        """Go over blanks and a comment behind them, in one line."""
        if found := _BLANK.match(self.text, self.at):
            self.at = found.end()
        if self.char() == "#" and (self.at == 0 or self.text[self.at - 1] in " \t\n;&|()<>\\"):
            self.at = _end(_COMMENT, self.text, self.at)

    def lines(self) -> bool:
        """Go over blanks, comments and ends of lines; tell whether there was an end of a line."""
        before = self.at
        self.blanks()
        broken = False
        while self.char() == "\n":
            self.newline()
            self.blanks()
            broken = True
        return broken and self.at > before

    def newline(self) -> None:
        """Go over the end of a line, and over the here-documents that begin behind it."""
        self.at += 1
        waiting, self.waiting = self.waiting, []
        for document in waiting:
            if document.inside != self.inside:
                raise DoubtError
            self._document(document)

    def _document(self, document: Document) -> None:
        maybe = self.inside > 0
        while not self.ended():
            end = _end(_LINE, self.text, self.at)
            line = self.text[self.at : end]
            self.at = min(end + 1, len(self.text))
            if (line.lstrip("\t") if document.tabs else line) == document.delimiter:
                return
            maybe = maybe or (UNKNOWN in line and not line.replace(UNKNOWN, "").strip())
        if maybe:
            raise DoubtError  # a line that only the run knows may be the end
        self.unended = self.unended or document


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
