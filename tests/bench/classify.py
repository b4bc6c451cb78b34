"""How many real outputs of tools are taken for what they are, and how long that takes.

Run it: python tests/bench/classify.py (half a minute; --quick for a small sample)

The corpus in tests/data/logs is labelled by how its outputs were made, and split once by a seed. `kinds`: rows are what a log is,
columns what it was taken for. A log is right where kind and code are. The floor is reading an output line by line and searching
each for one literal; both times are medians of all logs, in turns.
"""

import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.options import quick
from failures.logs import Log, cause, findings, index, logs, right


def told(log: Log) -> tuple[bool, str, str]:
    """Return whether a log was taken for what it is, and for what kind and code."""
    found = findings(log, log.text)
    one = cause(found)
    return right(log, found), str(one.kind), one.code


def table(some: Sequence[Log], results: dict[str, tuple[bool, str, str]]) -> str:
    """Return the confusion table of the kinds."""
    counts = Counter((log.kind, results[log.name][1]) for log in some)
    kinds = sorted({kind for pair in counts for kind in pair})
    wide = max(map(len, kinds))
    head = " " * wide + "".join(f" {kind[:9]:>9}" for kind in kinds)
    rows = [f"{kind:<{wide}}" + "".join(f" {counts[kind, other] or '·':>9}" for other in kinds) for kind in kinds]
    return "\n".join((head, *rows))


def shares(some: Sequence[Log], results: dict[str, tuple[bool, str, str]], key: Callable[[Log], str]) -> str:
    """Return the share that is right, by a key, the worst first."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for log in some:
        groups[key(log)].append(results[log.name][0])
    worst = sorted(groups.items(), key=lambda item: (sum(item[1]) / len(item[1]), item[0]))
    return "\n".join(f"  {name:<24} {sum(of):>3} of {len(of)}" for name, of in worst)


def _floor(text: str) -> int:
    return sum("error" in line for line in text.split("\n"))


def _times(some: Sequence[Log]) -> tuple[float, float]:
    ours, floor = [], []
    for log in some:
        text = log.text
        began = time.perf_counter()
        findings(log, text)
        between = time.perf_counter()
        _floor(text)
        ours.append(between - began)
        floor.append(time.perf_counter() - between)
    return statistics.median(ours), statistics.median(floor)


def main() -> None:
    """Measure and print."""
    some = list(logs())
    if quick(__doc__ or ""):
        some = random.Random(index().seed).sample(some, 60)
    findings(some[0], some[0].text)
    results = {log.name: told(log) for log in some}
    print(f"{len(some)} outputs of {len({log.tool for log in some})} tools, split by the seed {index().seed}")
    for part in ("development", "held-out"):
        of = [log for log in some if log.part == part]
        share = sum(results[log.name][0] for log in of) / len(of)
        kinds = sum(results[log.name][1] == log.kind for log in of) / len(of)
        print(
            f"\n{part}: {share:.1%} right by kind and code, {kinds:.1%} by kind, of {len(of)}\n\nkinds\n{table(of, results)}"
        )
        print(f"\nby code\n{shares(of, results, lambda log: log.code)}")
    ours, floor = _times(some)
    print(f"\ntime for an output: {ours * 1e3:.1f} ms, the floor {floor * 1e3:.3f} ms, ratio {ours / floor:.0f}")


if __name__ == "__main__":
    main()
