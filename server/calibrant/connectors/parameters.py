"""Reading rendered parameters: each comes in the type that is asked for, or the step ends saying what it got instead."""

from collections.abc import Mapping

from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import TypeName
from calibrant.model.value import holds_unknown, type_name
from calibrant.model.words import in_words


def known(params: Params, *names: str) -> bool:
    """Tell whether none of these parameters is unknown; one that was not given is known to be absent."""
    return not any(holds_unknown(params.get(name)) for name in names)


def text(params: Params, name: str, default: str = "") -> str:
    """Return a text parameter, or `default` where it is not given.

    Raises:
        StepError: it is no text (code `shape-mismatch`).
    """
    value = params.get(name)
    if value is None:
        return default
    if isinstance(value, str):
        return value
    raise mismatch(name, "string", value)


def path(params: Params, name: str) -> str:
    """Return a path as the workflow writes it.

    Raises:
        StepError: it is no text, is empty, or holds a NUL character.
    """
    value = params.get(name)
    if not isinstance(value, str):
        raise mismatch(name, "path", value)
    if not value.strip():
        message = f"‘{name}’ must be the path of a file or folder, but it is empty."
        raise refuse("invalid-value", name, message, value=value, hint="Give it the path of a file or folder.")
    if "\0" in value:
        message = f"‘{name}’ must be the path of a file or folder, but it has a character that no path can have."
        raise refuse("invalid-value", name, message, hint="Give it the path of a file or folder.")
    return value


def flag(params: Params, name: str, *, default: bool) -> bool:
    """Return a boolean parameter, or `default` where it is not given.

    Raises:
        StepError: it is neither true nor false (code `shape-mismatch`).
    """
    value = params.get(name)
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    raise mismatch(name, "boolean", value)


def mapping(params: Params, name: str) -> dict[str, object]:
    """Return an object parameter, empty where it is not given.

    Raises:
        StepError: it is no object (code `shape-mismatch`).
    """
    value = params.get(name)
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    raise mismatch(name, "object", value)


def array(params: Params, name: str) -> list[object]:
    """Return a list parameter.

    Raises:
        StepError: it is no array (code `shape-mismatch`); for an object the message says which field holds one.
    """
    value = params.get(name)
    if isinstance(value, (list, tuple)):
        return list(value)
    raise mismatch(name, "array", value)


def mismatch(name: str, wanted: TypeName, value: object) -> StepError:
    """Return the error of a parameter that got a value of another type than it takes."""
    found = type_name(value)
    message = f"‘{name}’ takes {in_words(wanted)}, but got {in_words(found)}."
    inside = _fields_of_type(value, wanted)
    if inside:
        verb = "holds" if len(inside) == 1 else "hold"
        names = " and ".join(f"‘{field}’" for field in inside[:3])
        message += f" Its field{'s' if len(inside) > 1 else ''} {names} {verb} {in_words(wanted)}."
    evidence = {"wanted": wanted, "found": found}
    if inside:
        evidence["field"] = inside[0]
    return refuse("shape-mismatch", name, message, kind=Kind.DATA_SHAPE, candidates=inside, evidence=evidence)


def _fields_of_type(value: object, wanted: str) -> tuple[str, ...]:
    if not isinstance(value, Mapping) or wanted not in ("array", "string", "path"):
        return ()
    word = "string" if wanted == "path" else wanted
    return tuple(str(key) for key, item in value.items() if type_name(item) == word)
