"""What a workflow language brings."""

from collections.abc import Callable, Sequence

import msgspec

from calibrant.model.change import WriteDialect
from calibrant.model.connector import Specs
from calibrant.model.language import Language
from calibrant.model.lexicon import Lexicon
from calibrant.model.ports import ReadDialect
from calibrant.model.slot import SlotOf
from calibrant.model.toolchain import Validation

JsonSchema = dict[str, object]


class Dialect(msgspec.Struct, frozen=True):
    """A workflow language as registered: its words, how its text is read and changed, what may stand where in it.

    `schema` makes its JSON Schema, for other tools; None where there is none. `lexicon` says what its words mean, where its steps
    stand in jobs; the tables for that are loaded when it is first asked for. `start` writes a workflow to begin with; None for
    a language in which nothing is validated.
    """

    language: Language
    read: ReadDialect
    write: WriteDialect
    schema: Callable[[Specs], JsonSchema] | None
    slot: SlotOf
    lexicon: Callable[[], Lexicon] | None = None
    start: Callable[[Sequence[Validation]], str] | None = None
