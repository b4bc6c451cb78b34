"""The pages on issue codes, as shipped with the package (in a checkout: `docs/issues`)."""

import re
from pathlib import Path

_HERE = Path(__file__).parent
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def folder() -> Path:
    """Return the folder of the pages."""
    shipped = _HERE / "issue_pages"
    return shipped if shipped.is_dir() else _HERE.parents[1] / "docs" / "issues"


def codes() -> list[str]:
    """Return every code that has a page, sorted."""
    return sorted(path.stem for path in folder().glob("*.md") if _CODE.fullmatch(path.stem))


def page(code: str) -> str | None:
    """Return the Markdown text of a code's page, or None where there is none."""
    path = folder() / f"{code}.md"
    return path.read_text(encoding="utf-8") if _CODE.fullmatch(code) and path.is_file() else None


def link(code: str) -> str:
    """Return a file URI of a code's page, for editors."""
    return (folder() / f"{code}.md").as_uri()
