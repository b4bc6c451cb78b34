"""Each benchmark says what it measures and runs to its end on a small sample; what it measures there says nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from house.source import ROOT

BENCH = ROOT / "tests" / "bench"
PRINTED = {
    "bench_actions": ("20 steps in 1 job(s)", "calibrant", "change, by ours"),
    "bench_check": ("an empty Python", "check, 10 steps"),
    "bench_engine": ("no-op steps, chain", "partial re-run", "budget 0.10"),
    "bench_lsp": ("initialize reply", "change → diagnostics", "1 publication(s)", "opened at once"),
    "bench_memory": ("with none open", "after 5 edits", "a bare server"),
    "bench_names": ("rename everywhere", "right behind a change"),
    "bench_requests": ("completion of a field", "hover on a reference", "code actions", "inlay hints", "outline"),
    "bench_rerun": ("save → end", "command line", "ratio"),
    "bench_toolchains": ("20 projects", "0 of them more than once", "× the bare walk"),
    "bench_scale": ("start", "checkout", "check", "only reads them"),
}


def run(name: str, option: str, state: Path) -> str:
    command = (sys.executable, str(BENCH / f"{name}.py"), option)
    environ = {**os.environ, "CALIBRANT_STATE": str(state)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_benchmark_is_here() -> None:
    assert {path.stem for path in BENCH.glob("bench_*.py")} == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_it_says_what_it_measures(name: str, tmp_path: Path) -> None:
    told = run(name, "--help", tmp_path)
    assert f"Run it: python tests/bench/{name}.py" in told
    assert "--quick" in told


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory and processor time are told by /proc")
@pytest.mark.parametrize("name", PRINTED)
def test_it_runs_to_its_end(name: str, tmp_path: Path) -> None:
    told = run(name, "--quick", tmp_path)
    assert [words for words in PRINTED[name] if words not in told] == []


def test_how_failures_are_classified_is_measured(tmp_path: Path) -> None:
    assert "Run it: python tests/bench/classify.py" in run("classify", "--help", tmp_path)
    told = run("classify", "--quick", tmp_path)
    printed = ("split by the seed", "development: ", "held-out: ", "kinds", "by code", "time for an output")
    assert [words for words in printed if words not in told] == []
