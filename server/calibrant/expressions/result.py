"""Makes plain data of what an expression gave."""

from collections.abc import Iterable, Mapping

from calibrant.expressions.growth import TooLargeError
from calibrant.expressions.sandbox import Missing
from calibrant.expressions.standin import StandIn
from calibrant.expressions.words import TEXT_LIMIT
from calibrant.model.value import UNKNOWN


class Plain:
    """Turns one result into plain data; counts what it holds."""

    def __init__(self) -> None:
        self._size = 0

    def value(self, value: object) -> object:
        """Return the value with lists for whatever else can be walked, and unknown values where stand-ins are.

        Raises:
            TooLargeError: it is too large.
            MissingError: a part of it is not there.
            TypeError: a part of it is no data.
        """
        self._count(1)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str | bytes | bytearray):
            self._count(len(value))
            return str(value) if isinstance(value, str) and type(value) is not str else value
        if isinstance(value, StandIn):
            return UNKNOWN
        if isinstance(value, Missing):
            raise value.error
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if callable(value):
            raise TypeError(f"'{type(value).__name__}' object is no data")
        if isinstance(value, Iterable):
            return [self.value(item) for item in value]
        return value

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > TEXT_LIMIT:
            raise TooLargeError
