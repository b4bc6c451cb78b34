"""The workflow that servers are measured with is right, and the others are really measured where they can be had."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.actions_file import edited, workflow
from bench.bench_actions import PEERS, measure, show
from bench.peers import NotToBeHadError


@pytest.mark.parametrize("name", PEERS)
def test_another_server_tells_the_same_fault(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        command = PEERS[name]()
    except NotToBeHadError as why:
        pytest.skip(f"{name} cannot be had here, so it is not measured: {why}")
    times = measure({name: command}, workflow(1, 8), 2)
    assert len(times[name].changes) == 4
    assert all(0 < each < 60 for each in [times[name].opened, *times[name].changes])
    show({"calibrant": times[name], name: times[name]})
    assert re.search(rf"^{re.escape(name)} .* 1\.00 × \(> 1\)$", capsys.readouterr().out, re.MULTILINE)


def test_each_edit_is_another_text_with_the_same_lines() -> None:
    text = workflow(2, 30)
    texts = [edited(text, number, number % 2 == 0) for number in range(6)]
    assert len({each for each, _ in texts}) == 6
    assert {line for _, line in texts} == {texts[0][1]}
    assert [("githubb" in each.splitlines()[line]) for each, line in texts] == [True, False] * 3


def test_only_the_fault_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "bench.yml"
    path.parent.mkdir(parents=True)
    text = workflow(3, 12)
    assert _lines_told(path, text) == set()
    faulty, line = edited(text, 1, True)
    assert _lines_told(path, faulty) == {line}


def _lines_told(path: Path, text: str) -> set[int]:
    path.write_text(text, encoding="utf-8")
    command = (sys.executable, "-m", "calibrant", "check", "--format", "json", str(path))
    environ = {**os.environ, "CALIBRANT_STATE": str(path.parent / "state")}
    done = subprocess.run(command, capture_output=True, text=True, env=environ)
    assert done.stderr == ""
    (told,) = json.loads(done.stdout)
    return {issue["range"]["start"]["line"] for issue in told["issues"]}
