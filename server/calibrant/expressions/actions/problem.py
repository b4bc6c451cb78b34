"""What the check of an expression by types tells."""

from typing import Literal

import msgspec

from calibrant.model.shape import Shape

Sort = Literal["context", "field", "slip", "type", "function", "unavailable", "arguments", "format", "comparison"]
"""Of a "slip", that it is wrong is only very likely. "unavailable": a function that is there, but not at this place."""


class Problem(msgspec.Struct, frozen=True, gc=False):
    """One thing that is wrong on [start, end) of an expression's source.

    `subject` is the name or value at fault, `candidates` what would be right instead, the closest first; `near`: the first of
    them may well have been meant. `owner` is the path of what should have had the field. `certain`: GitHub does not take it.
    `instead` is what was most likely meant on some characters [start, end) of the source.
    """

    sort: Sort
    start: int
    end: int
    message: str
    hint: str = ""
    subject: str = ""
    candidates: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    near: bool = False
    certain: bool = True
    instead: tuple[int, int, str] | None = None


class Inferred(msgspec.Struct, frozen=True, gc=False):
    """The shape of an expression's value, and what is wrong in it."""

    shape: Shape
    problems: tuple[Problem, ...] = ()
