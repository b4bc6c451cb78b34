"""Small workflows for these tests, read as users' files are."""

from calibrant import dialects
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow


def workflow(text: str) -> Workflow:
    """Return the workflow of a native YAML text."""
    found = dialects.read("sample.workflow.yaml", text)
    assert found is not None
    return found


def said(of: Workflow, span: Span) -> str:
    """Return the characters of a place."""
    return of.text[span.start : span.end]
