"""What is kept of a failure in the state folder: no reports, and of a long output its end."""

import sqlite3
from contextlib import closing
from pathlib import Path

from calibrant.model.event import RunStarted, StepFinished
from calibrant.model.failure import Failure, Left
from calibrant.store import open_store


def test_reports_and_long_outputs_are_not_kept(tmp_path: Path) -> None:
    left = (Left("r.sarif", "sarif", "REPORT" * 1_000),)
    failure = Failure("command-failed", "It failed.", output="BEGIN" + "x" * 200_000 + "END", left=left)
    with closing(open_store(tmp_path / "state", tmp_path / "work")) as store:
        store.begin("s1", "a.workflow.yaml", 1.0)
        store.record("s1", RunStarted("s1", 1))
        store.record("s1", StepFinished(0, "one", "failed", failures=(failure,)))
        store.outputs.flush()
    (database,) = (tmp_path / "state").rglob("*.db")
    with closing(sqlite3.connect(database)) as opened:
        ((kept,),) = opened.execute("SELECT failures FROM step_runs").fetchall()
    text = kept.decode() if isinstance(kept, bytes) else kept
    assert "END" in text
    assert "REPORT" not in text
    assert "BEGIN" not in text
    assert len(text) < 40_000
