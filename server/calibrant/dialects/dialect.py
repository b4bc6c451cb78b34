"""What a workflow language brings."""

from collections.abc import Callable, Mapping

import msgspec

from calibrant.model.change import WriteDialect
from calibrant.model.connector import Specs
from calibrant.model.language import Language
from calibrant.model.ports import ReadDialect

JsonSchema = dict[str, object]


class Dialect(msgspec.Struct, frozen=True):
    """A workflow language as registered: its words, how its text is read and changed, and its JSON Schema for other tools."""

    language: Language
    read: ReadDialect
    write: WriteDialect
    schema: Callable[[Specs], JsonSchema]


Dialects = Mapping[str, Dialect]
