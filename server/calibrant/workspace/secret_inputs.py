"""What must not be written down of what inputs are given, and what nothing that leaves a run may show of it."""

from collections.abc import Iterator, Mapping, Sequence

from calibrant.engine.inputs import converted
from calibrant.model.workflow import Input, Workflow
from calibrant.rules.credential_search import behind_words, formats_in, of_key, of_provider
from calibrant.rules.credential_words import is_password_key, is_secret_key, snake

SHORTEST = 4
"""Characters below which a secret's value is not looked for: it would be found in half of every text."""

Leaf = tuple[tuple[str, ...], str]
"""A text in a value of JSON, after the keys of the objects that it stands in."""


def is_secret(item: Input, value: object, secrets: Sequence[str]) -> bool:
    """Tell whether a value must not be written down: by the input's name, by its looks, or as it holds one of `secrets`.

    Looks are those of credentials, at any depth, and the keys of objects: ‘password’ names a secret, whatever stands there.
    """
    if _names_secret(item.name):
        return True
    return any(
        any(map(_names_secret, keys)) or _holds(text, secrets) or any(_credentials(keys, text))
        for keys, text in _given(item, value)
    )


def confided_of(workflow: Workflow, values: Mapping[str, object], secrets: Sequence[str]) -> dict[str, object]:
    """Return those of the values that must not be written down; None as a value says nothing."""
    inputs = {item.name: item for item in workflow.inputs}
    return {
        name: value
        for name, value in values.items()
        if value is not None and name in inputs and is_secret(inputs[name], value, secrets)
    }


def secret_values(workflow: Workflow, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the texts among the values of a run that nothing which leaves it may show.

    These are all that is given to inputs which are secrets by name, and of others what looks like a credential.
    """
    inputs = {item.name: item for item in workflow.inputs}
    found: dict[str, None] = {}
    for name, value in values.items():
        if name in inputs:
            named = _names_secret(name)
            for keys, text in _given(inputs[name], value):
                found.update(dict.fromkeys([text] if named else _credentials(keys, text)))
    return tuple(found)


def _names_secret(name: str) -> bool:
    key = snake(name)
    return is_password_key(key) or is_secret_key(key)


def _holds(text: str, secrets: Sequence[str]) -> bool:
    return any(len(secret) >= SHORTEST and secret in text for secret in secrets)


def _credentials(keys: Sequence[str], text: str) -> Iterator[str]:
    """Yield what of a text looks like a credential: by itself, or as the value of one of the keys."""
    if any(of_key(key, text) for key in keys):
        yield text
    for found in (*of_provider(text, formats_in(text)), *behind_words(text)):
        yield text[found.span.start : found.span.end]


def _given(item: Input, value: object) -> Iterator[Leaf]:
    """Yield every text in a value, as it was given and as the input's type reads it."""
    yield from _leaves(value)
    if isinstance(value, str):
        read, _ = converted(item, value)
        if not isinstance(read, str):
            yield from _leaves(read)


def _leaves(value: object) -> Iterator[Leaf]:
    waiting: list[tuple[tuple[str, ...], object]] = [((), value)]
    while waiting:
        keys, held = waiting.pop()
        match held:
            case str() if held:
                yield keys, held
            case int() | float() if not isinstance(held, bool):
                yield keys, str(held)
            case dict():
                waiting += [((*keys, str(key)), one) for key, one in held.items()]
            case list() | tuple():
                waiting += [(keys, one) for one in held]
