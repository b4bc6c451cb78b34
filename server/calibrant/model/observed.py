"""What values were like at one place of the data that a run made: types, fields and lengths, never the values themselves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Final

import msgspec

from calibrant.model.preview import NOTHING, More, Nothing, preview
from calibrant.model.value import type_name

__all__ = ["NOTHING", "More", "Nothing", "Observed", "merged", "observe", "preview"]

LOOKED_AT: Final = 100
"""Values at one place that are looked at: all elements of short lists, else some from the start, the middle and the end."""
FIELDS: Final = 100
"""Fields of an object that are told apart."""
NAME: Final = 100
"""Characters that the name of a field may have: longer ones are data, not names."""
DEEPEST: Final = 12
"""How deep values are looked into."""
UNKNOWN_LENGTH: Final = -1
"""As `most`: there are lists, and nobody knows how long they are. Only of values that did not exist yet."""
PLACES: Final = 300
"""Places of one value that are looked into."""

_OF_EACH: Final = 4
"""Elements of each list that are looked at where there are many lists at one place."""


class Observed(msgspec.Struct, frozen=True, array_like=True):
    """What values at one place were, over the elements of lists and over runs.

    `types` are names as `value.type_name` gives them, "null" included, the most frequent first, and `counts` how many values
    were of each. `fields` are those of the objects among them, `item` is what their lists held, `least` and `most` are the
    lengths of these. A field that was seen fewer times than objects were is not always there (`optional`), unless they are
    `open`: then they have fields that are not told of.
    """

    types: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    fields: tuple[tuple[str, "Observed"], ...] = ()
    item: "Observed | None" = None
    least: int = 0
    most: int = 0
    open: bool = False

    @property
    def times(self) -> int:
        """How many values were looked at."""
        return sum(self.counts)

    @property
    def objects(self) -> int:
        """How many of them were objects."""
        return self._of_type("object")

    @property
    def lists(self) -> int:
        """How many of them were lists."""
        return self._of_type("array")

    def field(self, name: str) -> "Observed | None":
        """Return what a field held."""
        for key, found in self.fields:
            if key == name:
                return found
        return None

    def optional(self, name: str) -> bool:
        """Tell whether some of the objects did not have a field of that name."""
        found = self.field(name)
        return not self.open and (found.times if found else 0) < self.objects

    def _of_type(self, name: str) -> int:
        return next((count for key, count in zip(self.types, self.counts, strict=True) if key == name), 0)


_NAMES: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    bytes: "bytes",
    dict: "object",
    list: "array",
    tuple: "array",
}
_LEAVES: Final[Mapping[type, Observed]] = {
    kind: Observed((name,), (1,)) for kind, name in _NAMES.items() if name not in ("object", "array")
}


def observe(value: object) -> Observed:
    """Return what a value is, and what lies in it, as far as it is looked into: its time is bounded, however large it is."""
    return _LEAVES.get(type(value)) or _Looking().at([value], 0)


def merged(one: Observed, other: Observed) -> Observed:
    """Return what the values of both were, the fields of `one` first."""
    counts = Counter(dict(zip(one.types, one.counts, strict=True)))
    counts.update(dict(zip(other.types, other.counts, strict=True)))
    types, numbers = _most_frequent(counts)
    names = list(dict.fromkeys(chain((name for name, _ in one.fields), (name for name, _ in other.fields))))
    both = [each for each in (one, other) if each.lists]
    return Observed(
        types,
        numbers,
        tuple((name, _either(one.field(name), other.field(name))) for name in names[:FIELDS]),
        _either(one.item, other.item) if one.item or other.item else None,
        min((each.least for each in both), default=0),
        max((each.most for each in both), default=0),
        one.open or other.open or len(names) > FIELDS,
    )


def _either(one: Observed | None, other: Observed | None) -> Observed:
    if one is None or other is None:
        return one or other or Observed()
    return merged(one, other)


def _most_frequent(counts: Counter[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    ordered = counts.most_common()
    return tuple(name for name, _ in ordered), tuple(count for _, count in ordered)


class _Looking:
    """One value being looked into, a whole place at a time, so that what is said of a place holds for all that was looked at."""

    def __init__(self) -> None:
        self._places = PLACES

    def at(self, values: Sequence[object], depth: int) -> Observed:
        """Return what the values at one place are."""
        self._places -= 1
        if len(values) == 1 and (leaf := _LEAVES.get(type(values[0]))):
            return leaf
        counts = Counter([_NAMES.get(type(value)) or type_name(value) for value in values])
        types, numbers = _most_frequent(counts)
        objects = [value for value in values if isinstance(value, Mapping)] if "object" in counts else []
        lists = [value for value in values if isinstance(value, (list, tuple))] if "array" in counts else []
        inside = depth < DEEPEST and self._places > 0
        fields, cut = self._fields(objects, depth) if inside and objects else ((), bool(objects))
        lengths = [len(one) for one in lists]
        return Observed(
            types,
            numbers,
            fields,
            self._item(lists, depth) if inside else None,
            min(lengths, default=0),
            max(lengths, default=0),
            cut,
        )

    def _fields(
        self, objects: Sequence[Mapping[object, object]], depth: int
    ) -> tuple[tuple[tuple[str, Observed], ...], bool]:
        """Return the fields of objects, and whether they have others."""
        values: dict[str, list[object]] = {}
        cut, most = False, min(FIELDS, self._places)
        for one in objects:
            cut = cut or len(one) > FIELDS
            for key, value in islice(one.items(), FIELDS):
                if isinstance(key, str) and len(key) <= NAME and (key in values or len(values) < most):
                    values.setdefault(key, []).append(value)
                else:
                    cut = True
        return tuple((_sayable(name), self.at(found, depth + 1)) for name, found in values.items()), cut

    def _item(self, lists: Sequence[Sequence[object]], depth: int) -> Observed | None:
        if len(lists) == 1:
            elements = _some(lists[0], LOOKED_AT)
        else:
            each = max(_OF_EACH, LOOKED_AT // max(1, len(lists)))
            elements = _some(list(chain.from_iterable(_some(one, each) for one in lists)), _OF_EACH * LOOKED_AT)
        return self.at(elements, depth + 1) if elements else None


def _some(values: Sequence[object], most: int) -> Sequence[object]:
    """Return at most so many elements: most from the start, some from the middle and from the end."""
    size = len(values)
    if size <= most:
        return values
    few = most // 5
    middle, end = (size - few) // 2, size - few
    return [*values[: most - 2 * few], *values[middle : middle + few], *values[end:]]


def _sayable(name: str) -> str:
    return name if name.isascii() else name.encode("utf-8", "replace").decode()
