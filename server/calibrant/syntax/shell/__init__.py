"""Scripts for sh and bash: what no shell can read in them, with exact places, and nothing that a shell can read."""

from collections.abc import Iterable
from typing import Literal

from calibrant.model.text import Span
from calibrant.syntax.shell.compounds import Compounds
from calibrant.syntax.shell.grammar import unended
from calibrant.syntax.shell.problem import UNKNOWN, DoubtError, ShellProblem, WrongError

__all__ = ["LONGEST", "Dialect", "ShellProblem", "shell_problems"]

Dialect = Literal["sh", "bash"]

LONGEST = 100_000
"""Characters above which a script is not looked at."""

_MOST_JOINTS = 2_000
"""How many pipes and redirections the general grammar is given: its time grows with their square."""


def shell_problems(script: str, dialect: Dialect, unknown: Iterable[Span] = ()) -> tuple[ShellProblem, ...]:
    """Return what is certainly wrong with a script: at most one thing, for what follows it cannot be told.

    `unknown` are the places of text that only the run knows, as offsets like all others; nothing that such a text could
    put right is said to be wrong. The reader in this folder gives up wherever shells differ; where it finds something, a general
    grammar must find something too, apart from keywords out of place, which such a grammar does not see. Never raises.
    """
    if len(script) > LONGEST:
        return ()
    masked = _masked(script, unknown)
    reader = Compounds(masked, bash=dialect == "bash")
    try:
        reader.script()
    except DoubtError:
        return ()
    except WrongError as error:
        certain = not (error.structural and reader.unknown) and (error.keyword or _fails(masked))
        return (error.problem,) if certain else ()
    return (unended(masked, reader.unended),) if reader.unended else ()


def _masked(script: str, unknown: Iterable[Span]) -> str:
    """Return the script with every character that only the run knows replaced."""
    out: list[str] = []
    at = 0
    for span in unknown:
        out += (script[at : span.start], UNKNOWN * (span.end - span.start))
        at = span.end
    return "".join(out) + script[at:]


def _fails(masked: str) -> bool:
    """Tell whether the general grammar finds something wrong too; of a script that would take it too long, nothing is certain."""
    if masked.count("|") + masked.count("<") > _MOST_JOINTS:
        return False
    import tree_sitter  # here: it is asked only where something is wrong
    import tree_sitter_bash

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
    text = masked.replace(UNKNOWN, "_").encode("utf-8", "replace")
    return parser.parse(text).root_node.has_error
