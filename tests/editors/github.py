"""A workflow of GitHub Actions with three faults, for tests of what an editor does with such files."""

from pathlib import Path

NAME = "ci.yml"
TEXT = """\
name: CI
on:
  push:
    branches: [main]

jobs:
  build:
    runs-no: ubuntu-latest
    outputs:
      version: ${{ steps.meta.outputs.version }}
    steps:
      - uses: actions/checkout@v4
      - id: meta
        run: echo "version=1.2" >> "$GITHUB_OUTPUT"
      - name: Tell
        run: echo "${{ steps.meat.outputs.version }}"

  publish:
    needs: bulid
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ needs.build.outputs.version }}"
"""
FAULTS = [(8, "runs-no", "unknown-key"), (16, "meat", "unknown-step"), (19, "bulid", "unknown-job")]
"""Where they stand, on which characters, and their codes."""


def written(folder: Path) -> Path:
    """Write the workflow into a folder that becomes a repository; returns the workflow's file."""
    path = folder / ".github" / "workflows" / NAME
    path.parent.mkdir(parents=True)
    (folder / ".git").mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path
