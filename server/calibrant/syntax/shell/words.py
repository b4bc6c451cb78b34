"""Reads words of a script: quotes, expansions, substitutions and patterns in them."""

import re
from typing import NamedTuple

from calibrant.syntax.shell.problem import UNKNOWN, DoubtError, unclosed
from calibrant.syntax.shell.scanner import Scanner

META = " \t\n|&;()<>"
_PLAIN = re.compile(r"""[^ \t\n|&;()<>"'\\`$]*""")
_IN_DOUBLE = re.compile(r'[^"\\`$]*')
_IN_BRACES = re.compile(r"""[^}"'\\`$]*""")
_IN_BACKTICKS = re.compile(r"[^`\\]*")
_IN_ARITHMETIC = re.compile(r"""[^()"'\\`$]*""")
_SINGLE = re.compile(r"'[^']*'")
_ANSI = re.compile(r"\$'(?:[^'\\]|\\.)*'", re.DOTALL)
_ARRAY = re.compile(r"[A-Za-z_]\w*(?:\[[^\]\n]*\])?\+?=\Z")
_SUBSCRIPT = re.compile(r"[A-Za-z_]\w*\[")
_IN_SUBSCRIPT = re.compile(r"[^\[\]\n'\"\\`$]*")

DEEPEST = 40
"""Levels of substitutions and brackets above which nothing is said of a script."""


class Word(NamedTuple):
    """A word: its place, and its text where no quote or expansion stands in it."""

    start: int
    end: int
    plain: str | None

    @property
    def unknown(self) -> bool:
        """Tell whether the word is nothing but text that only the run knows."""
        return self.plain is not None and not self.plain.strip(UNKNOWN)


