"""The environment that expressions run in: read-only, bounded, and wary of unknown values. Imports Jinja2."""

import functools
from collections.abc import Callable, Mapping
from typing import ClassVar

from jinja2 import Environment, StrictUndefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from calibrant.expressions import growth
from calibrant.expressions.filters import OWN, known_filters, known_tests
from calibrant.expressions.standin import StandIn, UnknownTouched
from calibrant.expressions.words import FUNCTIONS


class MissingError(UndefinedError):
    """Something was used that is not there: `name` of `container` (None where it is a name on its own)."""

    def __init__(self, container: object, name: object, message: str | None = None) -> None:
        super().__init__(message)
        self.container = container
        self.name = name


class Missing(StrictUndefined):
    """What an expression gets for something that is not there; any use of it raises `MissingError`."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: object = None, name: str | None = None, **_: object) -> None:
        super().__init__(hint, obj, name)
        self._undefined_exception = functools.partial(MissingError, obj, name)  # type: ignore[assignment]

    @property
    def error(self) -> MissingError:
        """The error that using it raises."""
        return MissingError(self._undefined_obj, self._undefined_name)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's immutable sandbox, where keys win over methods and nothing can grow without bound."""

    intercepted_binops: ClassVar[frozenset[str]] = frozenset({"*", "**", "%"})  # type: ignore[misc]

    def __init__(self) -> None:
        super().__init__(autoescape=False, undefined=Missing, optimized=False, keep_trailing_newline=True, cache_size=0)
        filters = {**self.filters, **dict(OWN)}
        self.filters = {name: _guarded(name, filters[name]) for name in known_filters()}
        tests = known_tests()
        self.tests = {name: _guarded(name, test) if name in tests else test for name, test in self.tests.items()}  # type: ignore[arg-type]
        self.globals = {name: function for name, function in self.globals.items() if name in FUNCTIONS}

    def getattr(self, obj: object, attribute: str) -> object:
        """Return a field, or a method where there is no such field."""
        if isinstance(obj, StandIn):
            raise UnknownTouched
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Return a field or an element, never a method."""
        if isinstance(obj, StandIn) or isinstance(argument, StandIn):
            raise UnknownTouched
        try:
            return obj[argument]  # type: ignore[index]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)  # type: ignore[arg-type]

    def unsafe_undefined(self, obj: object, attribute: str) -> Undefined:
        """Refuse at once, not only on use.

        Raises:
            SecurityError: always.
        """
        raise SecurityError(f"{type(obj).__name__}.{attribute}")

    def call(self, __context: Context, __obj: object, *args: object, **kwargs: object) -> object:  # noqa: PYI063
        """Call a function or a value's method within the bounds."""
        _refuse_unknown(args, kwargs)
        if isinstance(__obj, StandIn):
            raise UnknownTouched
        growth.check_call(__obj, args, kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Work out an operation that could grow without bound."""
        _refuse_unknown((left, right), {})
        growth.check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)


def _guarded(name: str, function: Callable[..., object]) -> Callable[..., object]:
    """Return a filter or test that will not judge a value it does not know, nor make one that is too large."""

    @functools.wraps(function)
    def run(*args: object, **kwargs: object) -> object:
        given = [arg for arg in args if not isinstance(arg, Environment | Context | EvalContext)]
        _refuse_unknown(given, kwargs)
        growth.check_filter(name, given, kwargs)
        return function(*args, **kwargs)

    return run


def _refuse_unknown(args: list[object] | tuple[object, ...], kwargs: Mapping[str, object]) -> None:
    if any(isinstance(arg, StandIn) for arg in args) or any(isinstance(arg, StandIn) for arg in kwargs.values()):
        raise UnknownTouched
