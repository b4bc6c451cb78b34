"""The benchmark's figures as text."""

from collections.abc import Iterator, Sequence
from statistics import mean

from bench.actions import Timed, Times
from bench.measuring import Measured, Runs

COLUMNS = {
    "found": "found",
    "offered": "offered",
    "first": "first",
    "first_tried": "first, tried",
    "trial": "trial holds",
    "verified": "verified",
}
"""What is counted, and the heads of its columns."""


def by_kind(faults: Sequence[Measured]) -> Iterator[str]:
    """Yield a line for each kind, and one for all."""
    yield f"{'kind':40}{'planted':>9}" + "".join(f"{name:>14}" for name in COLUMNS.values()) + f"{'elsewhere':>12}"
    kinds = dict.fromkeys(fault.kind for fault in faults)
    for kind in kinds:
        yield _row(kind, [fault for fault in faults if fault.kind == kind])
    yield _row("all", faults)


def by_sort(faults: Sequence[Measured]) -> Iterator[str]:
    """Yield a line for each sort of fault."""
    for sort in dict.fromkeys(fault.sort for fault in faults):
        some = [fault for fault in faults if fault.sort == sort]
        counts = "".join(f"{sum(getattr(fault, name) for fault in some):>14}" for name in COLUMNS)
        yield f"  {sort:42}{len(some):>5}{counts}"


def _row(name: str, faults: Sequence[Measured]) -> str:
    cells = [sum(getattr(fault, column) for fault in faults) for column in COLUMNS]
    shares = "".join(f"{cell:>7} ({cell / len(faults):>4.0%})" for cell in cells)
    return f"{name:40}{len(faults):>9}{shares}{sum(len(fault.elsewhere) for fault in faults):>12}"


def of_runs(runs: Sequence[Runs]) -> Iterator[str]:
    """Yield a line for each strategy."""
    yield f"{'runs to a clean workflow':28}{'mean':>8}{'most':>7}{'faults left':>13}"
    for name in dict.fromkeys(one.strategy for one in runs):
        some = [one for one in runs if one.strategy == name]
        left = sum(one.left for one in some)
        yield f"{name:28}{mean(one.runs for one in some):>8.1f}{max(one.runs for one in some):>7}{left:>13}"


def of_actions(timed: Timed) -> Iterator[str]:
    """Yield a line for each request."""

    def row(name: str, ours: Times, bare: Times | None) -> str:
        beside = f"{ours.median / bare.median:>8.1f} × a bare server ({bare.median:.1f} ms)" if bare else ""
        return f"{name:28}{ours.median:>9.1f} ms{ours.p95:>9.1f} ms{beside}"

    yield f"{'code actions':28}{'median':>12}{'p95':>12}"
    yield row("fixes at a fault", timed.quick_fixes, timed.bare)
    yield row("the edit of one (resolve)", timed.resolve, timed.bare_resolve)
    yield row("all safe fixes, with edit", timed.fix_all, None)


def misses(faults: Sequence[Measured]) -> Iterator[str]:
    """Yield what was not found, mended or verified, and what was found elsewhere."""
    for fault in faults:
        missed = [words for name, words in COLUMNS.items() if not getattr(fault, name)]
        if missed or fault.elsewhere:
            yield f"\n[{fault.kind}] {fault.sort}, {fault.workflow}: not {', '.join(missed) or 'only there'}"
            yield f"  {fault.place!r}"
            yield from (f"  saw   {line}" for line in fault.seen)
            yield from (f"  offer {line}" for line in fault.titles)
            if fault.elsewhere:
                yield f"  elsewhere {', '.join(fault.elsewhere)}"
