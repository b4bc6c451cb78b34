"""The configuration that docs/editors.md gives: the tests use exactly that."""

import re
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "docs" / "editors.md"


def snippet(name: str) -> str:
    """Return the block of the page that stands under the marker `<!-- name -->`."""
    found = re.search(rf"^<!-- {re.escape(name)} -->\n```\w+\n(.*?)^```$", _PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found, f"{_PAGE} has no block under the marker ‘{name}’"
    return found[1]