class Words(Scanner):
    """Reads words. `commands_in_brackets` is what reads the commands of a substitution."""

    def __init__(self, text: str, *, bash: bool) -> None:
        super().__init__(text, bash=bash)
        self.no_arithmetic: set[int] = set()
        self.suspect: int | None = None

    def commands_in_brackets(self, start: int, opener: str) -> None:
        """Read commands up to and with the ‘)’ that closes the bracket opened at `start`."""
        raise NotImplementedError

    def word(self) -> Word:
        """Read a word, which may be empty."""
        start, plain = self.at, True
        while True:
            self.at = self._over(_PLAIN)
            char = self.char()
            if char == "(" and self._grouped(start):
                plain = False
            elif char and char in "<>" and self.char(1) == "(":
                self.substitution(2)
                plain = False
            elif not char or char in META:
                break
            elif self.text.startswith("\\\n", self.at):
                self.at += 2
            else:
                self.special(char)
                plain = False
        text = self.text[start : self.at]
        return Word(start, self.at, text.replace("\\\n", "") if plain else None)

    def _grouped(self, start: int) -> bool:
        """Read the brackets of an extended pattern or of a list of values, if there is one here."""
        before = self.text[self.at - 1 : self.at]
        if self.at > start and before in {"?", "*", "+", "@", "!"}:
            self._pattern()
            return True
        if before == "=" and _ARRAY.search(self.text, start, self.at):
            self._values()
            return True
        return False

    def special(self, char: str, *, quoted: bool = False) -> None:
        """Read what a character opens that is not plain: a quote, an escape or an expansion."""
        if char == "\\":
            self.at = min(self.at + 2, len(self.text))
        elif char == '"':
            self._double()
        elif char == "'":
            self._single()
        elif char == "`":
            self._backticks()
        else:
            self._dollar(quoted=quoted)

    def _over(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        return found.end() if found else self.at

    def _single(self, opener: str = "'", pattern: re.Pattern[str] = _SINGLE) -> None:
        found = pattern.match(self.text, self.at)
        if not found:
            self._unclosed_quote(self.at, opener, "'")
        else:
            self._closed(self.at, found.end())
            self.at = found.end()

    def _double(self) -> None:
        start = self.at
        self.at += 1
        while True:
            self.at = self._over(_IN_DOUBLE)
            char = self.char()
            if not char:
                self._unclosed_quote(start, '"', '"')
            if char == '"':
                self.at += 1
                return self._closed(start, self.at)
            self.special(char, quoted=True)

    def _closed(self, start: int, end: int) -> None:
        """Note the first quote over several lines that ends amid a word: it may be the one that lacks its end."""
        behind = self.text[end : end + 1]
        if self.suspect is None and (behind.isalnum() or behind in {"-", "/", ".", "_"}):
            line = self.text.find("\n", start, end)
            self.suspect = start if line >= 0 else None

    def _unclosed_quote(self, start: int, opener: str, closer: str) -> None:
        suspect = self.suspect
        if suspect is not None and self.text[suspect] == closer == opener:
            start = suspect
        unclosed(start, opener, closer)

    def _backticks(self) -> None:
        start = self.at
        self.at += 1
        while True:
            self.at = self._over(_IN_BACKTICKS)
            char = self.char()
            if not char:
                unclosed(start, "`", "`")
            self.at = min(self.at + (2 if char == "\\" else 1), len(self.text))
            if char == "`":
                return

    def _dollar(self, *, quoted: bool) -> None:
        text, at = self.text, self.at
        if text.startswith("$((", at):
            self._arithmetic_or_commands()
        elif text.startswith("$(", at):
            self.substitution(2)
        elif text.startswith("${", at):
            self._braces(quoted=quoted)
        elif text.startswith("$[", at):
            raise DoubtError
        elif text.startswith("$'", at) and not quoted:
            if not self.bash:
                raise DoubtError
            self._single("$'", _ANSI)
        else:
            self.at += 2 if text.startswith("$$", at) else 1

    def substitution(self, opener: int) -> None:
        """Read a substitution of commands, opened by that many characters."""
        start = self.at
        self.at += opener
        self.deeper()
        self.inside += 1
        self.commands_in_brackets(start, self.text[start : start + opener])
        self.inside -= 1
        self.depth -= 1

    def deeper(self) -> None:
        """Note that what follows stands one level deeper."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise DoubtError

    def _arithmetic_or_commands(self) -> None:
        start = self.at
        if start not in self.no_arithmetic:
            self.at += 3
            if self.arithmetic(start, "$(("):
                return
            self.at = start
            self.no_arithmetic.add(start)
        self.substitution(2)

    def arithmetic(self, start: int, opener: str) -> bool:
        """Read an arithmetic expression up to and with its ‘))’; tell False where the brackets close otherwise."""
        open_brackets = 0
        self.deeper()
        while True:
            self.at = self._over(_IN_ARITHMETIC)
            char = self.char()
            if not char:
                unclosed(start, opener, "))")
            if char == "'":
                raise DoubtError
            if char not in "()":
                self.special(char, quoted=True)
                continue
            self.at += 1
            open_brackets += 1 if char == "(" else -1
            if open_brackets < 0:
                break
        self.depth -= 1
        closed = self.char() == ")"
        self.at += closed
        return closed

    def _braces(self, *, quoted: bool) -> None:
        start = self.at
        self.at += 2
        if self.char() in {" ", "\t", "\n", "|"}:
            raise DoubtError  # commands in braces, which only the newest bash knows
        self.deeper()
        while True:
            self.at = self._over(_IN_BRACES)
            char = self.char()
            if not char:
                unclosed(start, "${", "}")
            if char == "}":
                self.at += 1
                self.depth -= 1
                return
            if char == "'" and quoted and not self.bash:
                raise DoubtError
            self.special(char, quoted=quoted)

    def _pattern(self) -> None:
        """Read the brackets of an extended pattern: words with bars and blanks between them."""
        start = self.at
        self.at += 1
        self.deeper()
        while (char := self.char()) != ")":
            if not char or char in "<>&;\n":
                raise DoubtError
            if char in " \t|":
                self.at += 1
            elif char == "(":
                self._pattern()
            else:
                self.word()
        self.at += 1
        self.depth -= 1
        if start == self.at:
            raise DoubtError

    def _values(self) -> None:
        """Read a list of values in brackets, over any number of lines."""
        start = self.at
        self.at += 1
        self.deeper()
        self.lines()
        while (char := self.char()) != ")":
            if not char:
                unclosed(start, "(", ")")
            if self.waiting or (char in "&;|(<>" and not self.text.startswith(("<(", ">("), self.at)):
                raise DoubtError
            self.word()
            self.lines()
        self.at += 1
        self.depth -= 1

    def subscript(self) -> None:
        """Go over the subscript of a variable that is assigned to, in which blanks end no word."""
        found = _SUBSCRIPT.match(self.text, self.at)
        if not found:
            return
        open_brackets = 1
        self.at = found.end()
        while open_brackets:
            self.at = self._over(_IN_SUBSCRIPT)
            char = self.char()
            if not char or char == "\n":
                raise DoubtError
            if char in "[]":
                open_brackets += 1 if char == "[" else -1
                self.at += 1
            else:
                self.special(char)
