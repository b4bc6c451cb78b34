"""The failure patterns, by what reports them; one entry each, with its own samples."""

from calibrant.failures.pattern import Pattern
from calibrant.failures.patterns import (
    builds,
    checkers,
    data,
    guards,
    machine,
    network,
    packages,
    programs,
    shell,
    testing,
)

PATTERNS: tuple[Pattern, ...] = (
    *programs.PATTERNS,
    *testing.PATTERNS,
    *checkers.PATTERNS,
    *builds.PATTERNS,
    *packages.PATTERNS,
    *shell.PATTERNS,
    *machine.PATTERNS,
    *network.PATTERNS,
    *data.PATTERNS,
    *guards.PATTERNS,
)
