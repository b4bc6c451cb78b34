"""Calibrant's own workflow language (docs/workflow-language.md)."""

from collections.abc import Sequence

from calibrant.dialects.dialect import Dialect, JsonSchema
from calibrant.dialects.native.language import LANGUAGE
from calibrant.dialects.native.reading import read
from calibrant.dialects.native.slots import slot
from calibrant.model.change import Change
from calibrant.model.connector import Specs
from calibrant.model.text import TextEdit
from calibrant.model.toolchain import Validation
from calibrant.model.workflow import Workflow


def _write(path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
    from calibrant.dialects.native.write import write  # reading a workflow needs nothing of this

    return write(path, workflow, changes)


def _schema(specs: Specs) -> JsonSchema:
    from calibrant.dialects.native.schema import schema

    return schema(specs)


def _start(validations: Sequence[Validation]) -> str:
    from calibrant.dialects.native.start import start

    return start(validations)


NATIVE = Dialect(LANGUAGE, read, _write, _schema, slot, start=_start)
