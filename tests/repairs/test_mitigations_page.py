"""docs/repairs.md against the patterns and repairs: every code that a pattern gives has a row, which names all of its repairs."""

import re
from pathlib import Path

import pytest

from calibrant.failures.patterns import PATTERNS
from calibrant.failures.patterns.machine import EXITS
from calibrant.model.issue import Kind
from calibrant.repairs import REPAIRS

PAGE = (Path(__file__).parents[2] / "docs" / "repairs.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| \[([a-z-]+)\]\(issues/[a-z-]+\.md\) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE))
KINDS: dict[str, set[Kind]] = {}
for code, kind in [(one.code, one.kind) for one in PATTERNS] + [(one.code, one.kind) for one in EXITS]:
    KINDS.setdefault(code, set()).add(kind)


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_code_of_a_pattern_has_its_mitigation_on_the_page(code: str) -> None:
    assert code in ROWS, f"add a row for {code} to “What a failed build gets” in docs/repairs.md"
    named = set(re.findall(r"`([a-z-]+)`", ROWS[code]))
    real = {
        repair.name
        for repair in REPAIRS
        if (code in repair.codes or repair.kinds & KINDS[code]) and repair.name != OTHER
    }
    assert named - BY_CHECKS == real - BY_CHECKS


OTHER = "valid-value"
"""A repair of parameters, which knows a few codes as words of connectors too."""

BY_CHECKS = {"right-word", "wait-for-writer"}
"""Repairs of what a check found as well; which of the two it was is not in their codes."""


def test_every_pattern_says_what_to_do() -> None:
    assert [one.name for one in PATTERNS if not one.hint.strip()] == []
    assert [one.status for one in EXITS if not one.hint.strip()] == []
