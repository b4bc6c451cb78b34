"""CSV text to and from a grid of texts: the delimiter is seen from the first line and kept."""

import io
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from calibrant.connectors.jsontext import BadTextError

_DELIMITERS = ",;\t|"


def delimiter_of(text: str) -> str:
    """Return the delimiter that the first line is written with; a comma where none is seen."""
    line = text.lstrip("\r\n").split("\n", 1)[0]
    quoted = False
    counts = dict.fromkeys(_DELIMITERS, 0)
    for char in line:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in counts:
            counts[char] += 1
    return max(_DELIMITERS, key=lambda char: counts[char])


def parse(text: str) -> list[list[str]]:
    """Return the rows of CSV text, blank lines left out.

    Raises:
        BadTextError: a quote that never ends or stands in the wrong place.
    """
    import csv

    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    try:
        return [row for row in reader if row]
    except csv.Error as error:
        raise BadTextError(_in_words(str(error)), reader.line_num) from error


def _in_words(message: str) -> str:
    if "unexpected end of data" in message:
        return "a quotation mark is opened and never closed"
    return message


def append(text: str, rows: Iterable[Sequence[object]]) -> str:
    """Return the text with rows added in its own delimiter and line ends.

    Raises:
        TypeError: a value is a list, an object or bytes; the message names the type.
    """
    import csv

    end = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO()
    if text and not text.endswith(("\n", "\r")):
        out.write(end)
    writer = csv.writer(out, delimiter=delimiter_of(text), lineterminator=end)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text + out.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() | date() | time():
            return value.isoformat()
        case str() | int() | float() | Decimal():
            return str(value)
        case _:
            raise TypeError(type(value).__name__)
