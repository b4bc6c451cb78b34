"""What a connector is: what it takes, what it touches, how it runs and how it rehearses."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import msgspec

from calibrant.model.failure import Left
from calibrant.model.shape import Shape, TypeName

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class Effect(StrEnum):
    """What a call touches. Local writes really happen, in the run's private copy; outside writes are rehearsed."""

    NOTHING = "nothing"
    READ = "read"
    WRITE_LOCAL = "write_local"
    WRITE = "write"
    EXECUTE = "execute"


_EXPRESSIONS = frozenset({"where", "by"})
"""What parameters are called that are one expression over the item."""


class ParameterSpec(msgspec.Struct, frozen=True):
    """One parameter.

    `role`: "value" — rendered before the call; "per_item" — kept as a function of `item` and `index` (see `PerItem`);
    "script" — shell text, in which references stand for environment variables. `needs_data`: an empty list or text given
    here is worth an `empty-data` warning. `enum` lists the only values allowed. `over` names the array parameter whose
    elements are the `item` of a per-item parameter. `choices`: the connector can tell which values there are in the target
    (see `Connector.choices`), "whole" ones or a "word" within a text. `suffixes`: how the names of files meant here end.
    `fields_of`: what is given are names of fields of what these parameters hold. `deprecated` says what is better instead.
    """

    name: str
    type: TypeName
    doc: str
    required: bool = False
    default: object = None
    enum: tuple[str, ...] = ()
    role: Literal["value", "per_item", "script"] = "value"
    needs_data: bool = False
    over: str = ""
    choices: Literal["", "whole", "word"] = ""
    suffixes: tuple[str, ...] = ()
    fields_of: tuple[str, ...] = ()
    deprecated: str = ""

    @property
    def takes_expression(self) -> bool:
        """Whether what is given is one expression over the item, for which braces are optional, not a value made from it."""
        return self.role == "per_item" and self.name in _EXPRESSIONS


class SecretSpec(msgspec.Struct, frozen=True):
    """A secret that is handed to what is called, beside its parameters."""

    name: str
    doc: str = ""
    required: bool = False


