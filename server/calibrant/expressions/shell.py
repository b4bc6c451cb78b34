"""Shell text with references in it: finds how the shell reads each place, so that a value is never spliced into code."""

import re
from collections.abc import Iterable
from enum import StrEnum

_HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([A-Za-z_][\w.-]*))")
_WORD = re.compile(r"[A-Za-z]+(?![\w-])")
_BEFORE_COMMANDS = frozenset({"then", "do", "else", "elif", "if", "while", "until", "in"})
_REPLACED = re.compile(r"(?<!\\)(?:\\\\)*(?:\\|(?<!\$)(?:\$\$)*\$)\Z")


class Quoting(StrEnum):
    """How a shell reads a place: what it does with a variable's name there."""

    BARE = "bare"
    DOUBLE = "double"
    SINGLE = "single"
    TEXT = "text"  # a here-document: variables are replaced, quotes are plain characters
    RAW = "raw"  # a here-document with a quoted delimiter: nothing is replaced
    ARITHMETIC = "arithmetic"
    COMMENT = "comment"
    ESCAPED = "escaped"  # behind a backslash, or a dollar sign that would make another thing of it


class _Frame:
    """One level of quoting: what closes it, the parentheses and `case`s open in it, and its here-document's delimiter."""

    def __init__(self, quoting: Quoting, end: str = "", document: tuple[str, bool] = ("", False)) -> None:
        self.quoting = quoting
        self.end = end
        self.document = document
        self.parens = 0
        self.cases = 0


class _Shell:
    """Reads sh text piece by piece and knows how its end is quoted; `bash` knows $'…' besides."""

    def __init__(self, *, bash: bool = False) -> None:
        self._stack = [_Frame(Quoting.BARE)]
        self._pending: list[tuple[str, bool, bool]] = []
        self._line = ""
        self._word_start = True
        self._command = True
        self._escaped = False
        self._bash = bash

    @property
    def now(self) -> Quoting:
        quoting = self._stack[-1].quoting
        replaced = quoting in (Quoting.BARE, Quoting.DOUBLE, Quoting.TEXT, Quoting.ARITHMETIC)
        return Quoting.ESCAPED if self._escaped and replaced else quoting

    def value(self) -> None:
        """A reference stands here."""
        self._word_start = self._command = self._escaped = False
        self._line += "\0"  # no delimiter can hold it

    def read(self, text: str) -> None:
        at = 0
        while at < len(text):
            at = self._step(text, at)
        self._escaped = _REPLACED.search(text[-64:]) is not None

    def _step(self, text: str, at: int) -> int:
        char = text[at]
        match self._stack[-1].quoting:
            case Quoting.RAW:
                return self._heredoc(char, at)
            case Quoting.TEXT if char not in "\\$`" or not self._substitutes(text, at):
                return self._heredoc(char, at)
            case Quoting.SINGLE:
                return self._single(text, at)
            case Quoting.COMMENT:
                if char != "\n":
                    return at + 1
                self._pop()
                self._word_start = self._command = True
            case Quoting.ARITHMETIC:
                return self._arithmetic(text, at)
        return self._replaced(text, at)

    def _replaced(self, text: str, at: int) -> int:
        """Read where the shell replaces: bare text, double quotes, here-documents."""
        frame = self._stack[-1]
        char = text[at]
        if char == "\\":
            if text[at + 1 : at + 2] != "\n":
                self._word_start = self._command = False
            return at + 2
        if text.startswith("$((", at):
            self._push(Quoting.ARITHMETIC)
            return at + 3
        if text.startswith("$(", at):
            self._push(Quoting.BARE, ")")
            return at + 2
        if char == "`":
            self._pop() if frame.end == "`" else self._push(Quoting.BARE, "`")
            return at + 1
        if char == '"' and frame.quoting is not Quoting.TEXT:
            self._pop() if frame.quoting is Quoting.DOUBLE else self._push(Quoting.DOUBLE)
            self._word_start = self._command = False
            return at + 1
        return self._bare(text, at) if frame.quoting is Quoting.BARE else at + 1

    def _substitutes(self, text: str, at: int) -> bool:
        """Tell whether a command or an escape begins here in a here-document, rather than a plain character."""
        if text[at] == "\\":
            return text[at + 1 : at + 2] in ("\\", "$", "`")
        return text[at] == "`" or text.startswith("$(", at)

    def _push(self, quoting: Quoting, end: str = "") -> None:
        self._stack.append(_Frame(quoting, end))
        self._word_start = self._command = quoting is Quoting.BARE

    def _pop(self) -> None:
        self._stack.pop()
        self._word_start = self._command = False

    def _single(self, text: str, at: int) -> int:
        if text[at] == "\\" and self._stack[-1].end == "$'":
            return at + 2
        if text[at] == "'":
            self._pop()
        return at + 1

    def _arithmetic(self, text: str, at: int) -> int:
        frame = self._stack[-1]
        if text.startswith("))", at) and not frame.parens:
            self._pop()
            return at + 2
        frame.parens += (text[at] == "(") - (text[at] == ")")
        return at + 1

    def _bare(self, text: str, at: int) -> int:
        char = text[at]
        start, self._word_start = self._word_start, char in " \t\n;&|()"
        if start and char not in " \t":
            self._command_word(text, at)
        if char in "\n;&|(":
            self._command = True
        if char == "'":
            self._push(Quoting.SINGLE)
        elif self._bash and text.startswith("$'", at):
            self._push(Quoting.SINGLE, "$'")
            return at + 2
        elif char == "#" and start:
            self._push(Quoting.COMMENT)
        elif char == "(":
            self._stack[-1].parens += 1
        elif char == ")":
            self._close()
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

    def _command_word(self, text: str, at: int) -> None:
        """Note where a `case` begins and ends: the parentheses behind its patterns close nothing."""
        found = _WORD.match(text, at)
        word = found[0] if found else ""
        if self._command and word in ("case", "esac"):
            self._stack[-1].cases = max(0, self._stack[-1].cases + (1 if word == "case" else -1))
        self._command = (self._command and text[at] in "{!") or word in _BEFORE_COMMANDS

    def _close(self) -> None:
        frame = self._stack[-1]
        if frame.parens:
            frame.parens -= 1
        elif frame.end == ")" and not frame.cases:
            self._pop()
            return
        self._command = True

    def _open_heredoc(self) -> None:
        word, indented, raw = self._pending.pop(0)
        self._line = ""
        self._stack.append(_Frame(Quoting.RAW if raw else Quoting.TEXT, document=(word, indented)))

    def _heredoc(self, char: str, at: int) -> int:
        if char != "\n":
            self._line += char
            return at + 1
        word, indented = self._stack[-1].document
        if (self._line.lstrip("\t") if indented else self._line) == word:
            self._pop()
            if self._pending:
                self._open_heredoc()
        self._line = ""
        self._word_start = self._command = True
        return at + 1


def quotings(parts: Iterable[str | None], *, bash: bool = False) -> list[Quoting]:
    """Return how the shell reads each place where a value stands; `parts` are the text between them, None for a value."""
    shell = _Shell(bash=bash)
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
        case Quoting.SINGLE | Quoting.RAW | Quoting.ESCAPED:
            return None
    return f"${{{name}}}"
