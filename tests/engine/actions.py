"""Small real connectors for the engine's tests: each does what a test needs, in a few lines."""

import asyncio
from collections.abc import Callable, Sequence

from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params, Run
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import ANY, STRING, Shape, array, object_of

VALUE = ParameterSpec("value", "any", "What to give back.")


def connector(
    name: str,
    run: Run,
    *parameters: ParameterSpec,
    effect: Effect = Effect.NOTHING,
    output: Shape | None = None,
    rehearse: Run | None = None,
    origin: Callable[[Params], str] = lambda _params: "",
    credential: Callable[[Params], str] = lambda _params: "",
    reads: tuple[str, ...] = (),
) -> Connector:
    spec = ConnectorSpec(name, "", parameters or (VALUE,), output or object_of(value=ANY), (effect,))
    return Connector(spec, run, lambda _params: effect, rehearse, None, origin, credential, reads)


async def _give(params: Params, _context: Context) -> Output:
    return {"value": params.get("value")}


def fail(code: str, kind: Kind | None, message: str = "it broke", **more: object) -> StepError:
    return StepError(Failure(code, message, kind, **more))  # type: ignore[arg-type]


GIVE = connector("give", _give)
"""Gives back its value."""


class Recording:
    """A connector that remembers its calls."""

    def __init__(self, name: str = "seen", effect: Effect = Effect.NOTHING, reads: tuple[str, ...] = ()) -> None:
        self.calls: list[Params] = []
        self.connector = connector(name, self._run, effect=effect, reads=reads)

    async def _run(self, params: Params, _context: Context) -> Output:
        self.calls.append(params)
        return {"value": params.get("value")}

    @property
    def values(self) -> list[object]:
        return [params.get("value") for params in self.calls]


class Failing:
    """A connector that fails the first `times` calls."""

    def __init__(
        self,
        kind: Kind | None,
        times: int = 1 << 30,
        *,
        name: str = "broken",
        effect: Effect = Effect.READ,
        retry_after: float | None = None,
        output: Shape | None = None,
    ) -> None:
        self.calls = 0
        self._kind, self._times, self._retry_after = kind, times, retry_after
        shape = output or object_of(emails=array(object_of(subject=STRING)), account=object_of(name=STRING))
        self.connector = connector(name, self._run, VALUE, effect=effect, output=shape)

    async def _run(self, params: Params, _context: Context) -> Output:
        self.calls += 1
        if self.calls <= self._times:
            raise fail("broke", self._kind, retry_after=self._retry_after)
        return {"value": params.get("value")}


class Sleeping:
    """A connector that waits; counts how many were at work at once, and how many were cancelled."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.seconds, self.now, self.most, self.cancelled = seconds, 0, 0, 0
        self.connector = connector("sleep", self._run)

    async def _run(self, params: Params, _context: Context) -> Output:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            value = params.get("value")
            await asyncio.sleep(value if isinstance(value, float) else self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.now -= 1
        return {"value": params.get("value")}


def remote(failing: dict[str, Kind]) -> tuple[Connector, list[str]]:
    """Return a connector that reaches `value` ("origin user"), failing for the texts in `failing`; and its calls."""
    calls: list[str] = []

    async def reach(params: Params, _context: Context) -> Output:
        target = str(params["value"])
        calls.append(target)
        if target in failing:
            raise fail("refused", failing[target], f"{target} refused")
        return {"value": target}

    def part(position: int) -> Callable[[Params], str]:
        return lambda params: str(params["value"]).split(" ")[position]

    made = connector("remote", reach, effect=Effect.READ, origin=part(0), credential=part(1))
    return made, calls


TYPED = connector(
    "typed",
    _give,
    VALUE,
    ParameterSpec("items", "array", "The items.", needs_data=True),
    ParameterSpec("text", "string", "A text."),
    ParameterSpec("count", "integer", "A number."),
    ParameterSpec("mode", "string", "How.", enum=("fast", "slow")),
)
"""Takes a parameter of each type."""

ALL: Sequence[Connector] = (GIVE, TYPED)
