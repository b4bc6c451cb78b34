"""Runs the commands of a run: in its private copy, inside the sandbox where there is one, scrubbed and bounded."""

import asyncio
import contextlib
import os
import secrets
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from calibrant.engine.child import Ended, run_child
from calibrant.engine.company import AtWork, Company
from calibrant.engine.comparing import altered, changed, scan, touched
from calibrant.engine.environment import NOTHING, Environments, Setting
from calibrant.engine.exchange import exchanged
from calibrant.engine.installing import OFFLINE, Installing, Taken, joined
from calibrant.engine.orphans import MARK, adopt_orphans
from calibrant.engine.reports import reports_left
from calibrant.engine.sandbox import NO_HOME, Walls, arguments, find_bwrap, home_of, standing, walls_of
from calibrant.engine.scrub import scrub
from calibrant.engine.unfinished import judge, not_started, overdue
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.connector import Completed
from calibrant.model.failure import Left, NotRun, StepError
from calibrant.model.toolchain import Toolchain

_PROBE_SECONDS = 10.0


class Runner:
    """Starts the child processes of one run.

    `mode`: "no" — nothing is started; "sandbox" — only inside bubblewrap; "open" — also without, where bubblewrap does
    not work. `output_limit` is in bytes for each of a command's two outputs. `environ` is scrubbed before it is handed on.
    `environments` gives what the toolchains of each folder give commands; it is asked when the first one is to run.
    `started` counts the steps' commands.
    """

    def __init__(
        self,
        copy: PrivateCopy,
        mode: Literal["no", "sandbox", "open"],
        environ: Mapping[str, str],
        output_limit: int,
        environments: Callable[[], Awaitable[Environments]] | None = None,
    ) -> None:
        self._copy = copy
        self._mode = mode
        self._environ = environ
        self._output_limit = output_limit
        self._run = environ.get(MARK) or secrets.token_hex(8)
        self._count = 0
        self.started = 0
        self._bwrap: str | None = None
        self._walls: Walls | None = None
        self._ask_environments = environments
        self._environments: Environments | None = None
        self._ready = False
        self._preparing = asyncio.Lock()
        self._company = Company()
        self._installing = Installing(copy, environ)

    async def run(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        timeout: float,  # noqa: ASYNC109 - counts from the command's own start, not from the copying before it
        exchange: bytes | None = None,
        alone: bool = False,
    ) -> Completed:
        """Run a command and wait for its end; none of its processes outlives it.

        `cwd` is as the workflow writes it, `timeout` in seconds. `changed_files` are those made or changed, as the
        workflow would write them, sorted; empty where the workspace has too many files to compare. `exchange` is the
        content of a private file that the command has as its standard input and may overwrite. `alone`: no other command is at
        work meanwhile, so that what changes is its own.

        Raises:
            NotRun: the workspace is not trusted, there is no sandbox, or the sandbox is what it failed of.
            StepError: it cannot be started (codes `command-not-found`, `unfit-for-command`), took too long
                (`step-timeout`), left too much in `exchange` (`too-large`), or the workspace is too large to copy
                (`workspace-too-large`).
        """
        self._refuse_untrusted()
        async with self._preparing:
            if not self._ready:
                await self._prepare()
        place = self._copy.folder_path(cwd, "cwd")
        alone = alone or self._installing.replaces(argv)
        async with self._company.joined(" ".join(argv), alone=alone) as at_work:
            taken = await self._take(argv, place)
            worked = False
            try:
                before, own = await asyncio.to_thread(scan, self._copy)
                self.started += 1
                async with exchanged(exchange, self._copy.overlay.private) as file:
                    ended = await self._start(argv, place, env, timeout, file.stdin, taken.setting)
                    answer = await asyncio.to_thread(file.answer)
                if ended.timed_out:
                    raise StepError(overdue(timeout, ended, self._relative(place)))
                if self._bwrap is not None:
                    judge(ended, argv, walled=not self._copy.overlay.live)
                worked = True
                after, own_after = await asyncio.to_thread(scan, self._copy)
            finally:
                if taken.copies:
                    await asyncio.shield(asyncio.to_thread(self._installing.settle, taken, worked=worked))
                    self._walls = None
        files = [name for name in changed(before, after) if not name.endswith("/")]
        own_too = own != own_after or None in own_after  # of too many files it cannot be told
        return Completed(
            ended.exit_code,
            self._as_true_paths(ended.stdout),
            self._as_true_paths(ended.stderr),
            tuple(sorted(self._copy.overlay.as_written(name) for name in files)),
            ended.truncated,
            self._true_bytes(answer),
            touched(before, after, own=own_too),
            self._relative(place),
            await asyncio.to_thread(self._reports, files, at_work),
            altered(before, after),
        )

    def _relative(self, place: Path) -> str:
        """Return a folder relative to the workspace; empty where it lies outside."""
        workspace = self._copy.overlay.workspace
        return place.relative_to(workspace).as_posix() if place.is_relative_to(workspace) else ""

    def _reports(self, names: Sequence[str], at_work: AtWork) -> tuple[Left, ...]:
        """Return the reports among the files; one that another command at work may have left is told once."""
        own = [name for name in names if at_work.is_its_own(name)]
        left = self._company.not_told_yet(reports_left(self._copy.overlay.root, own), at_work)
        return tuple(msgspec.structs.replace(report, text=self._as_true_paths(report.text)) for report in left)

    def _refuse_untrusted(self) -> None:
        if self._mode == "no":
            folder = shlex.quote(str(self._copy.overlay.workspace))
            raise NotRun(f"This workspace is not trusted to run commands. ‘calibrant trust {folder}’ trusts it.")
        if sys.platform == "win32":
            raise NotRun("Commands do not run on Windows yet.")

    async def _prepare(self) -> None:
        await asyncio.to_thread(self._copy.materialise)
        self._bwrap = find_bwrap(self._environ, self._copy.overlay.workspace)
        trouble = "bubblewrap is not installed"
        if self._bwrap is not None and (trouble := await self._probe()):
            self._bwrap = None
        if self._bwrap is None:
            if self._mode == "sandbox":
                raise NotRun(
                    f"Commands run in a sandbox, and {trouble}. Install bubblewrap, or allow commands without a "
                    "sandbox: --trust on the command line, or ‘execute: unsandboxed’ in your own Calibrant settings."
                )
            await asyncio.to_thread(self._copy.link_environments)
            adopt_orphans()
        if self._ask_environments is not None:
            self._environments = await self._ask_environments()
        self._walls = None  # made for the probe, which needs none of them
        self._ready = True

    async def _take(self, argv: Sequence[str], place: Path) -> Taken:
        """Return what a command has of its folder's environment, and for what it installs."""
        walled = self._bwrap is not None
        given = NOTHING
        toolchains: tuple[Toolchain, ...] = ()
        if self._environments is not None:
            given = self._environments.of(place, copied=not walled)
            toolchains = self._environments.toolchains(place)
        if self._copy.overlay.live:
            return Taken(setting=given)
        home = (home_of(self._environ) or NO_HOME) if walled else self._copy.overlay.private / "home"
        taken = await asyncio.to_thread(self._installing.take, argv, place, toolchains, home, walled=walled)
        if taken.installs:
            self._walls = None
        offline = Setting((), OFFLINE if walled else {})
        return msgspec.structs.replace(taken, setting=joined(joined(given, taken.setting), offline))

    async def _probe(self) -> str:
        """Return what keeps bubblewrap from working here (it may be installed, but forbidden); empty where nothing does."""
        try:
            ended = await self._start(("/bin/sh", "-c", ":"), self._copy.overlay.workspace, {}, _PROBE_SECONDS)
        except (OSError, StepError):
            return "bubblewrap cannot be started here"
        if ended.exit_code == 0:
            return ""
        why = ended.stderr.strip().removeprefix("bwrap: ").splitlines()
        return f"bubblewrap does not work here ({why[0] if why else f'exit status {ended.exit_code}'})"

    async def _start(
        self,
        argv: Sequence[str],
        place: Path,
        env: Mapping[str, str],
        seconds: float,
        stdin: int = subprocess.DEVNULL,
        setting: Setting = NOTHING,
    ) -> Ended:
        try:
            if self._bwrap is not None:
                return await self._start_walled(self._bwrap, argv, place, env, seconds, stdin, setting)
            self._count += 1
            mark = f"{self._run}/{self._count}"
            private = self._copy.overlay.private
            scrubbed = scrub(
                self._environ,
                env,
                home=str(private / "home"),
                temporary=str(private / "tmp"),
                setting=setting,
            )
            return await run_child(
                argv,
                cwd=self._copy.overlay.in_root(place),
                environment={**scrubbed, MARK: mark},
                limit=self._output_limit,
                timeout=seconds,
                mark=mark,
                stdin=stdin,
            )
        except (OSError, ValueError) as error:
            raise StepError(not_started(argv, error)) from error

    async def _start_walled(
        self,
        bwrap: str,
        argv: Sequence[str],
        place: Path,
        env: Mapping[str, str],
        seconds: float,
        stdin: int,
        setting: Setting,
    ) -> Ended:
        programs = self._environments.programs() if self._environments is not None else ()
        self._walls = self._walls or walls_of(self._copy, self._environ, programs)
        walls = await asyncio.to_thread(standing, self._walls)
        temporary = "/tmp"  # noqa: S108 - the sandbox's own
        scrubbed = scrub(self._environ, env, home=str(walls.home), temporary=temporary, setting=setting)
        if any("\0" in word for word in (*argv, *scrubbed, *scrubbed.values())):
            raise ValueError("embedded null byte")
        with _handed_over(arguments(walls, scrubbed, place)) as options:
            # bubblewrap itself gets no environment: an LD_PRELOAD of the step must not work outside the sandbox.
            return await run_child(
                (bwrap, "--args", str(options), "--", *argv),
                cwd=self._copy.overlay.private,
                environment={},
                limit=self._output_limit,
                timeout=seconds,
                mark="",
                pass_fds=(options,),
                stdin=stdin,
            )

    def _as_true_paths(self, text: str) -> str:
        """Return an output with the workspace's own path where a command without a sandbox saw the private copy's."""
        if self._bwrap is not None or self._copy.overlay.live:
            return text
        return text.replace(str(self._copy.overlay.root), str(self._copy.overlay.workspace))

    def _true_bytes(self, data: bytes) -> bytes:
        if self._bwrap is not None or self._copy.overlay.live:
            return data
        return data.replace(os.fsencode(self._copy.overlay.root), os.fsencode(self._copy.overlay.workspace))


@contextlib.contextmanager
def _handed_over(words: Sequence[str]) -> Iterator[int]:
    """Yield a file descriptor to read the words from: neither they nor the values among them show in a process list."""
    handle = os.memfd_create("arguments", 0) if sys.platform == "linux" else -1
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(b"".join(os.fsencode(word) + b"\0" for word in words))
        os.lseek(handle, 0, os.SEEK_SET)
        yield handle
    finally:
        os.close(handle)
