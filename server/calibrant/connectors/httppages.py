"""What `paginate` says: how one page leads to the next, and where its items are."""

from collections.abc import Mapping

import msgspec

from calibrant.connectors import httptarget, parameters
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import closest, ranked
from calibrant.model.connector import Params
from calibrant.model.failure import StepError
from calibrant.model.value import type_name
from calibrant.model.words import in_words

_WAYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "link": ((), ()),
    "url": (("at",), ()),
    "cursor": (("parameter",), ("at", "header")),
    "page": ((), ("parameter", "first", "step", "size")),
}
"""What each way needs, and takes besides."""
_ALWAYS = ("items", "pages", "origins")
MOST_PAGES = 1000
"""Pages from which on it is an error that there are more; with `pages`, the rest is left out."""


class Paging(msgspec.Struct, frozen=True):
    """`at` and `items` are paths of fields in a page's body; `header` names one of its headers, in lower case.

    `by` "page" counts `parameter` up from `first` by `step`; a page of fewer items than `size` is the last one.
    """

    by: str
    at: tuple[str, ...] = ()
    header: str = ""
    parameter: str = ""
    first: int = 1
    step: int = 1
    size: int = 1
    items: tuple[str, ...] = ()
    pages: int = 0
    origins: tuple[str, ...] = ()


def read(params: Params) -> Paging | None:
    """Return what `paginate` means; None where it is not given.

    Raises:
        StepError: it has a field that it does not take, lacks one, or one has a value that it cannot have.
    """
    given = {name: value for name, value in parameters.mapping(params, "paginate").items() if value is not None}
    if not given:
        return None
    by = _text(given, "by")
    if by not in _WAYS:
        message = f"‘by’ of ‘paginate’ says how one page leads to the next. The choices are: {listing(tuple(_WAYS))}."
        raise refuse("invalid-value", "paginate", message, value=by, candidates=ranked(by, _WAYS))
    _check_names(given, by)
    return Paging(
        by,
        at=_path(given, "at"),
        header=_text(given, "header").lower(),
        parameter=_text(given, "parameter") or "page",
        first=_number(given, "first", 1, least=0),
        step=_number(given, "step", 1),
        size=_number(given, "size", 1),
        items=_path(given, "items"),
        pages=_number(given, "pages", 0),
        origins=_origins(given.get("origins")),
    )


def _check_names(given: Mapping[str, object], by: str) -> None:
    needed, more = _WAYS[by]
    takes = ("by", *needed, *more, *_ALWAYS)
    for name in given:
        if name not in takes:
            message = f"‘paginate’ by ‘{by}’ does not take ‘{name}’. It takes: {listing(takes)}."
            raise refuse("invalid-value", "paginate", message, value=name, candidates=closest(name, takes))
    missing = [name for name in needed if name not in given]
    if by == "cursor" and not missing and ("at" in given) == ("header" in given):
        message = "‘paginate’ by ‘cursor’ needs one of ‘at’ (a field of the body) and ‘header’, which hold the cursor."
        raise refuse("invalid-value", "paginate", message, hint="Give one of them.")
    if missing:
        message = f"‘paginate’ by ‘{by}’ needs ‘{missing[0]}’, which is not given."
        raise refuse("invalid-value", "paginate", message, hint=f"Give ‘{missing[0]}’, too.")


def _wrong(name: str, wanted: str, value: object) -> StepError:
    message = f"‘{name}’ of ‘paginate’ takes {wanted}, but got {in_words(type_name(value))}."
    return refuse("invalid-value", "paginate", message, value=name)


def _text(given: Mapping[str, object], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise _wrong(name, "text", value)
    return value


def _path(given: Mapping[str, object], name: str) -> tuple[str, ...]:
    return tuple(part for part in _text(given, name).split(".") if part)


def _number(given: Mapping[str, object], name: str, default: int, *, least: int = 1) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(name, "a whole number", value)
    if value < least and name in given:
        message = f"‘{name}’ of ‘paginate’ must be {least} or more, but is {value}."
        raise refuse("invalid-value", "paginate", message, value=name)
    return value


def _origins(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple, type(None))) or not all(isinstance(item, str) for item in value or ()):
        raise _wrong("origins", "a list of URLs", value)
    return tuple(httptarget.origin(str(item), "paginate") for item in value or ())
