"""Scripts for sh and bash: what no shell can read in them, and the commands that they call, with exact places."""

from collections.abc import Iterable
from typing import Literal

from calibrant.model.text import Span
from calibrant.syntax.shell.commands import Command, Target, commands
from calibrant.syntax.shell.compounds import Compounds
from calibrant.syntax.shell.general import LONGEST, masked, parsed
from calibrant.syntax.shell.grammar import unended
from calibrant.syntax.shell.problem import DoubtError, ShellProblem, WrongError
from calibrant.syntax.shell.reading import Word

__all__ = ["LONGEST", "Command", "Dialect", "ShellProblem", "Target", "Word", "commands", "shell_problems"]

Dialect = Literal["sh", "bash"]


def shell_problems(script: str, dialect: Dialect, unknown: Iterable[Span] = ()) -> tuple[ShellProblem, ...]:
    """Return what is certainly wrong with a script: at most one thing, for what follows it cannot be told.

    `unknown` are the places of text that only the run knows, as offsets like all others; nothing that such a text could
    put right is said to be wrong. The reader in this folder gives up wherever shells differ; where it finds something, a general
    grammar must find something too, apart from keywords out of place, which such a grammar does not see. Never raises.
    """
    if len(script) > LONGEST:
        return ()
    text = masked(script, unknown)
    reader = Compounds(text, bash=dialect == "bash")
    try:
        reader.script()
    except DoubtError:
        return ()
    except WrongError as error:
        certain = not (error.structural and reader.unknown) and (error.keyword or _fails(text))
        return (error.problem,) if certain else ()
    return (unended(text, reader.unended),) if reader.unended else ()


def _fails(text: str) -> bool:
    """Tell whether the general grammar finds something wrong too; of a script that would take it too long, nothing is certain."""
    found = parsed(text)
    return found is not None and found[0].has_error
