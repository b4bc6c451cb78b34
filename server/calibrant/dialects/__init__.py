"""One per workflow language: text to Workflow; chosen by file name."""

from calibrant.dialects.dialect import Dialect, JsonSchema
from calibrant.dialects.native import NATIVE
from calibrant.model.connector import Specs
from calibrant.model.workflow import Workflow

DIALECTS: tuple[Dialect, ...] = (NATIVE,)
"""The workflow languages, one line each; the first that knows a file's name reads it."""

__all__ = ["DIALECTS", "Dialect", "JsonSchema", "dialect_of", "read", "schema"]


def dialect_of(path: str) -> str | None:
    """Return the name of the workflow language that a file is written in, by its name, or None."""
    dialect = _find(path)
    return dialect.language.name if dialect else None


def read(path: str, text: str, previous: Workflow | None = None) -> Workflow | None:
    """Read a workflow; see `model.ports.ReadDialect`. Never raises, whatever the text."""
    dialect = _find(path)
    return dialect.read(path, text, previous) if dialect else None


def schema(specs: Specs, name: str = "native") -> JsonSchema:
    """Return the JSON Schema (2020-12) of a workflow language, with the parameters of the given connectors.

    Raises:
        KeyError: there is no such language.
    """
    return {dialect.language.name: dialect for dialect in DIALECTS}[name].schema(specs)


def _find(path: str) -> Dialect | None:
    name = path.replace("\\", "/").rsplit("/", 1)[-1].lower()
    for dialect in DIALECTS:
        if name.endswith(dialect.language.suffixes):
            return dialect
    return None
