"""Types in words, and outputs in a few: "list of 12 objects", "string or null", "list of 12 emails", "exit code 0"."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from calibrant.model.observed import UNKNOWN_LENGTH, Observed
from calibrant.model.preview import NOTHING
from calibrant.model.shape import Shape
from calibrant.model.words import counted

if TYPE_CHECKING:
    from calibrant.ide.view import StepRun

_NUMBERS: Final = frozenset({"integer", "number", "decimal"})
_WHERE: Final = frozenset({"id", "path", "range", "size", "url"})
"""Fields that tell where something is, not what it is."""
_SHOWN: Final = 3
"""Types that are named of a value that had several."""


def type_words(shape: Shape, observed: Observed | None = None, latest: Observed | None = None) -> str:
    """Return what is known of a value's type: what it was in the last runs, else what is declared; empty where nothing is."""
    if observed is None or not observed.types:
        return _declared(shape)
    names = [name for name in observed.types if name != "null"]
    if "number" in names or "decimal" in names:
        names = [name for name in names if name != "integer"]
    told = [_of_type(name, shape, observed, latest) for name in names[:_SHOWN]]
    told += ["other values"] if len(names) > _SHOWN else []
    told += ["null"] if "null" in observed.types else []
    return " or ".join(told)


def _declared(shape: Shape) -> str:
    if shape.type == "any":
        return ""
    if shape.type != "array":
        return shape.type
    item = plural(shape.item) if shape.item else ""
    return f"list of {item}" if item else "list"


def _of_type(name: str, shape: Shape, observed: Observed, latest: Observed | None) -> str:
    if name == "array":
        return _list(observed, latest)
    return "path" if name == "string" and shape.type == "path" else name


def _list(observed: Observed, latest: Observed | None) -> str:
    """Return a list in words, with how long it was in the newest run, or how long lists at this place were."""
    newest = latest if latest is not None and latest.lists else observed
    if not newest.most:
        return "empty list"
    what = _items(observed.item)
    if newest.most == UNKNOWN_LENGTH:
        return f"list of {what}"
    if newest.least == newest.most:
        return f"list of {_number(newest.most, what)}"
    return f"list of {newest.least:,}–{newest.most:,} {what}"


def _items(item: Observed | None) -> str:
    names = [name for name in item.types if name != "null"] if item is not None else []
    if names and _NUMBERS.issuperset(names):
        return "numbers"
    if len(names) != 1:
        return "values"
    return {"array": "lists"}.get(names[0], f"{names[0]}s")


def plural(shape: Shape) -> str:
    """Return what values of a declared shape are called; empty where that is not known."""
    return {"any": "", "array": "lists"}.get(shape.type, f"{shape.type}s")


def _number(count: int, what: str) -> str:
    return counted(count, _singular(what), what)


def _singular(many: str) -> str:
    if many.endswith("ies") and len(many) > 4:
        return many[:-3] + "y"
    if many.endswith(("sses", "xes", "ches", "shes")):
        return many[:-2]
    return many[:-1] if many.endswith("s") and not many.endswith("ss") else many


def output_words(ran: "StepRun") -> str:
    """Return what a step gave, in a few words for beside it; empty where it gave nothing or nothing is known.

    What an output mainly is, is told by its fields: a status or code, a list with a name for many, a count of what was done.
    """
    latest = ran.latest
    if latest is None or not latest.types:
        return ""
    if not latest.objects:
        return type_words(Shape(), latest)
    return next(_sayings(latest, ran.preview), "")


def _sayings(latest: Observed, value: object) -> Iterator[str]:
    shown: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    integers = [name for name, found in latest.fields if found.types == ("integer",)]
    for name in integers:
        if (name == "status" or name.split("_")[-1] == "code") and shown.get(name, NOTHING) is not NOTHING:
            yield f"{_spoken(name)} {shown[name]}"
    for name, found in latest.fields:
        if found.lists and name.endswith("s") and not name.endswith("ss"):
            yield f"list of {_number(found.most, _spoken(name))}" if found.most else f"no {_spoken(name)}"
    for name in integers:
        if name.endswith("ed") and shown.get(name, NOTHING) is not NOTHING:
            yield (
                f"{shown[name]:,} {_spoken(name)}" if isinstance(shown[name], int) else f"{shown[name]} {_spoken(name)}"
            )
    lists = [name for name, found in latest.fields if found.lists]
    objects = [name for name, found in latest.fields if found.objects]
    others = [name for name, found in latest.fields if name not in _WHERE and found.types]
    yield from (f"{_spoken(name)}: {type_words(Shape(), latest.field(name))}" for name in (*lists, *objects, *others))


def _spoken(name: str) -> str:
    return name.replace("_", " ")
