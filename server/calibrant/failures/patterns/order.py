"""Which pattern wins where several match: the tiers, from what stops everything to what is said of anything.

A cause stands above what follows from it. In a tier the surest pattern wins, then the last in the text.
docs/failures.md shows the tiers, and a test compares.
"""

from collections.abc import Iterable

import msgspec

from calibrant.failures.pattern import Pattern


class Tier(msgspec.Struct, frozen=True):
    """Codes of one rank, with the reason why they stand there. `patterns` are names of single ones whatever their code."""

    name: str
    why: str
    codes: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


TIERS: tuple[Tier, ...] = (
    Tier(
        "machine",
        "What the machine has no more of stops everything; whatever is said afterwards follows from it.",
        ("disk-full", "out-of-memory"),
    ),
    Tier(
        "marred",
        "A file that cannot be read as what it is gives errors further on that name something else.",
        ("merge-conflict", "line-ends", "wrong-encoding"),
    ),
    Tier("unreadable", "A file that is no program cannot be tested or run.", ("script-syntax",)),
    Tier(
        "place",
        "In the wrong folder, or with a wrong task, version, lock file or environment, nothing had a chance to work.",
        (
            *("wrong-working-dir", "unknown-task", "version-mismatch", "lock-outdated"),
            *("missing-variable", "missing-secret", "unset-variable"),
        ),
    ),
    Tier(
        "missing",
        "Tests and builds fail one after the other where a module or a command is not there.",
        ("python-missing-dep", "node-missing-dep", "missing-dep", "command-not-found"),
        ("python-missing-name", "python-relative-import"),
    ),
    Tier(
        "schema",
        "A database that lacks its tables fails the tests that use it.",
        ("migration-order", "schema-outdated"),
    ),
    Tier(
        "fetch",
        "A build that could not fetch what it needs says so where the source asks for it.",
        patterns=tuple(
            f"go-fetch-{what}" for what in ("limited", "unavailable", "forbidden", "no-host", "refused", "certificate")
        ),
    ),
    Tier(
        "secret",
        "A password in the files comes in the form of a linter's line, and counts for more.",
        ("secret-exposed",),
    ),
    Tier("late", "A test that ran out of time is told as a failed one as well.", ("flaky-timeout",)),
    Tier(
        "found",
        "What a checker names was its work to find; words about networks or files in it belong to what was checked.",
        (
            *("test-failed", "lint-finding", "typecheck-failed", "build-failed"),
            *("vulnerability-found", "policy-denied", "bad-query"),
        ),
    ),
    Tier("share", "The share that tests cover falls where tests fail.", ("low-coverage",)),
    Tier(
        "reach",
        "What cannot be fetched is told by the installer as not existing.",
        (
            *("certificate-error", "proxy-error", "host-not-found", "connection-refused", "connection-lost"),
            *("rate-limited", "login-failed", "service-unavailable", "service-not-running", "timed-out"),
            *("port-in-use", "database-locked"),
        ),
    ),
    Tier(
        "access",
        "An installer that may not write says that it could not install.",
        ("permission-error", "read-only-files"),
    ),
    Tier(
        "install",
        "What is not installed is missed later by name.",
        ("dependency-conflict", "install-failed", "git-failed"),
    ),
    Tier(
        "use",
        "How the program was called, and what it was given.",
        (
            "wrong-usage",
            "file-not-found",
            "missing-test-discovery",
            "process-crashed",
            "process-stopped",
        ),
        ("text-encoding",),
    ),
    Tier("program", "The program's own last words, where nothing above says more.", ("script-error",), ("assertion",)),
    Tier("vague", "That something failed, and little more.", (), ("npm", "make", "error-line")),
)

FOUND = next(at for at, tier in enumerate(TIERS) if tier.name == "found")


def tier_of(pattern: Pattern) -> int:
    """Return the position of a pattern's tier, the first being the strongest.

    Raises:
        LookupError: No tier has its name or its code.
    """
    for at, tier in enumerate(TIERS):
        if pattern.name in tier.patterns:
            return at
    for at, tier in enumerate(TIERS):
        if pattern.code in tier.codes:
            return at
    raise LookupError(f"no tier has the pattern {pattern.name} ({pattern.code})")


def in_order(patterns: Iterable[Pattern]) -> tuple[tuple[Pattern, ...], ...]:
    """Return patterns by tier, the strongest tier first, in each the surest first."""
    tiers: list[list[Pattern]] = [[] for _ in TIERS]
    for pattern in patterns:
        tiers[tier_of(pattern)].append(pattern)
    return tuple(tuple(sorted(tier, key=lambda one: -one.confidence)) for tier in tiers)


def causes(pattern: Pattern) -> bool:
    """Tell whether a pattern stands above what checkers find: it is the cause where they complain as well."""
    return tier_of(pattern) < FOUND


def rank(code: str) -> int:
    """Return the position of the first tier that has a code; codes that no pattern gives come last."""
    return next((at for at, tier in enumerate(TIERS) if code in tier.codes), len(TIERS))
