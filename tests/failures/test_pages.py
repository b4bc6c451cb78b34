"""The pages of the codes that are given here: each there, each with examples that can be read."""

import re
from pathlib import Path

import pytest

from calibrant.failures.patterns import PATTERNS
from calibrant.failures.patterns.machine import EXITS
from calibrant.syntax import parse_piece

PAGES = Path(__file__).parents[2] / "docs" / "issues"
CODES = sorted({"unknown-failure", *(one.code for one in PATTERNS), *(one.code for one in EXITS)})


@pytest.mark.parametrize("code", CODES)
def test_page(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}\n\n")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        assert not parse_piece(example, "yaml").problems, example
