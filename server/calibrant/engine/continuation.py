"""How a run goes on after a failure: what is tried again, what is isolated, what ends the run."""

from collections.abc import Callable
from secrets import SystemRandom

import msgspec

from calibrant.model.connector import Effect
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.workflow import Retry

FATAL = frozenset({Kind.AUTH, Kind.CONNECTION, Kind.LOGIC})
"""Kinds that isolate what they touch; with `on_fatal: stop` they end the run."""

DEFAULT_RETRY = Retry(attempts=3, delay=0.25)
"""What is done for a passing trouble where the step says nothing."""

LONGEST_PAUSE = 30.0
"""Seconds that a step waits at most before it is tried again, whatever a server asks for."""

_PASSING = frozenset({Kind.TRANSIENT, Kind.CONNECTION, Kind.RATE_LIMIT})
_WORTH_ASKING = _PASSING | {Kind.UNKNOWN, Kind.RUNTIME, Kind.INFRA, None}
_REPEATABLE = frozenset({Effect.NOTHING, Effect.READ})

Random = Callable[[], float]
random: Random = SystemRandom().random


def attempts(asked: Retry | None, failure: Failure, effect: Effect, *, rehearsed: bool) -> int:
    """Return how often in all a call that failed like this is tried. `asked` is the step's own `retry`.

    What may have had an effect is repeated only where the step asks for it.
    """
    if asked is not None:
        return asked.attempts if failure.kind in _WORTH_ASKING else 1
    if failure.kind in _PASSING and (effect in _REPEATABLE or rehearsed):
        return DEFAULT_RETRY.attempts
    return 1


def pause(asked: Retry | None, attempt: int, failure: Failure, chance: Random = random) -> float:
    """Return the seconds to wait after the given attempt (from 1): doubling, with up to a quarter of jitter either way.

    A server's own wish (`retry_after`) counts where it is longer.
    """
    first = (asked or DEFAULT_RETRY).delay
    wait = first * 2.0 ** min(attempt - 1, 30) * (0.75 + chance() / 2)
    return min(max(wait, failure.retry_after or 0.0), LONGEST_PAUSE)


class Isolated(msgspec.Struct, frozen=True):
    """What was isolated: by which step, and whether its login was refused or the place could not be reached."""

    step: str
    kind: Kind
    origin: str


class Isolation:
    """What must not be tried again in this run: origins that cannot be reached, and credentials that they refuse."""

    def __init__(self) -> None:
        self._origins: dict[str, Isolated] = {}
        self._credentials: dict[tuple[str, str], Isolated] = {}

    def note(self, step: str, failure: Failure) -> None:
        """Take in a failure of a call to its `origin` as its `credential` (both as the connector names them)."""
        if not failure.origin:
            return
        if failure.kind is Kind.CONNECTION:
            self._origins.setdefault(failure.origin, Isolated(step, Kind.CONNECTION, failure.origin))
        elif failure.kind is Kind.AUTH:
            key = (failure.origin, failure.credential)
            self._credentials.setdefault(key, Isolated(step, Kind.AUTH, failure.origin))

    @property
    def empty(self) -> bool:
        """Whether nothing is isolated."""
        return not self._origins and not self._credentials

    def reason(self, origin: str, credential: str) -> str:
        """Return why a call to `origin` as `credential` is not made; empty where it may be."""
        found = self._origins.get(origin) or self._credentials.get((origin, credential))
        if found is None:
            return ""
        if found.kind is Kind.CONNECTION:
            return f"Not tried: ‘{found.step}’ could not reach {found.origin}."
        return f"Not tried: {found.origin} refused the login of ‘{found.step}’, and this step uses the same one."
