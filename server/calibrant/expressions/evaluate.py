"""Works expressions out: plain references by following them, others in Jinja2's sandbox under a clock."""

import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from calibrant.expressions.explain import explain_error, explain_missing, too_large, too_slow, unsafe
from calibrant.expressions.follow import follow
from calibrant.expressions.growth import TooLargeError
from calibrant.expressions.standin import UnknownTouched, put_stand_ins
from calibrant.expressions.text import to_text
from calibrant.model.expression import Expression, Template
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN, holds_unknown

if TYPE_CHECKING:
    from calibrant.expressions.sandbox import Sandbox

_Compiled = Callable[..., object]
_PREPARED_LIMIT: Final = 64
"""Values whose stand-ins are remembered between evaluations."""
_AGAIN_SECONDS: Final = 0.1


class TooSlow(BaseException):
    """The clock ran out."""


class Evaluator:
    """Evaluates the expressions of one run; compiles each once. Values given must not change meanwhile.

    `limit_seconds` bounds each expression's wall time, where the caller runs in the main thread.
    """

    def __init__(self, limit_seconds: float = 2.0) -> None:
        self._limit = limit_seconds
        self._sandbox: Sandbox | None = None
        self._compiled: dict[str, _Compiled] = {}
        self._prepared: dict[int, tuple[object, object]] = {}

    def evaluate(self, expression: Expression, scope: Mapping[str, object]) -> object:
        """Return the expression's value: plain data, in which what depends on unknown values is UNKNOWN.

        Raises:
            StepError: it cannot be worked out; the failure's span is where the expression is at fault.
        """
        if expression.error is not None:
            span = expression.error_span or expression.span
            raise StepError(Failure("bad-expression", expression.error, Kind.SYNTAX, span=span))
        if expression.plain and expression.references:
            return follow(expression.references[0], scope)
        roots = {name: scope[name] for name in {item.root for item in expression.references} if name in scope}
        return self._run(expression, {name: self._prepare(value) for name, value in roots.items()}, roots)

    def render(self, template: Template, scope: Mapping[str, object]) -> object:
        """Return a template's value: its expression's own where it is one whole expression, else a text.

        A text is UNKNOWN where a part of it is.

        Raises:
            StepError: an expression in it cannot be worked out, or has no form as text.
        """
        whole = template.whole
        if whole is not None:
            return self.evaluate(whole, scope)
        texts: list[str] = []
        unknown = False
        for part in template.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            value = self.evaluate(part, scope)
            unknown = unknown or holds_unknown(value)
            texts.append("" if unknown else _part_text(part, value))
        return UNKNOWN if unknown else "".join(texts)

    def forget(self, value: object) -> None:
        """Let go of a value that no expression will see again."""
        self._prepared.pop(id(value), None)

    def _run(self, expression: Expression, scope: Mapping[str, object], given: Mapping[str, object]) -> object:
        from jinja2.exceptions import SecurityError

        from calibrant.expressions.result import Plain
        from calibrant.expressions.sandbox import MissingError

        try:
            with _clock(self._limit):
                return Plain().value(self._compile(expression)(**scope))
        except UnknownTouched:
            return UNKNOWN
        except TooSlow:
            raise StepError(too_slow(expression, self._limit)) from None
        except TooLargeError:
            raise StepError(too_large(expression)) from None
        except SecurityError as error:
            raise StepError(unsafe(expression, str(error))) from error
        except MissingError as error:
            raise StepError(explain_missing(expression, scope, error.container, error.name)) from error
        except StepError:
            raise
        except Exception as error:  # whatever the user's own expression may raise
            if any(scope[name] is not given[name] for name in scope):
                # an unknown value may have caused it, and an unknown value is nobody's fault
                return UNKNOWN
            raise StepError(explain_error(expression, scope, error)) from error

    def _compile(self, expression: Expression) -> _Compiled:
        compiled = self._compiled.get(expression.source)
        if compiled is None:
            if self._sandbox is None:
                from calibrant.expressions.sandbox import Sandbox

                self._sandbox = Sandbox()
            with warnings.catch_warnings():
                # Python warns of code such as `1[0]`, which fails in words of our own when it runs
                warnings.simplefilter("ignore", SyntaxWarning)
                compiled = self._sandbox.compile_expression(expression.source, undefined_to_none=False)
            self._compiled[expression.source] = compiled
        return compiled

    def _prepare(self, value: object) -> object:
        """Return the value with stand-ins; looks through large values once, not once for each item of a list."""
        if not isinstance(value, Mapping | list | tuple):
            return put_stand_ins(value)
        known = self._prepared.pop(id(value), None)
        if known is None or known[0] is not value:
            known = (value, put_stand_ins(value))
        self._prepared[id(value)] = known
        if len(self._prepared) > _PREPARED_LIMIT:
            del self._prepared[next(iter(self._prepared))]
        return known[1]


def _part_text(part: Expression, value: object) -> str:
    try:
        return to_text(value)
    except StepError as error:
        failure = error.failure
        placed = Failure(failure.code, failure.message, failure.kind, details=failure.details, span=part.span)
        raise StepError(placed) from error


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the block after that many seconds; does nothing where signals cannot be had.

    It rings again and again: what is raised inside a listener of the garbage collector is lost.
    """
    waiting = True

    def ring(_number: int, _frame: object) -> None:
        if waiting:
            raise TooSlow

    if not hasattr(signal, "setitimer"):
        yield
        return
    try:
        former = signal.signal(signal.SIGALRM, ring)
    except ValueError:  # not the main thread, which alone may set handlers
        yield
        return
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
        try:
            yield
        finally:
            waiting = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former if former is not None else signal.SIG_DFL)
