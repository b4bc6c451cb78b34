"""The failure patterns, by what reports them; one entry each, with its own samples."""

from calibrant.failures.pattern import Pattern
from calibrant.failures.patterns import (
    builds,
    commands,
    coverage,
    data,
    dependencies,
    discovery,
    fetching,
    folders,
    guards,
    linters,
    locks,
    machine,
    network,
    packages,
    programs,
    shell,
    sources,
    tasks,
    testing,
    timeouts,
    variables,
    versions,
)
from calibrant.failures.patterns.order import in_order

PATTERNS: tuple[Pattern, ...] = (
    *dependencies.PATTERNS,
    *commands.PATTERNS,
    *tasks.PATTERNS,
    *linters.PATTERNS,
    *fetching.PATTERNS,
    *folders.PATTERNS,
    *versions.PATTERNS,
    *locks.PATTERNS,
    *variables.PATTERNS,
    *sources.PATTERNS,
    *discovery.PATTERNS,
    *timeouts.PATTERNS,
    *coverage.PATTERNS,
    *programs.PATTERNS,
    *testing.PATTERNS,
    *builds.PATTERNS,
    *packages.PATTERNS,
    *shell.PATTERNS,
    *machine.PATTERNS,
    *network.PATTERNS,
    *data.PATTERNS,
    *guards.PATTERNS,
)

IN_ORDER: tuple[tuple[Pattern, ...], ...] = in_order(PATTERNS)
"""The patterns by tier; the first tier of which one matches tells what a failure is."""
