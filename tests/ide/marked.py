"""Texts with a cursor mark in them, for the tests of what is said of a place."""

from calibrant import connectors, dialects
from calibrant.model.workflow import Workflow

CURSOR = "‸"
SPECS = connectors.specs()


def unmarked(text: str) -> tuple[str, int]:
    """Return a text without its cursor mark, and where that stood."""
    assert text.count(CURSOR) == 1, text
    return text.replace(CURSOR, ""), text.index(CURSOR)


def read(text: str, name: str = "x.workflow.yaml") -> Workflow:
    """Return a text as read."""
    workflow = dialects.read(name, text)
    assert workflow is not None
    return workflow
