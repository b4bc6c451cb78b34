"""Shell text with references in it: finds how the shell reads each place, so that a value is never spliced into code."""

import re
from collections.abc import Iterable
from enum import StrEnum

_HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([A-Za-z_][\w.-]*))")


class Quoting(StrEnum):
    """How a shell reads a place: what it does with a variable's name there."""

    BARE = "bare"
    DOUBLE = "double"
    SINGLE = "single"
    TEXT = "text"  # a here-document: variables are replaced, quotes are plain characters
    RAW = "raw"  # a here-document with a quoted delimiter: nothing is replaced
    ARITHMETIC = "arithmetic"
    COMMENT = "comment"


class _Shell:
    """Reads sh text piece by piece and knows how its end is quoted."""

    def __init__(self) -> None:
        self._stack = [Quoting.BARE]
        self._parens = [0]
        self._pending: list[tuple[str, bool, bool]] = []
        self._line = ""
        self._word_start = True

    @property
    def now(self) -> Quoting:
        return self._stack[-1]

    def value(self) -> None:
        """A reference stands here."""
        self._word_start = False
        self._line += "\0"  # no delimiter can hold it

    def read(self, text: str) -> None:
        at = 0
        while at < len(text):
            at = self._step(text, at)

    def _step(self, text: str, at: int) -> int:
        char = text[at]
        match self.now:
            case Quoting.TEXT | Quoting.RAW:
                return self._heredoc(char, at)
            case Quoting.SINGLE:
                if char == "'":
                    self._pop()
                return at + 1
            case Quoting.COMMENT:
                if char != "\n":
                    return at + 1
                self._pop()
                self._word_start = True
            case Quoting.ARITHMETIC:
                return self._arithmetic(text, at)
        if char == "\\":
            self._word_start = False
            return at + 2
        if text.startswith("$((", at):
            self._push(Quoting.ARITHMETIC)
            return at + 3
        if text.startswith("$(", at):
            self._push(Quoting.BARE)
            return at + 2
        if char == '"':
            self._pop() if self.now is Quoting.DOUBLE else self._push(Quoting.DOUBLE)
            self._word_start = False
            return at + 1
        return self._bare(text, at) if self.now is Quoting.BARE else at + 1

    def _push(self, quoting: Quoting) -> None:
        self._stack.append(quoting)
        self._parens.append(0)
        self._word_start = quoting is Quoting.BARE

    def _pop(self) -> None:
        self._stack.pop()
        self._parens.pop()

    def _arithmetic(self, text: str, at: int) -> int:
        if text.startswith("))", at) and not self._parens[-1]:
            self._pop()
            return at + 2
        self._parens[-1] += (text[at] == "(") - (text[at] == ")")
        return at + 1

    def _bare(self, text: str, at: int) -> int:
        char = text[at]
        start, self._word_start = self._word_start, char in " \t\n;&|("
        if char == "'":
            self._push(Quoting.SINGLE)
        elif char == "#" and start:
            self._push(Quoting.COMMENT)
        elif char == "(":
            self._parens[-1] += 1
        elif char == ")":
            if not self._parens[-1] and len(self._stack) > 1:
                self._pop()
            else:
                self._parens[-1] -= 1
        elif text.startswith("<<<", at):
            return at + 3
        elif char == "<" and (found := _HEREDOC.match(text, at)):
            quoted = found.group(2) or found.group(3)
            raw = bool(quoted) or "\\" in found.group()
            self._pending.append((quoted or found.group(4), bool(found.group(1)), raw))
            return found.end()
        elif char == "\n" and self._pending:
            self._open_heredoc()
        return at + 1

    def _open_heredoc(self) -> None:
        self._line = ""
        self._push(Quoting.RAW if self._pending[0][2] else Quoting.TEXT)

    def _heredoc(self, char: str, at: int) -> int:
        if char != "\n":
            self._line += char
            return at + 1
        word, indented, _ = self._pending[0]
        if (self._line.lstrip("\t") if indented else self._line) == word:
            self._pending.pop(0)
            self._pop()
            if self._pending:
                self._open_heredoc()
        self._line = ""
        self._word_start = True
        return at + 1


def quotings(parts: Iterable[str | None]) -> list[Quoting]:
    """Return how the shell reads each place where a value stands; `parts` are the text between them, None for a value."""
    shell = _Shell()
    found: list[Quoting] = []
    for part in parts:
        if part is None:
            found.append(shell.now)
            shell.value()
        else:
            shell.read(part)
    return found


def variable(name: str, quoting: Quoting) -> str | None:
    """Return how the variable is written at a place quoted like this, or None where the shell would not look at it."""
    match quoting:
        case Quoting.BARE:
            return f'"${{{name}}}"'
        case Quoting.SINGLE | Quoting.RAW:
            return None
    return f"${{{name}}}"
