"""What a definition is, for whoever goes there."""

import msgspec

from calibrant.model.text import Span


class Target(msgspec.Struct, frozen=True):
    """A definition, in the document: `origin` is what was asked about, `name` the name in the definition `whole`."""

    origin: Span
    whole: Span
    name: Span
