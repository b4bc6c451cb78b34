"""CSV text to and from a grid of texts: the delimiter is seen from the first line and kept."""

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from calibrant.connectors.jsontext import BadTextError

_DELIMITERS = ",;\t|"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MOST_SHARED = 10_000


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
    reader = csv.reader(_lines(text), delimiter=delimiter_of(text), strict=True)
    share = _Shared().cell
    try:
        return [list(map(share, row)) for row in reader if row]
    except csv.Error as error:
        raise BadTextError(_in_words(str(error)), reader.line_num) from error


def _lines(text: str) -> Iterator[str]:
    """Yield the lines with their ends; a stream of the whole text would hold it again, four bytes a character."""
    return (line[0] for line in _LINE.finditer(text))


class _Shared(dict[str, str]):
    """Gives equal texts as one object: a column of states or dates then takes no more room than its different values."""

    def cell(self, text: str) -> str:
        """Return the text, as it came first where there is room to remember it."""
        known = self.get(text)
        if known is None:
            if len(self) < _MOST_SHARED:
                self[text] = text
            return text
        return known


def update(text: str, changed: Mapping[int, Sequence[object]]) -> str:
    """Return the text with other values in some rows (0-based, blank lines not counted); all other rows stay as written.

    Rows beyond the end are added; those between are empty ones.

    Raises:
        BadTextError: as `parse`.
        TypeError: a value is a list, an object or bytes; the message names the type.
    """
    import csv

    csv.field_size_limit(sys.maxsize)
    lines = list(_lines(text))
    reader = csv.reader(iter(lines), delimiter=delimiter_of(text), strict=True)
    end = "\r\n" if "\r\n" in text else "\n"
    out: list[str] = []
    number, start = 0, 0
    try:
        for record in reader:
            written = "".join(lines[start : reader.line_num])
            start = reader.line_num
            if record and number in changed:
                written = append("", [changed[number]], delimiter_of(text), written[len(written.rstrip("\r\n")) :])
            out.append(written)
            number += bool(record)
    except csv.Error as error:
        raise BadTextError(_in_words(str(error)), reader.line_num) from error
    last = max(changed, default=-1)
    width = max((len(row) for row in changed.values()), default=1)
    added = [changed.get(index, [None] * width) for index in range(number, last + 1)]
    whole = "".join(out)
    return append(whole, added, delimiter_of(text), end) if added else whole


def _in_words(message: str) -> str:
    if "unexpected end of data" in message:
        return "a quotation mark is opened and never closed"
    return message


def append(text: str, rows: Iterable[Sequence[object]], delimiter: str | None = None, end: str | None = None) -> str:
    """Return the text with rows added, in its own delimiter and line ends where no others are given.

    Raises:
        TypeError: a value is a list, an object or bytes; the message names the type.
    """
    import csv

    end = ("\r\n" if "\r\n" in text else "\n") if end is None else end
    out = io.StringIO(newline="")
    if text and not text.endswith(("\n", "\r")):
        out.write(end)
    writer = csv.writer(out, delimiter=delimiter or delimiter_of(text), lineterminator=end)
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
