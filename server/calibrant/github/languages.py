"""The names of GitHub's two languages, as in `Language.name`."""

from typing import Final

WORKFLOW: Final = "github-workflow"
"""A workflow."""

ACTION: Final = "github-action"
"""The metadata of an action."""
