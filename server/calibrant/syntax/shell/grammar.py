"""Reads the commands of a script: lists, pipelines, redirections, simple commands and functions."""

import re

from calibrant.syntax.shell.problem import UNKNOWN, DoubtError, ShellProblem, WrongError, unclosed, wrong
from calibrant.syntax.shell.scanner import Document
from calibrant.syntax.shell.words import META, Word, Words

_BEHIND = r"(?=(?:\\\n)*(?:[ \t\n|&;()<>]|\Z))"
_KEYWORD = re.compile(
    r"(?:if|then|elif|else|fi|for|select|do|done|case|esac|while|until|function|time|coproc|[{}!]|\[\[)" + _BEHIND
)
_JOIN = re.compile(r"&&|\|\||\|&|\|")
_END_OF_CLAUSE = re.compile(r";;&|;;|;&")
_REDIRECT = re.compile(r"(?:\d+|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<>|<&|>>|>&|>\||&>>|&>|<(?!\()|>(?!\())")
_SIGN = re.compile(r"&&|\|\||\|&|;;&|;;|;&|[|&;()]|\S")
_ALIAS = re.compile(r"(?<![\w-])alias(?![\w-])")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*(?:\[|\+?=)")
_CLOSERS = {
    "then": "if",
    "elif": "if",
    "else": "if",
    "fi": "if",
    "do": "for",
    "done": "do",
    "esac": "case",
    "}": "{",
}


class Opened:
    """A construct that is not closed yet: its word, where that stands, and the word that is waited for."""

    def __init__(self, word: str, start: int, wanted: str) -> None:
        self.word, self.start, self.wanted = word, start, wanted


class Grammar(Words):
    """Reads a script, and raises `WrongError` at the first thing that no shell can read."""

    def __init__(self, text: str, *, bash: bool) -> None:
        super().__init__(text, bash=bash)
        self.opened: list[Opened] = []

    def script(self) -> None:
        """Read the whole script."""
        if _ALIAS.search(self.text):
            raise DoubtError
        self.commands(frozenset(), None)

    def compound(self, keyword: str, start: int) -> None:
        """Read the command that a keyword begins, which was gone over."""
        raise NotImplementedError

    def keyword(self) -> str:
        """Return the keyword at the place, if one stands there; it is not gone over."""
        found = _KEYWORD.match(self.text, self.at)
        return found[0] if found else ""

    def commands(self, ends: frozenset[str], opened: Opened | None, *, needed: bool = False) -> str:
        """Read commands up to one of the words or signs that end them; return it, or empty text at the script's end.

        `needed`: at least one command must stand before the end.
        """
        if opened:
            self.opened.append(opened)
        first = self.at
        self.lines()
        count = 0
        while not (end := self._end(ends)) and not self.ended():
            self._joined()
            count += 1
            if not self._separated() and not self._end(ends) and not self.ended():
                self.unexpected()
        if opened:
            self.opened.pop()
        if needed and not count and end:
            self._nothing(opened, end, first)
        return end

    def _end(self, ends: frozenset[str]) -> str:
        char = self.char()
        if char == ")":
            return ")" if ")" in ends else ""
        if char == ";":
            found = _END_OF_CLAUSE.match(self.text, self.at)
            return ";;" if found and ";;" in ends else ""
        word = self.keyword()
        return word if word in ends else ""

    def _nothing(self, opened: Opened | None, end: str, first: int) -> None:
        before = re.search(r"\S+\s*\Z", self.text[:first])
        word = before[0].strip() if before else opened.word if opened else ""
        hint = "Write ‘:’ where nothing is to be done; a comment alone is no command."
        wrong(self.at, self.at + len(end), f"No command stands between ‘{word}’ and ‘{end}’.", hint, keyword=True)

    def _separated(self) -> bool:
        self.blanks()
        char = self.char()
        if char == ";" and not _END_OF_CLAUSE.match(self.text, self.at):
            self.at += 1
            self.lines()
            return True
        if char == "&" and self.char(1) != "&":
            self.at += 1
            self.lines()
            return True
        return self.lines()

    def _joined(self) -> None:
        """Read commands that ‘&&’, ‘||’ and ‘|’ join."""
        self._command()
        while True:
            self.blanks()
            found = _JOIN.match(self.text, self.at)
            if not found:
                return
            start, self.at = self.at, found.end()
            self.lines()
            if self.ended():
                wrong(start, start + len(found[0]), f"No command stands behind ‘{found[0]}’.")
            self._command()

    def _command(self) -> None:
        self.blanks()
        start = self.at
        keyword = self.keyword()
        if keyword in {"!", "time"}:
            self._prefixed(keyword)
        elif keyword in _CLOSERS:
            self.unexpected()
        elif keyword:
            self.at += len(keyword)
            self.compound(keyword, start)
            self._behind_compound()
        elif self.char() == "(":
            self._brackets(start)
            self._behind_compound()
        elif self.char() in META and not _REDIRECT.match(self.text, self.at) and not self._substitutes():
            self.unexpected()
        else:
            self._simple()

    def _substitutes(self) -> bool:
        return self.text.startswith(("<(", ">("), self.at)

    def _prefixed(self, keyword: str) -> None:
        self.at += len(keyword)
        self.blanks()
        if keyword == "time" and self.text.startswith("-p", self.at):
            self.at += 2
            self.blanks()
        if not self.ended() and self.char() not in "\n;&|)":
            self.deeper()
            self._command()
            self.depth -= 1

    def _brackets(self, start: int) -> None:
        if self.text.startswith("((", start) and start not in self.no_arithmetic:
            self.at += 2
            if self.arithmetic(start, "(("):
                return
            self.at = start
            self.no_arithmetic.add(start)
        self.at = start + 1
        self.deeper()
        self.commands_in_brackets(start, "(")
        self.depth -= 1

    def commands_in_brackets(self, start: int, opener: str) -> None:
        """Read commands up to and with the ‘)’ that closes the bracket opened at `start`."""
        waiting = len(self.waiting)
        end = self.commands(frozenset({")"}), Opened(opener, start, ")"))
        if end != ")":
            self.unclosed_bracket(start, opener)
        if len(self.waiting) > waiting and opener != "(":
            raise DoubtError
        self.at += 1

    def unclosed_bracket(self, start: int, opener: str) -> None:
        """End the reading with a bracket that is not closed."""
        if self.unended:
            self.no_end(self.unended)
        unclosed(start, opener, ")")

    def no_end(self, document: Document) -> None:
        """End the reading with a here-document that takes in the ends of what is open around it."""
        problem = unended(self.text, document)
        raise WrongError(ShellProblem(problem.start, problem.end, problem.message, problem.hint), keyword=True)

    def _behind_compound(self) -> None:
        """Read redirections behind a command of several lines; another word may not stand there."""
        self.blanks()
        while self._redirect():
            self.blanks()
        char = self.char()
        if char and char not in META and not self.keyword():
            if char == UNKNOWN:
                raise DoubtError
            self.unexpected()

    def _simple(self) -> None:
        count = 0
        assigning = True
        while True:
            self.blanks()
            char = self.char()
            if self._redirect():
                continue
            if not char or (char in META and not self._substitutes()):
                break
            start = self.at
            if assigning:
                self.subscript()
            word = self.word()._replace(start=start)
            self.unknown = self.unknown or (assigning and word.unknown)
            assigning = assigning and _ASSIGNED.match(self.text, start) is not None
            count += 1
            if count == 1 and not assigning and self._function(word):
                return
        if char == "(":
            if self.text[self.at - 1] == UNKNOWN:
                raise DoubtError
            self.unexpected()

    def _function(self, word: Word) -> bool:
        self.blanks()
        if self.char() != "(":
            return False
        start = self.at
        self.at += 1
        self.blanks()
        if self.char() != ")":
            self.at = start
            if word.unknown:
                raise DoubtError
            return False
        self.at += 1
        self.body()
        return True

    def body(self) -> None:
        """Read the command that is the body of a function."""
        self.lines()
        if self.ended():
            raise DoubtError
        self.deeper()
        self._command()
        self.depth -= 1

    def _redirect(self) -> bool:
        found = _REDIRECT.match(self.text, self.at)
        if not found:
            return False
        start, self.at = self.at, found.end()
        self.blanks()
        char = self.char()
        if not char or (char in META and not self._substitutes()):
            wrong(start, found.end(), f"Nothing stands behind ‘{found[0]}’: it needs a file or a value.")
        word = self.word()
        if found[1] in {"<<", "<<-"}:
            self._announce(Word(start, word.end, self.text[word.start : word.end]), tabs=found[1] == "<<-")
        return True

    def _announce(self, word: Word, *, tabs: bool) -> None:
        written = word.plain or ""
        if UNKNOWN in written or "$" in written or "`" in written or "\n" in written:
            raise DoubtError
        delimiter = re.sub(r"\\(.)|['\"]", r"\1", written)
        self.waiting.append(Document(word.start, word.end, delimiter, tabs, self.inside))

    def unexpected(self) -> None:
        """End the reading with what stands at the place and may not."""
        word = self.keyword()
        found = _SIGN.match(self.text, self.at)
        if not word and found:
            word = found[0] if found[0] in "&&||;;&;&|&()" else self._word_here()
        if not word:
            raise DoubtError
        inner = self.opened[-1] if self.opened else None
        if inner and (word in _CLOSERS or word == ")"):
            message = f"‘{word}’ cannot stand here: ‘{inner.word}’ before it still waits for ‘{inner.wanted}’."
            wrong(self.at, self.at + len(word), message, opened=inner.start, keyword=word != ")")
        if word in _CLOSERS or word == ")":
            message = f"‘{word}’ cannot stand here: no ‘{_CLOSERS.get(word, '(')}’ is open before it."
            wrong(self.at, self.at + len(word), message, keyword=word != ")")
        wrong(self.at, self.at + len(word), f"‘{word}’ cannot stand here.", _why(word), keyword=word[0] == ";")

    def _word_here(self) -> str:
        before = self.at
        self.word()
        word, self.at = self.text[before : self.at], before
        return word[:60]


def _why(word: str) -> str:
    if word in {"&&", "||", "|", "|&", ";", "&", ";;"}:
        return f"A command must stand before ‘{word}’."
    if word == "(":
        return "Put quotes around it where the character itself is meant."
    return "Put ‘;’ or the end of the line before it."


def unended(text: str, document: Document) -> ShellProblem:
    """Return what is wrong with a here-document that has no end."""
    delimiter = document.delimiter
    behind = text[document.end :].splitlines()[1:]
    near = any(line.strip() == delimiter for line in behind)
    hint = (
        f"Its end must be a line that holds ‘{delimiter}’ alone, without blanks before or behind it."
        if near
        else f"Put a line that holds ‘{delimiter}’ alone where it ends."
    )
    message = (
        f"This here-document has no end: everything behind it is taken for its text, for no line is ‘{delimiter}’."
    )
    return ShellProblem(document.start, document.end, message, hint, severity="warning")
