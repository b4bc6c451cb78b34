"""Reads the commands that keywords begin: conditions, loops, choices, groups, tests and functions."""

import re
from typing import NoReturn

from calibrant.syntax.shell.grammar import Grammar, Opened
from calibrant.syntax.shell.problem import DoubtError, unclosed, wrong
from calibrant.syntax.shell.words import META

_THEN = frozenset({"then"})
_BRANCH = frozenset({"elif", "else", "fi"})
_FI = frozenset({"fi"})
_DO = frozenset({"do"})
_DONE = frozenset({"done"})
_BRACE = frozenset({"}"})
_CLAUSE = frozenset({";;", "esac"})
_IN = re.compile(r"in(?=[\s;&|()<>]|\Z)")
_ESAC = re.compile(r"esac(?=[\s;&|()<>]|\Z)")
_TEST_SIGNS = re.compile(r"[()<>|&]")


class Compounds(Grammar):
    """The whole grammar of a script."""

    def compound(self, keyword: str, start: int) -> None:
        """Read the command that a keyword begins, which was gone over."""
        self.deeper()
        match keyword:
            case "if":
                self._if(start)
            case "while" | "until":
                self._expect(self.commands(_DO, Opened(keyword, start, "do"), needed=True), "do", keyword, start)
                self._loop(keyword, start)
            case "for" | "select":
                self._for(keyword, start)
            case "case":
                self._case(start)
            case "{":
                self._close(self.commands(_BRACE, Opened("{", start, "}"), needed=True), "}", "{", start)
            case "[[":
                self._test(start)
            case "function":
                self._function_named()
            case _:
                raise DoubtError
        self.depth -= 1

    def _if(self, start: int) -> None:
        word = "if"
        at = start
        while word != "else":
            end = self.commands(_THEN, Opened(word, at, "then"), needed=True)
            self._expect(end, "then", word, at)
            word, at = self.commands(_BRANCH, Opened("if", start, "fi"), needed=True), self.at
            if word in {"", "fi"}:
                break
            self.at += len(word)
        if word != "else":
            self._close(word, "fi", "if", start)
            return
        self._close(self.commands(_FI, Opened("if", start, "fi"), needed=True), "fi", "if", start)

    def _loop(self, keyword: str, start: int) -> None:
        self._close(self.commands(_DONE, Opened(keyword, start, "done"), needed=True), "done", keyword, start)

    def _for(self, keyword: str, start: int) -> None:
        self.blanks()
        if self.text.startswith("((", self.at):
            at = self.at
            self.at += 2
            if not self.arithmetic(at, "(("):
                raise DoubtError
        else:
            self._for_words(keyword, start)
        self.blanks()
        if self.char() == ";":
            self.at += 1
        self.lines()
        if self.keyword() == "{":
            at, self.at = self.at, self.at + 1
            self._close(self.commands(_BRACE, Opened("{", at, "}"), needed=True), "}", "{", at)
            return
        self._expect(self.keyword() if self.keyword() == "do" else "", "do", keyword, start)
        self._loop(keyword, start)

    def _for_words(self, keyword: str, start: int) -> None:
        name = self.word()
        if name.start == name.end:
            wrong(start, start + len(keyword), f"The name of a variable is missing behind ‘{keyword}’.")
        self.lines()
        if not _IN.match(self.text, self.at):
            return
        self.at += 2
        while True:
            self.blanks()
            char = self.char()
            if not char or (char in META and not self.text.startswith(("<(", ">("), self.at)):
                return
            self.word()

    def _case(self, start: int) -> None:
        self.blanks()
        self.word()
        self.lines()
        if not _IN.match(self.text, self.at):
            if not self.ended():
                raise DoubtError
            self._close("", "in", "case", start)
        self.at += 2
        while True:
            self.lines()
            if _ESAC.match(self.text, self.at):
                self.at += 4
                return
            if self.ended():
                self._close("", "esac", "case", start)
            self._patterns()
            end = self.commands(_CLAUSE, Opened("case", start, "esac"))
            if end == ";;":
                self.at += 3 if self.text.startswith(";;&", self.at) else 2
            elif end != "esac":
                self._close("", "esac", "case", start)

    def _patterns(self) -> None:
        if self.char() == "(":
            self.at += 1
        while True:
            self.blanks()
            before = self.at
            self.word()
            self.blanks()
            if self.char() == ")" and self.at > before:
                self.at += 1
                return
            if self.char() != "|" or self.at == before:
                raise DoubtError
            self.at += 1

    def _test(self, start: int) -> None:
        if not self.bash:
            raise DoubtError
        while True:
            self.lines()
            char = self.char()
            if not char:
                self.no_bracket(start)
            if char == ";":
                wrong(start, start + 2, "‘[[’ is opened here and not closed before ‘;’.", "Close it with ‘]]’.")
            if _TEST_SIGNS.match(char) and not self.text.startswith(("<(", ">("), self.at):
                self.at += 1
                continue
            before = self.at
            word = self.word()
            if word.plain == "]]":
                return
            if self.at == before:
                raise DoubtError

    def no_bracket(self, start: int) -> NoReturn:
        """End the reading with a test that is not closed."""
        unclosed(start, "[[", "]]")

    def _function_named(self) -> None:
        if not self.bash:
            raise DoubtError
        self.blanks()
        self.word()
        self.blanks()
        if self.char() == "(":
            self.at += 1
            self.blanks()
            if self.char() != ")":
                raise DoubtError
            self.at += 1
        self.body()

    def _expect(self, found: str, word: str, keyword: str, start: int) -> None:
        if found == word:
            self.at += len(word)
            return
        hint = f"Write ‘{word}’ behind ‘;’ or at the start of the next line."
        self._missing(word, keyword, start, hint)

    def _close(self, found: str, word: str, keyword: str, start: int) -> None:
        if found == word:
            self.at += len(word)
            return
        self._missing(word, keyword, start, "It must stand at the start of a line or behind ‘;’.")

    def _missing(self, word: str, keyword: str, start: int, hint: str) -> NoReturn:
        if self.unended:
            self.no_end(self.unended)
        wrong(start, start + len(keyword), f"‘{keyword}’ has no ‘{word}’.", hint)
