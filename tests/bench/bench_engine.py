"""The engine against a bare asyncio scheduler that records the same rows to SQLite by group commit.

Run it: python tests/bench/bench_engine.py (a minute; --quick for a small sample)

Engine and floor are measured by turns, in one process; medians and the median of the ratios. The engine's figure holds all
that is between the request and `RunFinished`: plan, parameters, keys, events, outputs made durable. The partial re-run is the
same workflow with one step edited that nothing hangs on, beside the full run right before it. Nothing here is a test: timings
of one run say little.
"""

import asyncio
import gc
import logging
import sqlite3
import statistics
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

from bench.options import quick
from calibrant.connectors.shell_run import CONNECTOR as SHELL
from calibrant.engine.run import run_workflow
from calibrant.model.codec import encode
from calibrant.model.connector import Connector
from calibrant.model.event import RunFinished, RunRequest, StepFinished
from calibrant.model.workflow import Workflow
from calibrant.store import open_store
from engine.actions import GIVE, Sleeping
from engine.building import workflow_of

TABLE = (
    "CREATE TABLE outputs (workflow TEXT, step TEXT, session TEXT, key TEXT, masked INTEGER, data BLOB, digest BLOB)"
)
INDEXES = ("CREATE INDEX by_key ON outputs (key)", "CREATE INDEX by_step ON outputs (workflow, step)")
INSERT = "INSERT INTO outputs VALUES (?, ?, ?, ?, ?, ?, ?)"

Steps = list[dict[str, Any]]
Job = Callable[[int], Awaitable[object]]


class BareRows:
    """Rows committed by one thread, many at once."""

    def __init__(self, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode=WAL")
        for statement in (TABLE, *INDEXES):
            connection.execute(statement)
        connection.close()
        self._path, self._rows, self._more = path, list[Sequence[object]](), threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, row: Sequence[object]) -> None:
        self._rows.append(row)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work)
            self._thread.start()

    def flush(self) -> None:
        self._more.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA synchronous=NORMAL")
        last = False
        while not last:
            last = self._more.wait(0.05)
            rows, self._rows = self._rows, []
            connection.execute("BEGIN")
            connection.executemany(INSERT, rows)
            connection.execute("COMMIT")
        connection.close()


async def bare(before: Sequence[Sequence[int]], job: Job, rows: BareRows, concurrency: int) -> None:
    """Run jobs in dependency order with a task each, and record what they give."""
    after: list[list[int]] = [[] for _ in before]
    for position, waits in enumerate(before):
        for other in waits:
            after[other].append(position)
    pending = [len(waits) for waits in before]
    slots = asyncio.Semaphore(concurrency)
    done = asyncio.Event()
    left = len(before)
    tasks: set[asyncio.Task[None]] = set()

    def begin(position: int) -> None:
        task = asyncio.get_running_loop().create_task(work(position))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def work(position: int) -> None:
        nonlocal left
        async with slots:
            output = await job(position)
        rows.put(("x.workflow.yaml", f"s{position}", "s", f"{position:032x}", 0, encode(output), None))
        left -= 1
        if not left:
            done.set()
        for other in after[position]:
            pending[other] -= 1
            if not pending[other]:
                begin(other)

    for position, count in enumerate(list(pending)):
        if not count:
            begin(position)
    await done.wait()
    rows.flush()


async def _noop(position: int) -> object:
    return {"value": position}


