"""One per workflow language: text to Workflow, Change to text edits; chosen by a file's path."""

from collections.abc import Sequence

from calibrant.dialects.actions import GITHUB_ACTION, GITHUB_WORKFLOW
from calibrant.dialects.dialect import Dialect, JsonSchema
from calibrant.dialects.native import NATIVE
from calibrant.model.change import CannotChange, Change
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.lexicon import Lexicon
from calibrant.model.nodes import Node
from calibrant.model.slot import Slot
from calibrant.model.text import TextEdit
from calibrant.model.toolchain import Validation
from calibrant.model.workflow import StepBody, Workflow

DIALECTS: tuple[Dialect, ...] = (GITHUB_WORKFLOW, GITHUB_ACTION, NATIVE)
"""The workflow languages, one line each; the first that knows a file's path reads it."""

__all__ = ["DIALECTS", "Dialect", "JsonSchema", "dialect_of", "lexicon", "read", "schema", "slot", "start", "write"]


def dialect_of(path: str) -> str | None:
    """Return the name of the workflow language that a file is written in, by its path, or None."""
    dialect = _find(path)
    return dialect.language.name if dialect else None


def read(path: str, text: str, previous: Workflow | None = None) -> Workflow | None:
    """Read a workflow; see `model.ports.ReadDialect`. Never raises, whatever the text."""
    dialect = _find(path)
    return dialect.read(path, text, previous) if dialect else None


def write(path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
    """Return the edits that write changes into a workflow's text; see `model.change.WriteDialect`.

    Raises:
        CannotChange: they do not fit the workflow, contradict each other, or cannot be written; in words for the user.
    """
    dialect = _find(path)
    if dialect is None:
        raise CannotChange("No workflow language is known for this file's name.")
    return dialect.write(path, workflow, changes)


def schema(specs: Specs, name: str = "native") -> JsonSchema:
    """Return the JSON Schema (2020-12) of a workflow language, with the parameters of the given connectors.

    Raises:
        KeyError: there is no such language, or it has no schema.
    """
    return {dialect.language.name: dialect.schema for dialect in DIALECTS if dialect.schema}[name](specs)


def start(name: str, validations: Sequence[Validation]) -> str:
    """Return the text of a workflow to begin with, which does what there is to validate; a greeting where that is nothing.

    Raises:
        KeyError: there is no such language, or none is begun in it.
    """
    return {dialect.language.name: dialect.start for dialect in DIALECTS if dialect.start}[name](validations)


def slot(name: str, path: Path, body: StepBody | None, around: Node | None = None) -> Slot:
    """Return what may stand at a path below a step's map, or without a step, below the root; see `model.slot.SlotOf`.

    `name` is the language's.

    Raises:
        KeyError: there is no such language.
    """
    return {dialect.language.name: dialect for dialect in DIALECTS}[name].slot(path, body, around)


def lexicon(name: str) -> Lexicon | None:
    """Return what a language says of its words; None for one in which steps are named by themselves.

    Raises:
        KeyError: there is no such language.
    """
    made = {dialect.language.name: dialect for dialect in DIALECTS}[name].lexicon
    return made() if made is not None else None


def _find(path: str) -> Dialect | None:
    for dialect in DIALECTS:
        if dialect.language.matches(path):
            return dialect
    return None
