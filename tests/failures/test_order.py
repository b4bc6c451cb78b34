"""Which pattern wins where several match: the tiers, and what that means for outputs that hold several."""

import re
from pathlib import Path

import pytest

from calibrant.failures.classifier import classify
from calibrant.failures.pattern import Pattern
from calibrant.failures.patterns import IN_ORDER, PATTERNS
from calibrant.failures.patterns.order import TIERS, rank, tier_of
from calibrant.model.failure import Failure

PAGE = Path(__file__).parents[2] / "docs" / "failures.md"


def taken_for(output: str) -> str:
    return classify(Failure("command-failed", "It failed.", output=output, exit_code=1)).code


def test_every_pattern_stands_in_one_tier() -> None:
    assert sum(map(len, IN_ORDER)) == len(PATTERNS)
    assert [{tier_of(pattern) for pattern in tier} for tier in IN_ORDER if tier] == [
        {at} for at, tier in enumerate(IN_ORDER) if tier
    ]
    codes = [code for tier in TIERS for code in tier.codes]
    assert len(set(codes)) == len(codes)


def test_what_the_tiers_name_is_there() -> None:
    assert {name for tier in TIERS for name in tier.patterns} <= {pattern.name for pattern in PATTERNS}
    assert all(tier.why.endswith(".") for tier in TIERS)
    assert (
        rank("disk-full")
        < rank("merge-conflict")
        < rank("python-missing-dep")
        < rank("test-failed")
        < rank("rate-limited")
    )


CASES = {
    "a missing module over the tests that fail by it": (
        "E   ModuleNotFoundError: No module named 'yaml'",
        "3 failed in 0.1s",
        "python-missing-dep",
    ),
    "a full disk over what could not be installed": (
        "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write",
        "npm error code E500",
        "disk-full",
    ),
    "marks of a merge over the syntax error that they are": (
        "    <<<<<<< HEAD",
        "SyntaxError: invalid syntax",
        "merge-conflict",
    ),
    "a wrong folder over the file that is missing in it": (
        "npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/home/user/package.json'",
        "npm error code ENOENT",
        "wrong-working-dir",
    ),
    "a test that ran out of time over the test that failed": (
        "E       Failed: Timeout (>1.0s) from pytest-timeout.",
        "1 failed, 1 passed in 1.60s",
        "flaky-timeout",
    ),
    "tests that failed over the share that they cover": (
        "1 failed, 3 passed in 0.12s",
        "FAIL Required test coverage of 95% not reached. Total coverage: 50.00%",
        "test-failed",
    ),
    "tests that failed over words of the network in them": (
        "1 failed, 3 passed in 0.12s",
        "E   ConnectionRefusedError: [Errno 111] Connection refused",
        "test-failed",
    ),
    "a host that is not known over a package that is not found": (
        "WARNING: Retrying after connection broken by 'NameResolutionError(\"Failed to resolve 'pypi.example.invalid'\")'",
        "ERROR: No matching distribution found for rich==13.0.0",
        "host-not-found",
    ),
    "a file that may not be written over what could not be installed": (
        "npm error Error: EACCES: permission denied, mkdir '/usr/local/lib/lib'",
        "npm error code EACCES",
        "permission-error",
    ),
    "a file that is not there over no tests": (
        "ERROR: file or directory not found: tests/unit",
        "============================ no tests ran in 0.00s =============================",
        "file-not-found",
    ),
    "anything over make": ("make: *** [Makefile:2: test] Error 1", "sh: 1: jest: not found", "command-not-found"),
}


@pytest.mark.parametrize(("one", "other", "code"), CASES.values(), ids=CASES)
def test_which_wins_does_not_depend_on_which_comes_last(one: str, other: str, code: str) -> None:
    assert taken_for(f"{one}\n{other}\n") == code
    assert taken_for(f"{other}\n{one}\n") == code


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_a_sample_of_a_weaker_tier_changes_nothing(pattern: Pattern) -> None:
    weak = "error: it did not work\n"
    if rank(pattern.code) < rank("script-error") and tier_of(pattern) < rank("script-error"):
        assert taken_for(f"{pattern.matching[0]}\n{weak}") == pattern.code
        assert taken_for(f"{weak}{pattern.matching[0]}") == pattern.code


def test_the_page_shows_the_tiers_as_they_are() -> None:
    rows = re.findall(r"^\| \d+ \| (\w+) \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == [tier.name for tier in TIERS]
    for (name, codes), tier in zip(rows, TIERS, strict=True):
        assert set(re.findall(r"\[([a-z-]+)\]", codes)) == set(tier.codes), name
