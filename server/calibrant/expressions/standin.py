"""What stands for an unknown value while an expression runs: it can be passed on, but not looked at."""

from collections.abc import Mapping
from typing import NoReturn

from calibrant.model.value import UNKNOWN, holds_unknown


class UnknownTouched(BaseException):
    """An operation needed a value that is not known, so its result is not known either."""


def _touch(*_args: object, **_kwargs: object) -> NoReturn:
    raise UnknownTouched


class StandIn:
    """An unknown value; whatever looks at it raises `UnknownTouched`."""

    __slots__ = ()

    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = __call__ = _touch
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _touch
    __str__ = __repr__ = __format__ = __html__ = __int__ = __float__ = __index__ = __round__ = _touch
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __pow__ = __rpow__ = _touch
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _touch
    __neg__ = __pos__ = __abs__ = __reversed__ = __next__ = _touch


def put_stand_ins(value: object) -> object:
    """Return the value with a stand-in for each unknown in it; the value itself where all of it is known."""
    return _put(value) if holds_unknown(value) else value


def _put(value: object) -> object:
    if value is UNKNOWN:
        return StandIn()
    if isinstance(value, Mapping):
        return {key: _put(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_put(item) for item in value]
    return value
