"""The two languages of GitHub Actions, and which files are of them."""

from calibrant.model.language import Language

WORKFLOW = Language(
    name="github-workflow",
    suffixes=(".yml", ".yaml"),
    keys={},
    folder=".github/workflows",
    runs=False,
)
"""Workflows: files directly in `.github/workflows`."""

ACTION = Language(name="github-action", suffixes=(), keys={}, names=("action.yml", "action.yaml"), runs=False)
"""The metadata of an action."""
