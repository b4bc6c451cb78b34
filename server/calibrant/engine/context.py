"""What connectors get from a run: files by way of the private copy, child processes, one HTTP client."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from calibrant.engine.environment import Environments, SurveyOf, unknown
from calibrant.engine.memory import Memory
from calibrant.engine.processes import Runner
from calibrant.engine.sandbox import find_bwrap
from calibrant.engine.states import Fingerprint, States, environment_key
from calibrant.engine.traces import ANYTHING
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.connector import Completed
from calibrant.model.event import RunRequest
from calibrant.model.failure import NotRun
from calibrant.model.toolchain import Survey

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Shared:
    """What all calls of one run have in common, each part made when a step first needs it.

    `confide` takes in a secret that came to be in the run. `survey` tells what the workspace is built with; it is asked only
    where commands run. `written` are the files that connectors wrote or are about to, relative to the workspace.
    """

    def __init__(
        self,
        request: RunRequest,
        environ: Mapping[str, str],
        confide: Callable[[str], None] = lambda _secret: None,
        survey: SurveyOf = unknown,
    ) -> None:
        self.confide = confide
        self.memory = Memory()
        self.written: set[str] = set()
        self._request = request
        self._environ = environ
        self._survey = survey
        self._copy: PrivateCopy | None = None
        self._making_copy = threading.Lock()
        self._closed = False
        self._states: States | None = None
        self._runner: Runner | None = None
        self._client: httpx.AsyncClient | None = None

    @property
    def copy(self) -> PrivateCopy:
        """The run's private copy of the workspace; the workspace itself when live. Steps ask for it from several threads."""
        with self._making_copy:
            if self._closed:
                raise NotRun("The run has ended.")
            self._copy = self._copy or self._new_copy()
            return self._copy

    def _new_copy(self) -> PrivateCopy:
        request = self._request
        return PrivateCopy(
            Path(request.workspace),
            Path(request.path).parent,
            live=request.live,
            limit=request.copy_limit,
            open_paths=tuple(map(Path, request.open_paths)),
            hidden=(Path(request.state),) if request.state else (),
        )

    @property
    def states(self) -> States:
        """What the files of the workspace are like, apart from what steps did."""
        if self._states is None:
            self._states = States(self.copy.overlay, Path(self._request.path))
        return self._states

    @property
    def may_execute(self) -> bool:
        """Whether commands may run here, as far as that can be told without one."""
        return self._request.execute == "open" or (self._request.execute == "sandbox" and self._walled)

    @property
    def _walled(self) -> bool:
        return find_bwrap(self._environ, self.copy.overlay.workspace) is not None

    async def fingerprint(self) -> tuple[Fingerprint | None, str]:
        """Return what all files of the workspace are like, and what stands for the environment of commands; made once."""

        async def make() -> tuple[tuple[Fingerprint | None, str], float]:
            found = await asyncio.to_thread(self.states.everything)
            toolchains = (await self.environments()).key()
            return (found, environment_key(self._environ, walled=self._walled, toolchains=toolchains)), inf

        return await self.memory.get("fingerprint", make)

    async def environments(self) -> Environments:
        """Return what the toolchains of the workspace give to commands; looked at once, and only where commands may run."""

        async def make() -> tuple[Environments, float]:
            return Environments(await asyncio.to_thread(self._surveyed), self.copy.overlay), inf

        return await self.memory.get("environments", make)

    def _surveyed(self) -> Survey:
        """Return what the workspace is built with. Where commands may not run, its environments mean nothing."""
        workspace = Path(self._request.workspace)
        if self._request.execute == "no":
            return unknown(workspace)
        try:
            return self._survey(workspace)
        except Exception:  # noqa: BLE001 - logged; commands run without an environment then, as they did before anything was known
            _log.exception("Cannot look through %s for toolchains", workspace)
            return unknown(workspace)

    @property
    def runner(self) -> Runner:
        """What starts child processes."""
        if self._runner is None:
            request = self._request
            self._runner = Runner(self.copy, request.execute, self._environ, request.output_limit, self.environments)
        return self._runner

    @property
    def client(self) -> "httpx.AsyncClient":
        """The run's HTTP client. Of the environment it takes SSL_CERT_FILE and SSL_CERT_DIR, but no proxy."""
        if self._client is None:
            import httpx

            hooks = {"response": [self._forget_cookies]}
            self._client = httpx.AsyncClient(
                headers={"User-Agent": "calibrant"},
                event_hooks=hooks,
                verify=httpx.create_ssl_context(),
                trust_env=False,
            )
        return self._client

    async def _forget_cookies(self, _response: "httpx.Response") -> None:
        """Forget what a server gave one step: it must not change what another step sends."""
        self.client.cookies.clear()

    async def close(self) -> None:
        """Close the client and remove the private copy."""
        client, self._client = self._client, None
        with self._making_copy:
            self._closed = True
            copy, self._copy = self._copy, None
        try:
            if client is not None:
                await client.aclose()
        finally:
            if copy is not None:
                copy.close()


class CallContext:
    """The context of one call (see `model.connector.Context`). `touched` takes in which files the call changes.

    `done` are the processes that ran to their end. `alone`: no other command is at work beside its own.
    """

    __slots__ = ("_alone", "_shared", "_touched", "done", "live", "timeout")

    def __init__(
        self, shared: Shared, *, live: bool, timeout: float, touched: set[str] | None = None, alone: bool = False
    ) -> None:
        self._shared = shared
        self._touched = set() if touched is None else touched
        self.live = live
        self.timeout = timeout
        self.done: list[Completed] = []
        self._alone = alone

    def read_path(self, path: str, parameter: str) -> Path:
        """Return where to read the file or folder of that name."""
        return self._shared.copy.read_path(path, parameter)

    def write_path(self, path: str, parameter: str) -> Path:
        """Return where to write the file of that name."""
        name = self._shared.states.name_of(path)
        self._touched.add(name)
        self._shared.written.add(name)
        return self._shared.copy.write_path(path, parameter)

    def list_files(self, path: str, parameter: str, most: int | None = None) -> list[str]:
        """Return the files below a folder, as the workflow would write them."""
        return self._shared.copy.list_files(path, parameter, most)

    async def execute(
        self, argv: tuple[str, ...], *, cwd: str, env: Mapping[str, str], exchange: bytes | None = None
    ) -> Completed:
        """Run a child process and wait for its end."""
        runner = self._shared.runner
        started = runner.started
        try:
            done = await runner.run(argv, cwd=cwd, env=env, timeout=self.timeout, exchange=exchange, alone=self._alone)
        except BaseException:
            if runner.started != started:
                self._touched.add(ANYTHING)
            raise
        self._touched.update(done.touched)
        self.done.append(done)
        return done

    def http(self) -> "httpx.AsyncClient":
        """Return the run's HTTP client."""
        return self._shared.client

    def confide(self, secret: str) -> None:
        """Have a secret that came to be in the run hidden from now on."""
        self._shared.confide(secret)

    async def remember(self, key: str, make: Callable[[], Awaitable[tuple[T, float]]]) -> T:
        """Return what `make` gives, made once in the run for each key."""
        return await self._shared.memory.get(key, make)
