"""How keys and values are written at a cursor: quoted as their place needs it."""

import json

from calibrant.ide.cursor import Cursor
from calibrant.model.text import Span
from calibrant.syntax.scalar_text import double_escaped, scalar_text


class Writer:
    """Writes texts for one cursor. `span` is what they replace, `quotes` whether they bring their quotes along."""

    def __init__(self, cursor: Cursor, text: str) -> None:
        self.cursor = cursor
        self.span = cursor.span
        self.quotes = cursor.json
        if cursor.json and cursor.style == "json":
            closed = text[cursor.span.end : cursor.span.end + 1] == '"'
            self.span = Span(cursor.span.start - 1, cursor.span.end + closed)

    def value(self, value: str) -> str:
        """Return a text as a value."""
        style = self.cursor.style
        if self.quotes:
            return json.dumps(value, ensure_ascii=False)
        if style == "double":
            return double_escaped(value)
        if style == "single":
            return value.replace("'", "''")
        if style in ("literal", "folded"):
            return value
        return scalar_text(value, flow=self.cursor.flow)

    def key(self, name: str) -> str:
        """Return a text as a key, with its colon where that is not there yet."""
        return self.value(name) + ("" if self.cursor.colon else ": ")

    def filter(self, name: str) -> str:
        """Return what the word at the cursor is compared with."""
        return f'"{name}"' if self.quotes and self.cursor.style == "json" else name
