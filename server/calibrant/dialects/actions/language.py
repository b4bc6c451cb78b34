"""The two languages of GitHub Actions, and which files are of them."""

from calibrant.model.language import Language

WORKFLOW = Language(
    name="github-workflow",
    suffixes=(".yml", ".yaml"),
    keys={},
    folder=".github/workflows",
    runs=False,
    cwd="working-directory",
    cwd_for_all=("defaults", "run", "working-directory"),
)
"""Workflows: files directly in `.github/workflows`."""

ACTION = Language(
    name="github-action",
    suffixes=(),
    keys={},
    names=("action.yml", "action.yaml"),
    runs=False,
    cwd="working-directory",
)
"""The metadata of an action."""
