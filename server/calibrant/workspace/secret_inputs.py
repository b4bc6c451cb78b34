"""What must not be written down of what inputs are given, and what nothing that leaves a run may show of it."""

from collections.abc import Mapping, Sequence

from calibrant.model.workflow import Input, Workflow
from calibrant.rules.credential_search import behind_words, formats_in, of_provider
from calibrant.rules.credential_words import is_password_key, is_secret_key, snake

SHORTEST = 4
"""Characters below which a secret's value is not looked for: it would be found in half of every text."""


def is_secret(item: Input, value: object, secrets: Sequence[str]) -> bool:
    """Tell whether a value must not be written down: by the input's name, by its looks, or as it holds one of `secrets`."""
    name = snake(item.name)
    if is_password_key(name) or is_secret_key(name):
        return True
    return any(_holds_secret(text, secrets) for text in _texts(value))


def secret_values(workflow: Workflow, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the texts among the values of a run that nothing which leaves it may show: what its inputs call secrets."""
    inputs = {item.name: item for item in workflow.inputs}
    secret = (value for name, value in values.items() if name in inputs and is_secret(inputs[name], None, ()))
    return tuple(value for value in secret if isinstance(value, str))


def _holds_secret(text: str, secrets: Sequence[str]) -> bool:
    if any(len(secret) >= SHORTEST and secret in text for secret in secrets):
        return True
    return any(of_provider(text, formats_in(text))) or any(behind_words(text))


def _texts(value: object) -> list[str]:
    """Return every text in a value of JSON, the keys of objects with what they name, as a file of settings has them."""
    found: list[str] = []
    waiting: list[object] = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                found.append(text)
            case dict() as fields:
                found += [f"{key}={one}" for key, one in fields.items() if isinstance(one, str)]
                waiting += fields.values()
            case list() as items:
                waiting += items
    return found
