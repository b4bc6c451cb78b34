"""Values cut short, so that a person sees what they are like: of a large one only a little is kept."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Final

TEXT: Final = 160
"""Characters of a text that are shown."""
NAME: Final = 80
"""Characters of a field's name that are shown."""
ITEMS: Final = 5
"""Elements of a list that are shown."""
FIELDS: Final = 40
"""Fields of an object that are shown."""
DEEPEST: Final = 6
"""Levels of lists and objects within each other that are shown."""
SIZE: Final = 3000
"""About how many characters a preview has."""
REST: Final = "…"
"""The key under which an object says how many more fields it has."""

_SMALLEST, _LARGEST = -(1 << 63), (1 << 64) - 1


class Nothing:
    """Stands where there is no value to show; `NOTHING` is the only one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = Nothing()


class More:
    """Stands for what was left out: the last element of a list, the field `REST` of an object, or a whole list or object."""

    __slots__ = ("count",)

    def __init__(self, count: int) -> None:
        self.count = count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, More) and other.count == self.count

    def __hash__(self) -> int:
        return hash((More, self.count))

    def __repr__(self) -> str:
        return f"{REST} {self.count:,} more"


def preview(value: object, hide: Callable[[str], str] | None = None) -> object:
    """Return a value cut short: plain data, texts ending in ‘…’ where they were cut, `More` where parts were left out.

    Dates, decimals and the like are texts in it, binary data only its length. `hide` takes out of each text, and of
    numbers as they are written, what must not be shown.
    """
    return _Cutting(hide).of(value, 0)


def concealed(cut: object, hide: Callable[[str], str]) -> object:
    """Return a preview with what must not be shown taken out of its texts, names and numbers."""
    match cut:
        case str():
            return hide(cut)
        case dict():
            return {hide(name): concealed(part, hide) for name, part in cut.items()}
        case list():
            return [concealed(part, hide) for part in cut]
        case int() | float() if not isinstance(cut, bool):
            return cut if hide(str(cut)) == str(cut) else hide(str(cut))
    return cut


class _Cutting:
    def __init__(self, hide: Callable[[str], str] | None) -> None:
        self._hide = hide
        self._left = SIZE

    def of(self, value: object, depth: int) -> object:
        """Return one value cut short."""
        match value:
            case None | bool():
                self._left -= 4
                return value
            case str():
                return self._text(value, TEXT)
            case int() | float():
                return self._number(value)
            case bytes() | bytearray() | memoryview():
                return self._text(f"‹{len(value):,} bytes›", TEXT)
            case Mapping():
                return self._object(value, depth)
            case list() | tuple():
                return self._list(value, depth)
        return self._text(str(value), TEXT)

    def _text(self, text: str, most: int) -> str:
        most = min(most, max(self._left, 16))
        cut = f"{text[: most - 1]}…" if len(text) > most else str.__str__(text)
        if not cut.isascii():
            cut = cut.encode("utf-8", "replace").decode()
        if self._hide is not None:
            cut = self._hide(cut)
        self._left -= len(cut) + 2
        return cut

    def _number(self, value: float) -> object:
        self._left -= 8
        if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
            return f"‹a whole number of {value.bit_length():,} bits›"
        if self._hide is not None:
            written = str(value)
            shown = self._hide(written)
            return value if shown == written else shown
        return value

    def _object(self, value: Mapping[object, object], depth: int) -> object:
        if depth >= DEEPEST or (self._left <= 0 and value):
            return More(len(value))
        cut: dict[str, object] = {}
        for key, part in islice(value.items(), FIELDS):
            if self._left <= 0:
                break
            name = self._text(str(key), NAME)
            cut[name] = self.of(part, depth + 1)
        if len(cut) < len(value):
            cut[REST] = More(len(value) - len(cut))
        return cut

    def _list(self, value: list[object] | tuple[object, ...], depth: int) -> object:
        if depth >= DEEPEST or (self._left <= 0 and value):
            return More(len(value))
        cut: list[object] = []
        for part in value[:ITEMS]:
            if self._left <= 0:
                break
            cut.append(self.of(part, depth + 1))
        if len(cut) < len(value):
            cut.append(More(len(value) - len(cut)))
        return cut
