"""What is being typed in an expression: a name, a field, an element, a filter, a test, or an operator."""

from typing import Literal

import msgspec

from calibrant.model.expression import Path

Kind = Literal["root", "field", "element", "attribute", "filter", "test", "operator", "text"]


class Typing(msgspec.Struct, frozen=True):
    """What is being typed in an expression, in offsets of the value's text.

    `chain` is the reference that a field or element is of, or whose elements an attribute is of: its root, then its path, "*"
    where that goes through all elements. Of a "text" it is what that is compared with. `typed` is what of the name stands
    before the cursor, from `start` on; `end` is where the name ends. `quote` is the quote that an element's name, or a text,
    is in. `follows` is what comes right behind the name. `call` is the function whose argument this is, `argument` which one,
    from 0; neither is told in every language.
    `closed`: the braces around it are. `braces`: there are any.
    """

    kind: Kind
    typed: str
    start: int
    end: int
    chain: tuple[str | int, ...] = ()
    quote: str = ""
    follows: str = ""
    call: str = ""
    argument: int = 0
    closed: bool = True
    braces: bool = True

    @property
    def path(self) -> Path:
        """The path of the chain, without its root."""
        return self.chain[1:]
