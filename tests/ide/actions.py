"""A workflow of GitHub Actions that the tests of what is said of places begin with."""

from ide.marked import CURSOR

PATH = "/w/.github/workflows/ci.yml"
ACTION = "/w/actions/greet/action.yml"
TEXT = """\
name: CI
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      level:
        type: choice
        options: [low, high]
        description: How `loud`
        required: true
permissions:
  contents: read
env:
  COLOR: blue
jobs:
  build:
    name: Build it
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, macos-15]
        node: [20, 22]
        include:
          - os: windows-2025
            extra: true
    outputs:
      version: ${{ steps.ver.outputs.version }}
    env:
      MODE: fast
    services:
      db:
        image: postgres:17
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - id: ver
        name: Version
        run: |
          echo "version=1" >> "$GITHUB_OUTPUT"
        env:
          LEVEL: ${{ inputs.level }}
          TOKEN: ${{ secrets.DEPLOY_TOKEN }}
      - if: steps.ver.outputs.version != ''
        run: echo ${{ steps.ver.outcome }} ${{ job.services.db.id }}
        shell: bash
  test:
    needs: [build]
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ needs.build.outputs.version }} ${{ github.ref }}
  deploy:
    needs: test
    if: github.ref == 'refs/heads/main' && contains(github.actor, 'bot')
    uses: ./.github/workflows/deploy.yml
    with:
      level: high
"""
COMPOSITE = """\
name: Greet
description: Says hello
inputs:
  who:
    description: Whom to greet
    default: you
outputs:
  text:
    description: What was said
    value: ${{ steps.say.outputs.text }}
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      run: echo "text=Hello $WHO" >> "$GITHUB_OUTPUT"
      env:
        WHO: ${{ inputs.who }}
"""


def at(part: str, marked: str, text: str = TEXT) -> str:
    """Return the text with something else, which has the mark in it, in the first place of a part."""
    assert part in text, part
    assert marked.count(CURSOR) == 1, marked
    return text.replace(part, marked, 1)