async def _true(_position: int) -> object:
    child = await asyncio.create_subprocess_exec(
        "sh", "-e", "-c", "true", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    stdout, stderr = await child.communicate()
    return {"stdout": stdout.decode(), "stderr": stderr.decode(), "exit_code": child.returncode, "changed_files": []}


def bare_seconds(before: Sequence[Sequence[int]], job: Job, concurrency: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        rows = BareRows(Path(folder) / "rows.db")
        began = perf_counter()
        asyncio.run(bare(before, job, rows, concurrency))
        return perf_counter() - began


def engine_seconds(*workflows: Workflow, connector: Connector, concurrency: int) -> list[float]:
    """Return the seconds of running each workflow in one workspace; those after the first run partially."""
    with tempfile.TemporaryDirectory() as state, tempfile.TemporaryDirectory() as workspace:
        store = open_store(Path(state), Path(workspace))
        request = RunRequest(
            session="s",
            workspace=workspace,
            path=f"{workspace}/x.workflow.yaml",
            text="",
            state=state,
            trusted=True,
            execute="open",
            concurrency=concurrency,
        )
        again = msgspec.structs.replace(request, resume="partial", session="again")

        async def run(request: RunRequest, workflow: Workflow) -> None:
            finished = 0
            async for event in run_workflow(request, workflow, {connector.spec.name: connector}, store.outputs, {}):
                if isinstance(event, StepFinished):
                    finished += event.status == "completed"
                if isinstance(event, RunFinished) and (event.status, finished) != ("completed", len(workflow.steps)):
                    raise SystemExit(f"the run did not complete: {finished} steps, {event}")

        seconds: list[float] = []
        for workflow in workflows:
            began = perf_counter()
            asyncio.run(run(again if seconds else request, workflow))
            seconds.append(perf_counter() - began)
        store.close()
        return seconds


def compare(name: str, mine: Callable[[], float], floor: Callable[[], float], budget: str, rounds: int) -> None:
    """Print the ratio of two medians, measured in turns so that both see the same machine."""
    pairs: list[tuple[float, float]] = []
    for _ in range(rounds):
        gc.collect()
        first = floor()
        gc.collect()
        pairs.append((mine(), first))
    ours, theirs = statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    print(
        f"{name:34} {ours * 1000:8.1f} ms   floor {theirs * 1000:8.1f} ms   ratio {ratio:5.2f}   budget {budget}",
        flush=True,
    )


def steps_of(
    count: int, uses: str, before: Callable[[int], int | None], *, reading: bool
) -> tuple[Steps, list[list[int]]]:
    steps: Steps = []
    waits: list[list[int]] = []
    for position in range(count):
        other = before(position)
        given: dict[str, Any] = {"value": position}
        step: dict[str, Any] = {"id": f"s{position}", "uses": uses}
        if other is not None and reading:
            given = {"value": f"{{{{ s{other}.value }}}}"}
        elif other is not None:
            step["needs"] = [f"s{other}"]
        steps.append(step | {"with": given})
        waits.append([] if other is None else [other])
    return steps, waits


def _chain(position: int) -> int | None:
    return position - 1 if position else None


def _fan(position: int) -> int | None:
    return 0 if position else None


def no_ops(count: int, rounds: int) -> None:
    for shape, before in (("chain", _chain), ("fan", _fan)):
        for reading in (False, True):
            steps, waits = steps_of(count, "give", before, reading=reading)
            name = f"{count:,} no-op steps, {shape}, {'references' if reading else 'needs'}"
            mine = partial(engine_seconds, workflow_of(steps), connector=GIVE, concurrency=8)
            compare(name, lambda mine=mine: mine()[0], partial(bare_seconds, waits, _noop, 8), "3", rounds)  # type: ignore[misc]


def sleeps(count: int, rounds: int) -> None:
    steps, _ = steps_of(count, "sleep", lambda _: None, reading=False)
    workflow, connector = workflow_of(steps), Sleeping(0.05).connector
    ideal = 0.05 * -(-count // 32)
    compare(
        f"{count} × 50 ms at 32",
        lambda: engine_seconds(workflow, connector=connector, concurrency=32)[0],
        lambda: ideal,
        "1.05",
        rounds,
    )


def commands(count: int, rounds: int) -> None:
    workflow = workflow_of([{"id": f"s{n}", "run": "true"} for n in range(count)])
    floor = partial(bare_seconds, [[] for _ in range(count)], _true, 8)
    mine = lambda: engine_seconds(workflow, connector=SHELL, concurrency=8)[0]  # noqa: E731
    compare(f"{count} × true at 8", mine, floor, "—", rounds)


def rerun(count: int, rounds: int) -> None:
    steps, _ = steps_of(count, "sleep", _fan, reading=True)
    edited = [*steps[:-1], steps[-1] | {"with": {"value": "edited"}}]
    connector = Sleeping(0.002).connector
    pair = partial(engine_seconds, workflow_of(steps), workflow_of(edited), connector=connector, concurrency=8)
    pairs = [pair() for _ in range(rounds)]
    full, part = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(part / full for full, part in pairs)
    name = f"partial re-run, {count:,} × 2 ms at 8"
    print(f"{name:34} {part * 1000:8.1f} ms   full  {full * 1000:8.1f} ms   ratio {ratio:5.2f}   budget 0.10")


def main() -> None:
    """Measure and print."""
    small = quick(__doc__)
    logging.disable(logging.CRITICAL)
    no_ops(*((50, 1) if small else (1000, 15)))
    sleeps(*((32, 1) if small else (200, 5)))
    commands(*((5, 1) if small else (200, 5)))
    rerun(*((50, 1) if small else (1000, 7)))


if __name__ == "__main__":
    main()
