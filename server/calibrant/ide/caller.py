"""What depends on others and others depend on: a step, or a job where there are jobs."""

import msgspec

from calibrant.model.text import Span


class Caller(msgspec.Struct, frozen=True):
    """A step or a job by its `number` in the file: what it is called, all of it, and its name in that."""

    number: int
    label: str
    whole: Span
    head: Span
    detail: str = ""


class Dependency(msgspec.Struct, frozen=True):
    """The other one, and where in the document the dependent one of the two names it."""

    caller: Caller
    spans: tuple[Span, ...]
