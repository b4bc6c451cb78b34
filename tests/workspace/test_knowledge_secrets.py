"""Attempts to see a secret in what is known from runs: in values, names, numbers, events, and in all that is written."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from calibrant.ide.typed import root
from calibrant.model.codec import decode
from calibrant.model.event import Event, StepFinished
from calibrant.model.seen import decode_seen
from calibrant.model.settings import Settings
from workspace.knowing import Window

TOKEN, PIN = "hunter2-correct-horse", "40718263"
GIVEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
LITERAL = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"

TEXT = """\
inputs:
  api_token: {type: string, default: none}
  note: {type: string, default: none}
secrets: [TOKEN, PIN]
steps:
  - id: value
    uses: data.map
    with: {items: [1, 2], to: "{{ secrets.TOKEN }}"}
  - id: inside
    uses: data.map
    with: {items: [1], to: "x={{ secrets.TOKEN }};y {{ inputs.note }} {{ inputs.api_token }}"}
  - id: key
    uses: data.map
    with: {items: [1], to: "{{ {secrets.TOKEN: 1, 'n': secrets.PIN | int, 'f': secrets.PIN | float} }}"}
  - id: file
    uses: file.read
    with: {path: secrets.json}
  - id: literal
    uses: data.map
    with: {items: [1], to: "LITERAL"}
  - id: large
    uses: data.map
    with: {items: "{{ file.content.many }}", to: "{{ item ~ secrets.TOKEN }}"}
  - id: later
    uses: data.map
    with: {items: "{{ value.items }}", to: "{{ {'t': item, 'half': item[:12]} }}"}
"""


@pytest.fixture
async def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Window]:
    monkeypatch.setenv("CALIBRANT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setenv("PIN", PIN)
    (tmp_path / "w").mkdir()
    held = {TOKEN: {"pin": int(PIN)}, "deep": [[{"t": f"Bearer {TOKEN}"}]], "many": list(range(300))}
    (tmp_path / "w" / "secrets.json").write_text(json.dumps(held), encoding="utf-8")
    one = Window(tmp_path / "w")
    yield one
    await one.close()


def hidden(data: bytes) -> bool:
    return not any(secret.encode() in data for secret in (TOKEN, PIN, GIVEN, LITERAL))


@pytest.mark.parametrize("previews", ["on", "off"])
async def test_no_secret_is_in_what_is_known_told_or_recorded(window: Window, tmp_path: Path, previews: str) -> None:
    window.settings = Settings(previews=previews)  # type: ignore[arg-type]
    text = TEXT.replace("LITERAL", LITERAL)
    snapshot = window.open(text)
    told: list[Event] = []
    window.seen = told.append
    await window.run(snapshot, {"api_token": "s3cret-of-input", "note": f"see {GIVEN}"})
    known = await window.view(snapshot)
    assert [run.status for run in known.steps.values()] == ["completed"] * 7
    finished = [event for event in told if isinstance(event, StepFinished)]
    assert all(event.observed for event in finished)
    assert hidden(msgspec.msgpack.encode(told))
    assert b"s3cret-of-input" not in msgspec.msgpack.encode(told)
    shown = repr(dict(known.steps)) + repr(known.inputs) + repr(root(known, None, "inputs"))
    assert hidden(shown.encode())
    assert "s3cret-of-input" not in shown
    assert TOKEN[:12] not in shown
    await window.close()
    (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    recorded = b"".join(row[0] for row in connection.execute("SELECT observed FROM step_runs"))
    outputs = [decode(row[0]) for row in connection.execute("SELECT data FROM outputs WHERE data IS NOT NULL")]
    connection.close()
    assert len(outputs) >= 6
    assert hidden(repr(outputs).encode())
    assert recorded
    assert hidden(recorded)
    assert b"s3cret" not in recorded
    assert not any(PIN in repr(decode_seen(event.observed)) for event in finished)
    everything = b"".join(one.read_bytes() for one in (tmp_path / "state").rglob("*") if one.is_file())
    assert TOKEN.encode() not in everything
    assert b"s3cret" not in everything


async def test_what_became_a_secret_since_is_hidden_in_values_kept_before(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOKEN")
    monkeypatch.delenv("PIN")
    text = "steps:\n  - id: file\n    uses: file.read\n    with: {path: secrets.json}\n"
    snapshot = window.open(text)
    await window.run(snapshot)
    assert TOKEN in repr((await window.step(snapshot, "file")).preview)
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setenv("PIN", PIN)
    declared = window.type("secrets: [TOKEN, PIN]\n" + text)
    run = await window.step(declared, "file")
    assert not run.outdated
    assert hidden(repr(run.preview).encode())
    assert "many" in repr(run.preview)


async def test_a_word_in_a_variable_that_is_named_like_a_secret_hides_nothing(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "steps:\n  - id: a\n    uses: data.map\n    with: {items: [1], to: {enabled: 'true', mode: basic}}\n"
    snapshot = window.open(text)
    await window.run(snapshot)
    monkeypatch.setenv("AUTH_MODE", "basic")
    monkeypatch.setenv("USE_TOKEN", "true")
    assert (await window.step(snapshot, "a")).preview == {"items": [{"enabled": "true", "mode": "basic"}], "count": 1}
