"""The example of the README repaired: each planted fault that can be mended is mended by the first fix on offer for it.

One fix at a time is not needed: all are applied at once, the run that verifies them finds only what no edit of the workflow
mends, and a rollback gives back the very bytes.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.command import calibrant
from example.test_example import PLANTED
from house.source import ROOT

FILE = "urgent-mail.workflow.yaml"


class Mended(NamedTuple):
    """What is offered first for a planted fault, how safe it is, and the words that it puts into the file."""

    title: str
    safety: str
    written: str


FIRST = {
    ("rows", "missing-field"): Mended("Change ‘received’ to ‘date’", "review", "{{ item.date }}"),
    ("log", "unknown-range"): Mended("Change ‘UrgentMail’ to ‘UrgentEmails’", "review", "range: UrgentEmails,"),
    ("customers", "unknown-table"): Mended("Change ‘customer’ to ‘customers’", "safe", "plan FROM customers\n"),
    ("matched", "missing-field"): Mended("Join ‘email’ of ‘left’ with ‘from’ of ‘right’", "review", "email: from\n"),
    ("vips", "file-not-found"): Mended("Change ‘vip.csv’ to ‘vips.csv’", "safe", "path: vips.csv}"),
    ("phones", "shape-mismatch"): Mended("Use ‘roster.content.people’", "safe", "{{ roster.content.people }}"),
    ("log_complaints", "empty-data"): Mended(
        "Run the step only when there is something in ‘complaints.items’", "review", 'if: "{{ complaints.items }}"'
    ),
    ("summary", "missing-field"): Mended("Change ‘apended’ to ‘appended’", "review", "{{ log.appended }}"),
    ("notice", "unknown-parameter"): Mended("Change ‘contents’ to ‘content’", "safe", '\n      content: "{{ inputs'),
    ("notice", "unknown-step"): Mended("Change ‘urgnet’ to ‘urgent’", "safe", "{{ urgent.count }} urgent mails this"),
}
BY_HAND = {("status", "connection-refused"), ("check", "test-failed")}
"""What no edit of the workflow mends: a service that does not answer, and what a test found in the data."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", made)
    return made


def found(folder: Path, state: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the issues that a run finds, by their step and code."""
    command = [sys.executable, "-m", "calibrant", "calibrate", ".", "--trust", "--format", "json"]
    environ = {**os.environ, "CALIBRANT_STATE": str(state)}
    (result,) = json.loads(subprocess.run(command, capture_output=True, cwd=folder, env=environ, timeout=120).stdout)
    issues = [issue for group in result["issues"].values() for issue in group]
    return {(issue["step"], issue["code"]): issue for issue in issues}


def test_every_planted_fault_is_in_the_table() -> None:
    assert FIRST.keys() | BY_HAND == {(step, code) for step, code, *_ in PLANTED}


def test_the_first_fixes_mend_all_that_can_be_mended_and_a_rollback_gives_the_bytes_back(
    folder: Path, tmp_path: Path
) -> None:
    path, state = folder / FILE, tmp_path / "state"
    before = path.read_bytes()
    issues = found(folder, state)
    first = {key: issues[key]["fixes"][0] for key in FIRST}
    assert {key: (fix["title"], fix["safety"]) for key, fix in first.items()} == {
        key: (mended.title, mended.safety) for key, mended in FIRST.items()
    }
    assert not any(issues[key]["fixes"] for key in BY_HAND)

    words = [word for fix in first.values() for word in ("--fix", fix["id"])]
    done = calibrant("fix", FILE, *words, "--trust", folder=folder, state=state)
    text = path.read_text(encoding="utf-8")
    assert [mended.written for mended in FIRST.values() if mended.written not in text] == [], done.out
    assert found(folder, state).keys() == BY_HAND
    assert calibrant("rollback", FILE, folder=folder, state=state).status == 0
    assert path.read_bytes() == before


def test_safe_fixes_alone_mend_the_safe_ones(folder: Path, tmp_path: Path) -> None:
    path, state = folder / FILE, tmp_path / "state"
    before = path.read_bytes()
    done = calibrant("fix", FILE, "--safe", "--trust", folder=folder, state=state)
    text = path.read_text(encoding="utf-8")
    safe = [mended.written for mended in FIRST.values() if mended.safety == "safe"]
    assert [written for written in safe if written not in text] == [], done.out
    assert calibrant("rollback", FILE, folder=folder, state=state).status == 0
    assert path.read_bytes() == before
