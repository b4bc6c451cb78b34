"""One mistake in a GitHub workflow is told once, however much follows from it."""

import pytest

from calibrant.app import analyse
from calibrant.model.issue import Finding
from calibrant.model.settings import Settings

TEXT = """\
name: Checks
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      level:
        type: string
  pull_request:
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    env:
      LEVEL: 1
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          submodules: true
          persist-credentials: false
          clean: true
      - run: make
  test:
    needs: build
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-latest]
    outputs:
      made: ${{ steps.made.outputs.name }}
    steps:
      - run: make test
        env:
          LEVEL: ${{ inputs.level }}
          BUILT: ${{ needs.build.result }}
      - id: made
        run: echo "name=x" >> "$GITHUB_OUTPUT"
"""


def told(text: str) -> tuple[Finding, ...]:
    analysis = analyse("/w/.github/workflows/a.yml", text, Settings())
    assert analysis is not None
    return analysis.findings


def test_nothing_is_wrong_with_it() -> None:
    assert told(TEXT) == ()


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("name: Checks", "  name: Checks", ["syntax-error"]),
        ("  push:\n", "  push\n", ["syntax-error"]),
        ("  build:\n", "", ["wrong-type", "syntax-error"]),
        ("        with:\n", "        wiht:\n", ["unknown-key"]),
        ("    strategy:\n", "    stratgy:\n", ["unknown-key"]),
        ("        os: [ubuntu", "        os: {ubuntu", ["syntax-error"]),
        ("  build:\n", "  buil\n", ["syntax-error"]),
        ("    needs: build\n", "    needs: biuld\n", ["unknown-job"]),
        ("    inputs:\n", "    input:\n", ["unknown-key"]),
        ("    needs: build\n", "    nedes: build\n", ["unknown-key", "missing-need"]),
        (TEXT[TEXT.index("    steps:\n      - run: make test") :], "", ["missing-key"]),
        ("    runs-on: ubuntu-latest\n    env:", "   runs-on: ubuntu-latest\n    env:", ["syntax-error"]),
    ],
)
def test_one_mistake_is_told_once(before: str, after: str, codes: list[str]) -> None:
    assert before in TEXT
    assert [finding.code for finding in told(TEXT.replace(before, after, 1))] == codes


def test_many_keys_in_a_wrong_place_are_one_issue_with_all_its_places() -> None:
    text = TEXT.replace("        with:\n", "")
    for name in ("fetch-depth", "submodules", "persist-credentials", "clean"):
        text = text.replace(f"          {name}:", f"        {name}:")
    (finding,) = told(text)
    assert (finding.code, finding.subject) == ("unknown-key", "fetch-depth")
    places = [text[place.span.start : place.span.end] for place in finding.related]
    assert places == ["submodules", "persist-credentials", "clean"]


def test_what_stands_before_a_mistake_or_in_another_job_is_told() -> None:
    text = TEXT.replace("permissions:\n", "permisions:\n").replace("    needs: build\n", "    nedes: build\n")
    found = told(text.replace("      LEVEL: 1\n", "      LEVEL: 'one\n"))
    assert [finding.subject for finding in found if finding.code == "unknown-key"] == ["permisions", "nedes"]
    assert "syntax-error" in {finding.code for finding in found}
