"""The arguments of a command: options with their values, and what else is given, each with its exact place."""

import posixpath
from collections.abc import Sequence

import msgspec

from calibrant.model.text import Span
from calibrant.syntax.shell import Word


class Program(msgspec.Struct, frozen=True):
    """How the arguments of a program are written, as far as it matters.

    `valued` are options that take the next word, `flags` those that take none; of the valued ones `folder` say in which folder
    to work, and `files` name a file to be read. `known`: any other option takes no word. What stands behind the name of a program
    that it runs belongs to that program: `runs` are its commands that take such a name, `itself` says that it takes one at once.
    """

    valued: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    folder: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    known: bool = False
    runs: frozenset[str] = frozenset()
    itself: bool = False


class Given(msgspec.Struct, frozen=True, gc=False):
    """A text that is given to a program, and its place in the script: that of the value, where it stands in an option's word."""

    text: str
    span: Span


class Arguments(msgspec.Struct, frozen=True):
    """What a program is given. `sure`: all of it is known, and which words are values of options."""

    given: tuple[Given, ...]
    options: tuple[tuple[str, Given | None], ...]
    sure: bool

    def has(self, *names: str) -> bool:
        """Tell whether one of the options is given."""
        return any(name in names for name, _ in self.options)

    def values(self, *names: str) -> list[Given]:
        """Return the values that are given for some options."""
        return [value for name, value in self.options if name in names and value is not None]


def program(
    valued: str = "",
    flags: str = "",
    folder: str = "",
    files: str = "",
    *,
    known: bool = False,
    runs: str = "",
    itself: bool = False,
) -> Program:
    """Return how a program's arguments are written, the names of its options and commands with blanks between them."""
    return Program(
        frozenset(f"{valued} {folder} {files}".split()),
        frozenset(flags.split()),
        frozenset(folder.split()),
        frozenset(files.split()),
        known,
        frozenset(runs.split()),
        itself,
    )


def arguments(words: Sequence[Word], spec: Program) -> Arguments:
    """Return what the words behind a program's name give to it."""
    given: list[Given] = []
    options: list[tuple[str, Given | None]] = []
    sure, only, at = True, False, 0
    while at < len(words):
        word = words[at]
        at += 1
        text = word.text
        if text is None:
            sure = False
        elif only or not text.startswith("-") or text == "-":
            given.append(Given(text, word.span))
        elif text == "--":
            only = True
        elif _others(given, spec):
            sure = sure and _flag(text.partition("=")[0], spec)
            options.extend([(text, None)] if text in spec.flags else ())
        else:
            name, value = _option(text, word, spec)
            if value is None and name in spec.valued:
                following = words[at] if at < len(words) else None
                at += 1
                sure = sure and following is not None and following.text is not None
                if following is not None and following.text is not None:
                    value = Given(following.text, following.span)
            elif value is None and not _flag(name, spec):
                sure = False
            options.append((name, value))
    return Arguments(tuple(given), tuple(options), sure)


def _others(given: Sequence[Given], spec: Program) -> bool:
    """Tell whether options that follow belong to a program that is run: `uv run pytest -c pytest.ini`."""
    return (spec.itself and bool(given)) or (len(given) > 1 and given[0].text in spec.runs)


def _option(text: str, word: Word, spec: Program) -> tuple[str, Given | None]:
    """Return an option's name, and its value where that stands in the same word: `--file=x`, `-Cx`."""
    name, sign, value = text.partition("=")
    if sign:
        return name, _tail(value, word)
    short = text[:2]
    if not text.startswith("--") and len(text) > 2 and short in spec.valued and text not in spec.valued | spec.flags:
        return short, _tail(text[2:], word)
    return text, None


def _tail(value: str, word: Word) -> Given:
    """Return the end of a word as a value; its place is the whole word where quotes make it longer than it reads."""
    plain = word.text is not None and word.span.end - word.span.start == len(word.text)
    return Given(value, Span(word.span.end - len(value), word.span.end) if plain and value else word.span)


def _flag(name: str, spec: Program) -> bool:
    return spec.known or name in spec.flags or name.startswith("--no-")


def within(cwd: str | None, folder: str) -> str | None:
    """Return a folder that is named from another one."""
    if folder.startswith("/"):
        return posixpath.normpath(folder)
    return (
        None
        if cwd is None or folder.startswith("~") or len(cwd) + len(folder) > 2_000
        else posixpath.normpath(posixpath.join(cwd, folder or "."))
    )
