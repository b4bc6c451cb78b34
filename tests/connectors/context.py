"""A small context on one folder, and one call of a connector in it."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

import httpx

from calibrant.connectors import registry
from calibrant.engine.memory import Memory
from calibrant.model.connector import Completed, Output
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from connectors.shapes import misfits

T = TypeVar("T")


class FolderContext:
    """Reads and writes one folder itself; processes are real, without a sandbox."""

    def __init__(self, folder: Path, timeout: float = 20.0) -> None:
        self.folder = folder
        self.live = True
        self.timeout = timeout
        self.client = httpx.AsyncClient(trust_env=False)
        self.memory = Memory()
        self.confided: list[str] = []

    def _place(self, path: str, parameter: str) -> Path:
        place = (self.folder / path).resolve()  # as a run does it
        if not place.is_relative_to(self.folder.resolve()):
            raise StepError(Failure("path-outside", f"‘{path}’ leads out.", Kind.SECURITY, parameter=(parameter,)))
        return place

    def read_path(self, path: str, parameter: str) -> Path:
        return self._place(path, parameter)

    def write_path(self, path: str, parameter: str) -> Path:
        return self._place(path, parameter)

    def list_files(self, path: str, parameter: str, most: int | None = None) -> list[str]:
        place = self._place(path, parameter)
        if not place.is_dir():
            raise StepError(Failure("missing-folder", f"There is no folder ‘{path}’.", Kind.PARAMETER))
        return sorted(file.relative_to(self.folder).as_posix() for file in place.rglob("*") if file.is_file())

    async def execute(
        self, argv: tuple[str, ...], *, cwd: str, env: Mapping[str, str], exchange: bytes | None = None
    ) -> Completed:
        with tempfile.TemporaryFile() as file:
            file.write(exchange or b"")
            file.seek(0)
            child = await asyncio.create_subprocess_exec(
                *argv,
                cwd=self.folder / cwd,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", **env},
                stdin=asyncio.subprocess.DEVNULL if exchange is None else file,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            stdout, stderr = await asyncio.wait_for(child.communicate(), self.timeout)
            file.seek(0)
            return Completed(child.returncode or 0, stdout.decode(), stderr.decode(), exchange=file.read())

    def http(self) -> httpx.AsyncClient:
        return self.client

    def confide(self, secret: str) -> None:
        self.confided.append(secret)

    async def remember(self, key: str, make: Callable[[], Awaitable[tuple[T, float]]]) -> T:
        return await self.memory.get(key, make)


async def call(name: str, folder: Path, *, timeout: float = 20.0, doing: str = "run", **params: object) -> Output:
    """Call a connector with defaults filled in, as the engine does; `as_` stands for the parameter `as`.

    What it gives must be of the shape that it declares.
    """
    connector = registry()[name]
    given = {parameter.rstrip("_"): value for parameter, value in params.items()}
    defaults = {p.name: p.default for p in connector.spec.parameters if p.default is not None}
    context = FolderContext(folder, timeout)
    function = {"run": connector.run, "rehearse": connector.rehearse, "check": connector.check}[doing]
    assert function is not None
    try:
        output = await function(defaults | given, context) or {}
    finally:
        await context.client.aclose()
    assert doing == "check" or not misfits(name, connector.spec.output, output)
    return output


async def failure(name: str, folder: Path, *, timeout: float = 20.0, doing: str = "run", **params: object) -> Failure:
    """Call a connector that is to fail, and return what it says."""
    try:
        output = await call(name, folder, timeout=timeout, doing=doing, **params)
    except StepError as error:
        return error.failure
    raise AssertionError(f"{name} did not fail, but gave {output}")
