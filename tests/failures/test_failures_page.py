"""docs/failures.md against the readers and the outputs that they were tried with."""

import re
from pathlib import Path

import pytest

from failures.complained import OUTPUTS

PAGE = (Path(__file__).parents[2] / "docs" / "failures.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([^|]+?) \| [^|]+ \| ([^|]+?) \|$", PAGE, re.MULTILINE))
KEPT = sorted(
    {(path.parent.name, path.read_text(encoding="utf-8").partition("\n")[0]) for path in OUTPUTS.glob("*/*.txt")}
)


@pytest.mark.parametrize("tool", sorted({tool for tool, _ in KEPT}))
def test_every_tool_that_was_tried_has_its_row(tool: str) -> None:
    assert tool in ROWS, f"add the row of {tool} to the table of docs/failures.md"


@pytest.mark.parametrize(("tool", "head"), KEPT)
def test_every_output_says_what_it_is_of(tool: str, head: str) -> None:
    assert re.match(r"#: \S.{3,}: \S", head), "an output begins with ‘#: tool version: command’"
