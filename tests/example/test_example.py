"""The example of the README: every planted fault comes out in one pass, on the right characters."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from house.source import ROOT

# step, code, the exact characters at fault, a word of the message, found behind another failure
PLANTED = [
    ("rows", "missing-field", "received", "date", False),
    ("log", "unknown-range", "UrgentMail", "UrgentEmails", True),
    ("customers", "unknown-table", "customer", "customers", False),
    ("matched", "missing-field", "email", "from", True),
    ("vips", "file-not-found", "vip.csv", "vips.csv", False),
    ("phones", "shape-mismatch", "roster.content", "people", False),
    ("status", "connection-refused", "{{ inputs.status_page }}/status", "127.0.0.1:9", False),
    ("log_complaints", "empty-data", "complaints.items", "", False),
    ("summary", "missing-field", "apended", "appended", False),
    ("notice", "unknown-parameter", "contents", "content", False),
    ("notice", "unknown-step", "urgnet", "urgent", False),
    ("check", "test-failed", "python3 checks/check_report.py", "", False),
]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", folder / "urgent-mail")
    before = snapshot(folder / "urgent-mail")
    done = subprocess.run(
        [sys.executable, "-m", "calibrant", "calibrate", "urgent-mail", "--trust", "--format", "json"],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "CALIBRANT_STATE": str(folder / "state")},
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert snapshot(folder / "urgent-mail") == before, "calibration changed the workspace"
    objects = json.loads(done.stdout)
    assert len(objects) == 1
    first: dict[str, Any] = objects[0]
    return first


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def issues(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [issue for group in result["issues"].values() for issue in group]


def under(span: dict[str, Any]) -> str:
    lines = (ROOT / "docs/examples/urgent-mail/urgent-mail.workflow.yaml").read_text(encoding="utf-8").split("\n")
    start, end = span["start"], span["end"]
    assert start["line"] == end["line"]
    line: str = lines[start["line"]]
    return line[start["character"] : end["character"]].strip("\"'")


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted[0]}-{planted[1]}")
def test_each_planted_fault_comes_out(result: dict[str, Any], planted: tuple[str, str, str, str, bool]) -> None:
    step, code, text, word, behind = planted
    found = [issue for issue in issues(result) if (issue["step"], issue["code"]) == (step, code)]
    assert len(found) == 1, [(issue["step"], issue["code"], issue["message"]) for issue in issues(result)]
    issue = found[0]
    assert under(issue["range"]) == text
    assert word in issue["message"] + issue["hint"]
    assert issue["provisional"] is behind


def test_nothing_else_comes_out(result: dict[str, Any]) -> None:
    wanted = {(step, code) for step, code, *_ in PLANTED}
    # the misspelled parameter also means that the right one is missing
    assert {(issue["step"], issue["code"]) for issue in issues(result)} - wanted <= {("notice", "missing-parameter")}


def test_every_message_is_one_that_a_user_can_act_on(result: dict[str, Any]) -> None:
    for issue in issues(result):
        assert issue["message"][0].isupper() or issue["message"].startswith(("‘", "file.write has no parameter"))
        assert issue["message"].rstrip().endswith((".", "?", "]")), "what a test reports is quoted as it is"
        assert "Traceback" not in issue["message"]
        assert "Error:" not in issue["message"]
        assert issue["hint"], issue["code"]


def test_the_run_went_to_its_end(result: dict[str, Any]) -> None:
    assert result["status"] == "completed"
    assert result["summary"]["total_steps"] == len(result["steps"]) == 16
    by_status = [step["status"] for step in result["steps"]]
    assert by_status.count("completed") + by_status.count("rehearsed") == result["summary"]["completed_steps"]


def test_the_readme_shows_each_of_them(result: dict[str, Any]) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for issue in issues(result):
        start = issue["range"]["start"]
        assert f"urgent-mail.workflow.yaml:{start['line'] + 1}:{start['character'] + 1}: " in text
        assert f"{issue['severity']}[{issue['code']}]: {issue['message']}" in text
