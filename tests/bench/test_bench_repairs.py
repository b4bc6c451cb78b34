"""The benchmark of planted faults runs to its end; its small sample, without a look at times."""

import json
import subprocess
import sys
from itertools import pairwise
from random import Random

import pytest

from bench import stage
from bench.planted import SORTS, corpus, mixtures, planted
from bench.sites import Base
from house.source import ROOT

SCRIPT = ROOT / "tests" / "bench" / "repairs.py"
BASES = [Base(name, text) for name, text in stage.texts(8099).items()]
COLUMNS = ("found", "offered", "first_tried")


def quick(*options: str) -> str:
    command = (sys.executable, str(SCRIPT), "--quick", *options)
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_small_sample_is_found_and_mended() -> None:
    report = json.loads(quick("--json"))
    faults = report["faults"]
    assert {fault["kind"] for fault in faults} >= {"definition", "parameter", "data_shape", "missing_data", "security"}
    for more, fewer in pairwise(COLUMNS):
        assert all(fault[more] or not fault[fewer] for fault in faults)
    assert all(fault["found"] for fault in faults)
    assert sum(fault["offered"] for fault in faults) > len(faults) * 0.8
    runs = {name: [one["runs"] for one in report["runs"] if one["strategy"] == name] for name in _strategies(report)}
    assert all(one["left"] == 0 for one in report["runs"])
    assert max(runs["calibrate"]) <= min(runs["skip dependents"]) <= min(runs["stop at the first failure"])
    assert report["actions"]["steps"] == 50


def _strategies(report: dict[str, list[dict[str, str]]]) -> list[str]:
    return list(dict.fromkeys(one["strategy"] for one in report["runs"]))


def test_its_tables_are_printed() -> None:
    told = quick()
    assert all(
        name in told
        for name in ("found", "offered", "verified", "definition", "runs to a clean workflow", "fixes at a fault")
    )


def test_the_corpus_is_the_same_each_time_and_large_enough() -> None:
    faults = corpus(BASES)
    assert faults == corpus([Base(base.name, base.text) for base in BASES])
    kinds = [fault.kind for fault in faults]
    assert len(faults) >= 120
    assert all(kinds.count(kind) >= 10 for kind in set(kinds))


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_every_fault_is_planted_in_the_step_that_it_names(base: Base) -> None:
    for sort in SORTS:
        for fault in sort(base, Random(1)):
            text = planted(base, [fault])
            assert text != base.text
            assert len(Base(base.name, text).steps) == len(base.steps), f"{sort.__name__}: {fault}"
            places = [base.steps[at].span for at in fault.steps]
            edits = [edit for edit in fault.edits if edit.span.start >= base.steps[0].span.start]
            assert all(any(place.touches(edit.span) for place in places) for edit in edits), fault


def test_errors_planted_together_are_in_different_steps() -> None:
    for base, faults in mixtures(BASES, 3):
        steps = [at for fault in faults for at in set(fault.steps)]
        assert 4 <= len(faults) <= 8
        assert len(steps) == len(set(steps))
        planted(base, faults)