class ConnectorSpec(msgspec.Struct, frozen=True):
    """A connector's declaration; `version` changes when the same call would give another output.

    `broken` says why it cannot be loaded: nothing but its name is known then. `open`: it may take more than what is named.
    `calls` are those that it calls in turn, where that is known.
    """

    name: str
    summary: str
    parameters: tuple[ParameterSpec, ...]
    output: Shape
    effects: tuple[Effect, ...]
    example: str = ""
    version: int = 1
    broken: str = ""
    secrets: tuple[SecretSpec, ...] = ()
    open: bool = False
    calls: tuple[str, ...] = ()

    def parameter(self, name: str) -> ParameterSpec | None:
        """Return the declaration of one parameter."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        return None


Params = Mapping[str, object]
"""Rendered parameters by name; one that was not given and has no default is absent. Defaults are filled in."""

Output = dict[str, object]
PerItem = Callable[[object, int], object]
"""Renders a per-item parameter for one item and its position. Raises StepError; returns UNKNOWN where it is unknown."""


class Completed(msgspec.Struct, frozen=True):
    """What became of a child process. Output is text, bounded by the run's output limit (`truncated` says so).

    `exchange` is what the process left in the file that it was given (see `Context.execute`). `touched` names all that it
    changed, made or removed, for the engine. `cwd` is the folder it ran in, relative to the workspace; `left` are the reports
    that it left in files. `altered` are the files that it changed, made or removed, relative to the workspace; None where that
    cannot be told.
    """

    exit_code: int
    stdout: str
    stderr: str
    changed_files: tuple[str, ...] = ()
    truncated: bool = False
    exchange: bytes = b""
    touched: tuple[str, ...] = ()
    cwd: str = ""
    left: tuple[Left, ...] = ()
    altered: tuple[str, ...] | None = None


class Context(Protocol):
    """What the engine gives to a connector for one call. Paths are as the workflow writes them, from its own folder."""

    live: bool
    timeout: float

    def read_path(self, path: str, parameter: str) -> Path:
        """Return where to read the file or folder of that name: the private copy's where it has one.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`).
        """

    def write_path(self, path: str, parameter: str) -> Path:
        """Return where to write the file of that name: in the private copy (holding what is there now), or when live, itself.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`).
        """

    def list_files(self, path: str, parameter: str, most: int | None = None) -> list[str]:
        """Return the files below a folder, as the workflow would write them, private copy included, sorted.

        With `most`, only about so many are looked for.

        Raises:
            StepError: the path leaves the workspace, or there is no such folder.
        """

    async def execute(
        self, argv: tuple[str, ...], *, cwd: str, env: Mapping[str, str], exchange: bytes | None = None
    ) -> Completed:
        """Run a child process in the run's private copy (the workspace itself when live) and wait for its end.

        Its standard input is closed; or where `exchange` is given, a private file with that content, which it may read
        and overwrite: a way to hand over and get back what is too large for arguments and must not mix with its outputs.

        Raises:
            NotRun: the workspace is not trusted, or the sandbox stopped it.
            StepError: it cannot be started, took longer than the step's timeout, or left too much in `exchange`.
        """

    def http(self) -> "httpx.AsyncClient":
        """Return the run's HTTP client."""

    def confide(self, secret: str) -> None:
        """Have a secret that came to be in the run (a token) hidden from now on, as those that the workflow declares."""

    async def remember(self, key: str, make: Callable[[], Awaitable[tuple[T, float]]]) -> T:
        """Return what `make` gives: once in the run for each key, and anew when the seconds that it names have passed.

        Calls that ask meanwhile wait for it and share what becomes of it, a failure too. Nothing of it outlives the run.
        """


class Choice(msgspec.Struct, frozen=True):
    """A value that can be given for a parameter. `detail` is a word or two on it ("12 rows")."""

    value: str
    kind: Literal["file", "folder", "sheet", "table", "range", "column", ""] = ""
    detail: str = ""


class Freshness(msgspec.Struct, frozen=True):
    """What has to be as it was for a recorded output to stand for the same call made anew.

    `files`, `beside` and `folders` are paths as the workflow writes them. Of `files` the content counts (of a folder all that
    is below it), and of those `beside` them, which need not be there; of `folders` the names of the files below. A call
    that writes local files names all that it writes in the first two. `workspace`: every file of the workspace counts.
    `aged`: it also hangs on what cannot be looked at, so that the output holds for a limited time.
    """

    files: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    workspace: bool = False
    aged: bool = False


Run = Callable[[Params, Context], Awaitable[Output]]
Check = Callable[[Params, Context], Awaitable[None]]
Choices = Callable[[tuple[str | int, ...], Params, Context], Awaitable[Sequence[Choice]]]


class Connector(msgspec.Struct, frozen=True):
    """A connector as registered.

    `touches` tells what this very call touches. `rehearse` answers for a call that may not be made: it checks parameters,
    looks at the target without changing it, and returns a realistic output; needed where `touches` can be WRITE.
    `check` looks at the target of a call that is not made because a parameter is unknown (it then is UNKNOWN in the
    parameters): it raises what the known ones already give away, and changes nothing.
    `choices` lists the values that the target has for a place in the parameters, given as the parameter's name and the path
    below it, for what is being written, which is not among the parameters; as with `check`, others may be UNKNOWN, and
    nothing is changed.
    `origin` and `credential` name what a call reaches and as whom, for isolation; empty where that means nothing.
    `login` names the place where the credential is to be got, where that is another than `origin`; both are isolated.
    `reads` names the parameters whose files' content an output hangs on. `fresh` tells what the output of this very call
    hangs on where that is something else, None where it cannot be told: then no output is used again. Without it, the
    effect and `reads` tell (see `engine.freshness`). These functions raise StepError.
    """

    spec: ConnectorSpec
    run: Run
    touches: Callable[[Params], Effect]
    rehearse: Run | None = None
    check: Check | None = None
    origin: Callable[[Params], str] = lambda _params: ""
    credential: Callable[[Params], str] = lambda _params: ""
    reads: tuple[str, ...] = ()
    login: Callable[[Params], str] = lambda _params: ""
    choices: Choices | None = None
    fresh: Callable[[Params], Freshness | None] | None = None


Registry = Mapping[str, Connector]
Specs = Mapping[str, ConnectorSpec]
