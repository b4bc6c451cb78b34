"""After which characters a list of completions may come up by itself, and where it would only be in the way."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from calibrant.ide.place import Place

CHARACTERS: Final = (".", "{", "[", '"', "'", "|", "/", " ")
"""Typing one of these makes an editor ask; `is_welcome` tells whether there is an answer."""

_BEFORE_TABLES: Final = frozenset({"from", "join", "into", "update"})
"""Words of a query that a table follows."""


_CALLED: Final = ("action", "reusable workflow")


def is_welcome(place: "Place", character: str) -> bool:
    """Tell whether a list should come up right after a character was typed, without being asked for.

    A list that comes up at every blank would be in the way of who types on; behind a blank there is one only where a name
    must follow: behind `{{`, a filter's `|`, `is`, and where a value is one of a few names. Another character than
    `CHARACTERS` is the editor's own idea, such as every letter that begins a word: there it is as if it had been asked.
    """
    if character not in CHARACTERS:
        return True
    cursor, typing = place.cursor, place.typing
    if typing is not None:
        before = cursor.value[: typing.start].rstrip()
        match character:
            case " ":
                return not typing.typed and (typing.kind in ("filter", "test") or before.endswith("{{") or not before)
            case ".":
                return typing.kind == "field"
            case "[" | '"' | "'":
                return typing.kind in ("element", "attribute", "text") or (typing.kind == "root" and character == "[")
            case "|":
                return typing.kind == "filter"
            case "{":
                return typing.kind == "root"
        return False
    match character:
        case " ":
            return (
                cursor.role == "value"
                and not cursor.colon
                and (_goes_on(place) or _is_task(place) if cursor.typed else _is_one_of_few(place))
            )
        case "/":
            return (place.declared is not None and place.question is not None) or place.slot.names in _CALLED
        case ".":
            return place.slot.names == "connector" or _goes_on(place)
        case '"' | "'":
            return cursor.style not in ("plain", "bare") and not cursor.typed
        case "{" | "[":
            return cursor.flow or (bool(cursor.path) and isinstance(cursor.path[-1], int))
    return False


def _goes_on(place: "Place") -> bool:
    """Tell whether a name of the target may go on behind a blank or a dot, or follows there in a query."""
    if place.question is None or place.declared is None or not place.cursor.typed:
        return False
    if place.declared.choices != "word":
        return True
    before = place.cursor.value[: place.cursor.at]
    return before.endswith(".") or before.split()[-1].lower() in _BEFORE_TABLES


def _is_task(place: "Place") -> bool:
    """Tell whether a script goes on with what a task runner is asked for."""
    from calibrant.ide.completing_tasks import asked_at

    return asked_at(place.cursor) is not None


def _is_one_of_few(place: "Place") -> bool:
    slot, declared = place.slot, place.declared
    if slot.names in ("connector", "step", "job", *_CALLED) or slot.values or "boolean" in slot.types:
        return True
    return declared is not None and (bool(declared.enum) or declared.type in ("boolean", "array"))
