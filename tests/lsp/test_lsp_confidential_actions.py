"""Credentials that stand in files of GitHub Actions are in nothing that an editor shows of them: hovers, lists, outlines."""

import json
import random
import string
from pathlib import Path
from typing import Any

import pytest

from lsp.wire import Wire

_LETTERS = random.Random(7)
TOKEN = "gh" + "p_" + "".join(_LETTERS.choices(string.ascii_letters + string.digits, k=36))
OTHER = "gh" + "p_" + "".join(_LETTERS.choices(string.ascii_letters + string.digits, k=36))
PASSWORD = "".join(_LETTERS.choices(string.ascii_letters + string.digits, k=18))
TEXT = f"""\
on: push
env:
  TOKEN: {TOKEN}
jobs:
  build:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        token: [{TOKEN}]
    env:
      PASSWORD: {PASSWORD}
    steps:
      - name: log in as {TOKEN}
        run: echo {PASSWORD} ${{{{ env.PASSWORD }}}} ${{{{ env.TOKEN }}}} ${{{{ matrix.token }}}}
      - uses: ./.github/actions/x
        with:
          token: a
      - run: curl -H "Authorization: token {TOKEN}" https://example.com
      - if: matrix.token == '' && env.PASSWORD
        run: echo
"""
ACTION = f"""\
name: x
description: x
inputs:
  token: {{description: What to log in with., default: {OTHER}}}
runs: {{using: node24, main: index.js}}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ws" / ".github" / "workflows" / "ci.yml"
    action = tmp_path / "ws" / ".github" / "actions" / "x" / "action.yml"
    for one, text in ((path, TEXT), (action, ACTION)):
        one.parent.mkdir(parents=True)
        one.write_text(text, encoding="utf-8")
    return path


def test_nothing_that_is_asked_of_a_file_shows_its_credentials(path: Path, tmp_path: Path) -> None:
    document = {"textDocument": {"uri": path.as_uri()}}
    item = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": TEXT}
    asked: list[tuple[str, dict[str, Any]]] = []
    for line, text in enumerate(TEXT.splitlines()):
        for character in range(0, len(text) + 1, 3):
            at = {"line": line, "character": character}
            asked += [
                ("textDocument/hover", {"position": at}),
                ("textDocument/completion", {"position": at}),
            ]
    asked += [("textDocument/documentSymbol", {}), ("workspace/symbol", {"query": ""})]
    told = ""
    with Wire(tmp_path / "state", rootUri=path.parents[2].as_uri()) as wire:
        wire.send(method="textDocument/didOpen", params={"textDocument": item})
        while not told or "credential-in-text" not in told:
            told += json.dumps(wire.notification("textDocument/publishDiagnostics"))
        for number, (method, params) in enumerate(asked, 1):
            wire.send(id=number, method=method, params={**document, **params})
            while True:
                message = wire.next()
                told += json.dumps(message)
                if message.get("id") == number and "method" not in message:
                    break
    assert "set by the workflow" in told, "hovers were asked for"
    assert "What to log in with." in told
    assert "log in as" in told
    assert [name for name, one in (("token", TOKEN), ("other", OTHER), ("password", PASSWORD)) if one in told] == []
    assert not any(file.is_file() for file in (tmp_path / "state").rglob("*")), "nothing was kept"
