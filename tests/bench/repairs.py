"""How well faults are found and mended: a corpus of faults planted in valid workflows, really run, and every fix judged.

Run it: python tests/bench/repairs.py (some minutes; `--quick` takes a small sample, `--misses` lists what went wrong)

The corpus. Ten valid workflows (`bases/`) with their files and a server on this machine, which calibrate without any
issue; this is made sure of first. `sorts_*.py` plant one fault in a copy: a name mistyped, a key left out, a wrong
value, a field, an index, a filter or a condition taken away, a literal in place of a reference. Which places are taken
is by chance with a fixed seed, so that each run has the same faults. Each faulty workflow is calibrated once, in
a workspace in which nothing ran before, trusted, its commands in the sandbox.

What is counted. *found*: an issue stands in the step (or the declaration) in which the fault is. *offered*: one of the
fixes of these issues is correct. *first*: it is the first fix of the first issue there that has any; *first, tried*: it
is so after the trials that follow the run; *trial holds*: its own trial found that it holds. *verified*: applied like
`calibrant fix` does it, the run that verifies finds that it holds. *elsewhere*: issues in places where nothing was planted.
A fix is *correct* when the mended workflow reads as the valid one did (see `sites.Fault` for the two exceptions).

The strategies. Workflows with four to eight errors in different steps are run until a run tells nothing more; in between,
each told fault is mended by the truth. All three see the same real runs, of which they tell different parts:
`stop at the first failure` the errors of the first failing step, in the order in which steps would run one at a time;
`skip dependents` the errors of all failing steps but those that wait for a failing one; `calibrate` all errors. An error
that a check finds before the run counts as a failure of its step. For the first two that is exact: the steps that
they tell of have run on real data only.

The time of code actions is measured over the wire of a real server, beside a bare pygls server that answers with an empty list.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

import msgspec

from bench import stage, tables
from bench.actions import Timed, time_actions
from bench.measuring import Measured, Runs, all_told, count_runs, measure, until_first_failure, without_dependents
from bench.planted import PER_KIND, PER_SORT, SEED, corpus, mixtures
from bench.running import Bench, Ran, environment
from bench.sites import Base

STRATEGIES = {
    "stop at the first failure": until_first_failure,
    "skip dependents": without_dependents,
    "calibrate": all_told,
}
MIXTURES = 3
"""Workflows with several faults, of each valid one."""
QUICK = ("crm_sync.workflow.json", "mail_report.workflow.yaml")
"""Where the small sample is planted."""

_T = TypeVar("_T")


class Report(msgspec.Struct, frozen=True):
    """All that was measured; `left_out`: workflows that cannot be run on this machine."""

    seed: int
    workflows: tuple[str, ...]
    left_out: tuple[str, ...]
    faults: tuple[Measured, ...]
    runs: tuple[Runs, ...]
    actions: Timed


async def measure_all(folder: Path, port: int, *, quick: bool) -> Report:
    """Plant, run, judge and time."""
    bases = [Base(name, text) for name, text in stage.texts(port).items()]
    left_out = [base.name for base in bases if not stage.runs_here(base.text)]
    bases = [base for base in bases if base.name not in left_out and (not quick or base.name in QUICK)]
    bench = Bench(folder / "work")
    known = dict(
        zip([base.name for base in bases], await _in_turns(_valid(bench, base) for base in bases), strict=True)
    )
    by_name = {base.name: base for base in bases}
    faults = corpus(bases, 1, 1) if quick else corpus(bases, PER_SORT, PER_KIND)
    measured = await _in_turns(
        measure(bench, by_name[fault.workflow], known[fault.workflow], fault) for fault in faults
    )
    mixed = mixtures(bases, 1 if quick else MIXTURES)
    counted = await _in_turns(
        count_runs(bench, base, chosen, name, told) for base, chosen in mixed for name, told in STRATEGIES.items()
    )
    timed = time_actions(folder / "state", steps=50 if quick else 1000, rounds=5 if quick else 100)
    names = tuple(base.name for base in bases)
    return Report(SEED, names, tuple(left_out), tuple(measured), tuple(counted), timed)


async def _valid(bench: Bench, base: Base) -> Ran:
    """Run a workflow as it is.

    Raises:
        SystemExit: it is not valid.
    """
    with bench.workspace(base.name) as workspace:
        ran = await workspace.run(base.text)
    if not ran.clean:
        told = [f"{issue.code}: {issue.finding.message}" for issue in ran.outcome.result.issues.all]
        raise SystemExit(f"{base.name} is no valid workflow: {ran.outcome.result.status} {told}")
    return ran


async def _in_turns(jobs: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    """Do the jobs, as many at a time as there are cores; each runs its workflows in processes of their own."""
    free = asyncio.Semaphore(os.cpu_count() or 1)

    async def work(job: Coroutine[Any, Any, _T]) -> _T:
        async with free:
            return await job

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(job)) for job in jobs]
    return [task.result() for task in tasks]


def show(report: Report, seconds: float, *, misses: bool) -> None:
    """Print the tables."""
    count = f"{len(report.faults)} faults planted in {len(report.workflows)} valid workflows"
    print(f"{count} (seed {report.seed}, {seconds:.0f} s)")
    if report.left_out:
        print(f"left out, for want of a sandbox for their commands: {', '.join(report.left_out)}")
    print()
    _print(tables.by_kind(report.faults))
    _print(tables.by_sort(report.faults))
    several = [one.faults for one in report.runs[:: len(STRATEGIES)]]
    print(f"{len(several)} workflows with {min(several)} to {max(several)} errors each")
    _print(tables.of_runs(report.runs))
    print(f"{report.actions.steps:,} steps, {report.actions.rounds} requests of each")
    _print(tables.of_actions(report.actions))
    if misses:
        _print(tables.misses(report.faults))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
    print()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well planted faults are found and mended.")
    parser.add_argument("--quick", action="store_true", help="a small sample")
    parser.add_argument("--misses", action="store_true", help="list the faults that were not found, mended or verified")
    parser.add_argument("--json", action="store_true", help="print all that was measured as JSON")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, stage.serving() as port, environment(Path(name) / "state"):
        report = asyncio.run(measure_all(Path(name), port, quick=options.quick))
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
    else:
        show(report, time.monotonic() - began, misses=options.misses)


if __name__ == "__main__":
    main()
