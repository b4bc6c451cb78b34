"""What a workflow language brings."""

from collections.abc import Callable

import msgspec

from calibrant.model.change import WriteDialect
from calibrant.model.connector import Specs
from calibrant.model.language import Language
from calibrant.model.ports import ReadDialect
from calibrant.model.slot import SlotOf

JsonSchema = dict[str, object]


class Dialect(msgspec.Struct, frozen=True):
    """A workflow language as registered: its words, how its text is read and changed, what may stand where in it.

    `schema` makes its JSON Schema, for other tools.
    """

    language: Language
    read: ReadDialect
    write: WriteDialect
    schema: Callable[[Specs], JsonSchema]
    slot: SlotOf
