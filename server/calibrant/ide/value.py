"""A value of which something is known: what is declared of it, and what it was in the last runs."""

from collections.abc import Iterator, Mapping

import msgspec

from calibrant.ide.wording import type_words
from calibrant.model.observed import Observed
from calibrant.model.preview import NOTHING, REST, More
from calibrant.model.shape import ANY, Shape, part_of


class Typed(msgspec.Struct, frozen=True):
    """What is known of a value. `shape` is declared; `observed` is of the last runs, `latest` and `preview` of the newest one.

    `secret`: its value is never known here. `written`: they are of a value that stands in the text, not of a run. `earlier`:
    they are of a run before the last one, in which there was no value.
    """

    shape: Shape = ANY
    observed: Observed | None = None
    latest: Observed | None = None
    preview: object = NOTHING
    secret: bool = False
    written: bool = False
    earlier: bool = False

    def inner(self, shape: Shape, observed: Observed | None, latest: Observed | None, preview: object) -> "Typed":
        """Return what is known of a value in this one, as this one is known."""
        return Typed(shape, observed, latest, preview, self.secret, self.written, self.earlier)


class Field(msgspec.Struct, frozen=True):
    """A field that an object may have. `optional`: some did not have it. `declared`: it is known without any run."""

    name: str
    typed: Typed
    optional: bool = False
    declared: bool = False


def part(typed: Typed, name: str | int) -> Typed | None:
    """Return what is known of a field or an element; None where the value is known to have none of that name or position."""
    shape = part_of(typed.shape, name)
    observed, latest = _observed_part(typed.observed, name), _observed_part(typed.latest, name)
    if shape is None and observed is None:
        return None
    return typed.inner(shape or ANY, observed, latest, _preview_part(typed.preview, name))


def element(typed: Typed) -> Typed | None:
    """Return what is known of each element of a list; its preview is the first one. None for what is no list."""
    if typed.shape.type not in ("array", "any") and not (typed.observed and typed.observed.lists):
        return None
    shape = (typed.shape.item or ANY) if typed.shape.type == "array" else ANY
    observed = typed.observed.item if typed.observed else None
    latest = typed.latest.item if typed.latest else None
    return typed.inner(shape, observed, latest, _preview_part(typed.preview, 0))


def fields(typed: Typed) -> tuple[Field, ...]:
    """Return the fields that an object may have: those declared first, then those that were seen, in their order."""
    seen = typed.observed
    declared = [name for name, _ in typed.shape.fields] if typed.shape.type == "object" else []
    names = dict.fromkeys([*declared, *(name for name, _ in seen.fields)] if seen else declared)
    return tuple(_fields(typed, names, frozenset(declared)))


def _fields(typed: Typed, names: Mapping[str, None], declared: frozenset[str]) -> Iterator[Field]:
    for name in names:
        inner = part(typed, name)
        if inner is not None:
            optional = typed.observed is not None and typed.observed.objects > 0 and typed.observed.optional(name)
            yield Field(name, inner, optional, name in declared)


def words(typed: Typed) -> str:
    """Return a value's type as people say it: "list of 12 objects", "string or null"; empty where nothing is known."""
    return type_words(typed.shape, typed.observed, typed.latest)


def _observed_part(observed: Observed | None, name: str | int) -> Observed | None:
    if observed is None:
        return None
    found = observed.field(str(name)) if observed.objects else None
    return found or (observed.item if observed.lists and isinstance(name, int) else None)


def _preview_part(value: object, name: str | int) -> object:
    found: object = NOTHING
    if isinstance(value, Mapping) and name != REST:
        found = value.get(str(name), NOTHING)
    elif isinstance(value, list) and isinstance(name, int):
        whole = not (value and isinstance(value[-1], More))
        if (0 <= name < len(value)) or (whole and -len(value) <= name < 0):
            found = value[name]
    return NOTHING if isinstance(found, More) else found
