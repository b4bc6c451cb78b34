"""The example of the README: every planted fault that has a fix has a first one that was tried and works."""

import shutil
from pathlib import Path

from cli.command import calibrant
from example.test_example_fixes import FIRST
from house.source import ROOT

TOGETHER = {"log", "matched", "summary", "notice"}
"""Steps behind others that do not work yet, or with two faults: what they wait for is tried with them."""


def test_the_first_fix_of_each_fault_is_verified(tmp_path: Path) -> None:
    folder = tmp_path / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", folder)
    (folder / "calibrant.toml").write_text("")
    done = calibrant("fix", "urgent-mail.workflow.yaml", "--trust", folder=folder)
    lines = [line.strip() for line in done.out.splitlines()]
    for (step, code), mended in FIRST.items():
        (shown,) = [line for line in lines if f"  {mended.title}" in line]
        if code == "empty-data":  # a warning: its step works
            assert shown.endswith(mended.title)
        elif step in TOGETHER:
            assert "  [verified, together with: " in shown
        else:
            assert shown.endswith(f"{mended.title}  [verified]")
