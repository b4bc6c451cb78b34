"""What is wrong with a script, and how the reader of scripts tells so."""

from typing import Literal, NoReturn

import msgspec

UNKNOWN = "\ufdd0"
"""Stands for each character of a part of a script that only the run knows; no script can hold it."""


class ShellProblem(msgspec.Struct, frozen=True, gc=False):
    """One thing wrong with a script: offsets of the characters at fault, what is wrong, and what to do.

    `opened` is where the construct begins that is not closed, if that is another place. Errors end the script before it
    begins; a warning is about what the shell reads otherwise than it looks.
    """

    start: int
    end: int
    message: str
    hint: str = ""
    opened: int | None = None
    severity: Literal["error", "warning"] = "error"


class WrongError(Exception):
    """The script cannot be read on from here.

    `structural`: text that only the run knows could still put it right. `keyword`: it is about a keyword out of its place, or
    one that a here-document took in; general grammars see neither.
    """

    def __init__(self, problem: ShellProblem, *, structural: bool = True, keyword: bool = False) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.structural = structural
        self.keyword = keyword


class DoubtError(Exception):
    """Something stands in the script of which it is not certain how the shell reads it: nothing is said of it."""


def wrong(
    start: int, end: int, message: str, hint: str = "", *, opened: int | None = None, keyword: bool = False
) -> NoReturn:
    """End the reading with something that is wrong with the structure of commands."""
    raise WrongError(ShellProblem(start, end, message, hint, opened), keyword=keyword)


def unclosed(start: int, opener: str, closer: str, words: str = "") -> NoReturn:
    """End the reading with a quote or bracket that is opened at `start` and never closed."""
    what = f"The quote ‘{opener}’" if opener == closer else f"‘{opener}’"
    hint = words or (
        f"Close it with ‘{closer}’, or put a backslash before it where the character itself is meant."
        if opener == closer
        else f"Close it with ‘{closer}’."
    )
    raise WrongError(
        ShellProblem(start, start + len(opener), f"{what} is opened here and never closed.", hint), structural=False
    )
