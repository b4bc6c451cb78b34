"""Walking through the pages of an answer: one request after another, each leading to the next, within bounds."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import httptarget, httpwords
from calibrant.connectors.httpanswer import Answer
from calibrant.connectors.httppages import MOST_PAGES, Paging
from calibrant.model.closest import ranked
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.value import type_name
from calibrant.model.words import in_words

if TYPE_CHECKING:
    import httpx

Send = Callable[["httpx.URL", int], Awaitable[Answer]]
"""Sends the request to a URL and takes in its answer, so many bytes being taken in already."""


async def walk(url: "httpx.URL", paging: Paging, target: httpwords.Target, send: Send) -> Answer:
    """Return the last page with the items of all pages as its body.

    Raises:
        StepError: a page is an error (the message says which), has no items, or leads back, elsewhere or too far.
    """
    items: list[object] = []
    size, number, before = 0, 1, None
    following: httpx.URL | None = _numbered(url, paging, 0) if paging.by == "page" else url
    seen = {str(following)}
    while following is not None:
        try:
            answer = await send(following, size)
            found = _items(answer, paging, target)
            size += answer.size
            if paging.by == "page" and found and found == before:
                words = f"gives the same page again: it may not know the parameter ‘{paging.parameter}’."
                raise StepError(httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words))
            items += found
            following = None if number == paging.pages else _next(url, answer, found, number, paging, target)
            _check(following, seen, number, paging, target)
        except StepError as error:
            raise _at(error, number) from error
        before, number = found, number + 1
    return msgspec.structs.replace(answer, body=items, size=size)


def _at(error: StepError, number: int) -> StepError:
    """Return a failure that says at which page, behind the first, it happened."""
    if number == 1:
        return error
    failure = error.failure
    evidence = failure.evidence | {"page": str(number)}
    return StepError(msgspec.structs.replace(failure, message=f"Page {number}: {failure.message}", evidence=evidence))


def _check(url: "httpx.URL | None", seen: set[str], number: int, paging: Paging, target: httpwords.Target) -> None:
    """Take in the next page's URL.

    Raises:
        StepError: that page was read before, is elsewhere, or there are too many.
    """
    if url is None:
        return
    failure = None
    try:
        origin = httptarget.origin(str(url))
    except StepError:
        origin = ""
    if not origin:
        words = f"says that the next page is ‘{httptarget.without_query(str(url))}’, which is no web address."
        failure = httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words)
    elif not httptarget.same_origin(origin, target.origin) and origin not in paging.origins:
        words = f"says that the next page is at {origin}, which is another server."
        failure = httpwords.failed(target, "page-elsewhere", Kind.PARAMETER, words)
        failure = msgspec.structs.replace(failure, parameter=("paginate",), value="", evidence={"origin": origin})
    elif str(url) in seen:
        words = "says that the next page is one that was read before, so that there would be no end."
        failure = httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words)
    elif number >= (paging.pages or MOST_PAGES):
        words = f"has more than {MOST_PAGES:,} pages, which is more than a step takes in."
        failure = httpwords.failed(target, "too-large", Kind.PARAMETER, words)
    if failure is not None:
        raise StepError(failure)
    seen.add(str(url))


def _next(
    url: "httpx.URL", answer: Answer, found: list[object], number: int, paging: Paging, target: httpwords.Target
) -> "httpx.URL | None":
    import httpx

    if paging.by == "page":
        return _numbered(url, paging, number) if len(found) >= paging.size else None
    if paging.by == "link":
        value: object = answer.next
    elif paging.header:
        value = answer.headers.get(paging.header)
    else:
        value = _at_path(answer.body, paging.at)
    if value in (None, "", False):
        return None
    if not isinstance(value, (str, int)) or (paging.by == "url" and not isinstance(value, str)):
        words = f"has {in_words(type_name(value))} in ‘{'.'.join(paging.at)}’, which leads to no next page."
        raise StepError(_no_page(target, words))
    if paging.by == "cursor":
        return url.copy_set_param(paging.parameter, str(value))
    try:
        return httpx.URL(answer.url).join(str(value))
    except httpx.InvalidURL as error:
        words = f"says that the next page is ‘{httptarget.without_query(str(value))}’, which is no web address."
        raise StepError(_no_page(target, words)) from error


def _numbered(url: "httpx.URL", paging: Paging, gone: int) -> "httpx.URL":
    """Return the URL of a page, `gone` pages having been read; counted from where the URL itself begins."""
    written = url.params.get(paging.parameter, "")
    first = int(written) if written.isascii() and written.isdigit() else paging.first
    return url.copy_set_param(paging.parameter, first + gone * paging.step)


def _at_path(body: object, path: tuple[str, ...]) -> object:
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def _items(answer: Answer, paging: Paging, target: httpwords.Target) -> list[object]:
    """Return the items of a page.

    Raises:
        StepError: where they should be is no list; names the fields that hold one.
    """
    found = _at_path(answer.body, paging.items)
    if isinstance(found, list):
        return found
    lists = _lists(answer.body)
    name = ".".join(paging.items)
    where = f"‘{name}’ of its answer" if name else "its answer"
    kind = "nothing" if found is None else in_words(type_name(found))
    words = f"gives no list to put together: {where} is {kind}."
    if lists:
        words += f" A list is in: {', '.join(f'‘{item}’' for item in lists)}."
    failure = _no_page(target, words)
    hint = "Name the field that holds the list in ‘items’ of ‘paginate’." if lists else "Leave ‘paginate’ out."
    candidates = ranked(name, lists)
    raise StepError(
        msgspec.structs.replace(failure, parameter=("paginate",), candidates=candidates, value=name, hint=hint)
    )


def _lists(body: object) -> list[str]:
    """Return the names of fields that hold a list, those within another object by their path."""
    out: list[str] = []
    for name, value in body.items() if isinstance(body, Mapping) else ():
        if isinstance(value, list):
            out.append(str(name))
        elif isinstance(value, Mapping):
            out += [f"{name}.{inner}" for inner, item in value.items() if isinstance(item, list)]
    return out


def _no_page(target: httpwords.Target, words: str) -> Failure:
    return httpwords.failed(target, "shape-mismatch", Kind.DATA_SHAPE, words)
