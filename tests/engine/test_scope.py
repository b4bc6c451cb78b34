"""The scope of a step: what its command changes outside of it is an issue, and nothing else is."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from calibrant import dialects, failures
from calibrant.connectors import registry, specs
from calibrant.engine.company import Company
from calibrant.engine.run import run_workflow
from calibrant.engine.scope import fits, is_cache, patterns_for
from calibrant.failures.collector import collect
from calibrant.model.event import RunRequest, StepFinished
from calibrant.model.issue import Kind
from calibrant.model.text import apply_edits
from calibrant.model.workflow import Workflow
from calibrant.repairs import propose
from engine.building import MemoryStore
from isolation.building import fill, needs_bwrap

Ended = Mapping[str, StepFinished]


async def ran(folder: Path, steps: str, store: MemoryStore | None = None, **more: object) -> tuple[Ended, Workflow]:
    path = folder / "flows/a.workflow.yaml"
    path.parent.mkdir(exist_ok=True)
    text = f"name: a\nsteps:\n{steps}"
    path.write_text(text)
    request = RunRequest("s", str(folder), str(path), text, "", execute="sandbox", trusted=True, **more)  # type: ignore[arg-type]
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    events = run_workflow(request, workflow, registry(), store or MemoryStore(), os.environ)
    return {event.step: event async for event in events if isinstance(event, StepFinished)}, workflow


def outside(ended: Ended) -> dict[str, list[str]]:
    """Return which files each step changed outside of its scope."""
    return {
        step: failure.evidence["files"].split("\n")
        for step, event in ended.items()
        for failure in event.failures
        if failure.code == "scope-mismatch"
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path, {"flows/in/a.txt": "a", "flows/b.txt": "b", "src/c.py": "c", "src/d.py": "d"})


@needs_bwrap
async def test_what_a_command_changes_outside_of_its_scope_is_told(folder: Path) -> None:
    steps = """
  - {id: inside, run: "mkdir -p out/deep && touch out/deep/x.txt && echo more >> b.txt", scope: [out/**, b.txt]}
  - {id: made, run: "echo x > new.txt && echo x > out/y.txt", scope: out/**, needs: [inside]}
  - {id: changed, run: "echo x >> ../src/c.py", scope: in, needs: [made]}
  - {id: removed, run: "rm ../src/d.py", scope: [], needs: [changed]}
  - {id: mode, run: "chmod +x b.txt", scope: [], needs: [removed]}
  - {id: below, run: "touch in/z.txt in/a.txt; cat b.txt", scope: ./in/, needs: [mode]}
  - {id: free, run: "touch anything", needs: [below]}
"""
    ended, _ = await ran(folder, steps)
    assert outside(ended) == {
        "made": ["new.txt"],
        "changed": ["../src/c.py"],
        "removed": ["../src/d.py"],
        "mode": ["b.txt"],
    }
    assert {event.status for event in ended.values()} == {"completed"}
    (failure,) = ended["changed"].failures
    assert (failure.kind, failure.message) == (Kind.POLICY, "It changed a file outside of its scope: ‘../src/c.py’.")


@needs_bwrap
async def test_a_command_that_fails_may_have_changed_files_all_the_same(folder: Path) -> None:
    ended, _ = await ran(folder, "  - {id: one, run: 'touch x; exit 3', scope: []}\n")
    assert [failure.code for failure in ended["one"].failures] == ["command-failed", "scope-mismatch"]
    assert ended["one"].status == "failed"


@needs_bwrap
async def test_caches_and_environments_do_not_count(folder: Path) -> None:
    script = "mkdir -p __pycache__ .pytest_cache/v node_modules/a; touch __pycache__/a.pyc .pytest_cache/v/x node_modules/a/b"
    more = (
        "; touch .coverage .coverage.host.1 a.tsbuildinfo; python3 -m venv --without-pip .venv; git init -q . || true"
    )
    ended, _ = await ran(folder, f"  - {{id: one, run: '{script}{more}', scope: []}}\n")
    assert outside(ended) == {}
    assert ended["one"].status == "completed"


@needs_bwrap
async def test_what_other_steps_do_meanwhile_is_not_held_against_it(folder: Path) -> None:
    steps = "".join(
        f"  - {{id: loud{number}, run: 'sleep 0.1; touch loud{number}; sleep 0.2'}}\n" for number in range(3)
    )
    steps += "  - {id: quiet, run: 'sleep 0.3; touch own', scope: own}\n"
    steps += "  - {id: writer, uses: file.write, with: {path: written.txt, content: x}}\n"
    ended, _ = await ran(folder, steps)
    assert {event.status for event in ended.values()} <= {"completed", "rehearsed"}
    assert outside(ended) == {}


@needs_bwrap
async def test_another_scope_is_not_answered_from_the_record(folder: Path) -> None:
    store = MemoryStore()
    step = "  - {id: one, run: 'touch x', scope: %s}\n"
    assert outside((await ran(folder, step % "x", store))[0]) == {}
    again, _ = await ran(folder, step % "x", store, resume="partial")
    assert again["one"].reused
    assert outside((await ran(folder, step % "'y*'", store, resume="partial"))[0]) == {"one": ["x"]}
    assert outside((await ran(folder, step % "'y*'", store, resume="partial"))[0]) == {"one": ["x"]}, "told each time"


@needs_bwrap
async def test_the_fix_adds_what_was_changed_to_the_scope(folder: Path) -> None:
    steps = "  - id: one\n    run: mkdir out && cd out && touch a b c ../d\n    scope: [b.txt]  # so far\n"
    ended, workflow = await ran(folder, steps)
    findings = [finding for event in ended.values() for finding in collect(event, workflow)]
    (issue,) = failures.group("flows/a.workflow.yaml", findings).all
    span = issue.finding.span
    assert workflow.text[span.start : span.end] == "[b.txt]"
    (fix,) = propose([issue], workflow, specs())[issue.id]
    assert (fix.safety, fix.strategy) == ("review", "wider-scope")
    text = apply_edits(workflow.text, dialects.write("a.workflow.yaml", workflow, fix.changes))
    assert "scope: [b.txt, d, out/**]  # so far" in text
    again, _ = await ran(folder, text.partition("steps:\n")[2])
    assert outside(again) == {}


@pytest.mark.parametrize(
    ("pattern", "inside", "out"),
    [
        ("dist/**", ["dist/a", "dist/a/b/c"], ["dist.txt", "a/dist/b"]),
        ("dist", ["dist", "dist/a"], ["distance"]),
        ("*.txt", ["a.txt", ".txt"], ["a/b.txt", "a.txt.gz"]),
        ("**/*.txt", ["a.txt", "a/b/c.txt"], ["a.md", "../a.txt"]),
        ("src/**/test_*.py", ["src/test_a.py", "src/a/b/test_c.py"], ["src/a.py", "test_a.py"]),
        ("**", ["a", "a/b"], ["../a"]),
        (".", ["a", "a/b"], ["../a"]),
        ("../src/?.py", ["../src/c.py"], ["../src/cc.py", "src/c.py"]),
        ("a[12].txt", ["a1.txt"], ["a3.txt"]),
        ("a[*].txt", ["a*.txt"], ["ab.txt"]),
        ("**/" * 30 + "x", ["a/b/x"], ["a/b/y"]),
        ("a/" * 60 + "x", [], ["a/" * 60 + "x"]),
    ],
)
def test_what_a_pattern_means(pattern: str, inside: list[str], out: list[str]) -> None:
    assert [name for name in inside if not fits(name, pattern)] == []
    assert [name for name in out if fits(name, pattern)] == []


def test_hostile_patterns_take_no_time() -> None:
    assert not fits("a/" * 200 + "b", "/".join(["**", "a*a*a*a*"] * 15 + ["c"]))
    assert not fits("a" * 250 + "!", "*a" * 100)


@pytest.mark.parametrize(
    "name", [".coverage", "a/__pycache__/b.pyc", "node_modules/x/y.js", "a/.ruff_cache/0/x", "x.pyc"]
)
def test_what_is_a_cache(name: str) -> None:
    assert is_cache(name)


@pytest.mark.parametrize("name", ["coverage.xml", "dist/a.js", "cache/a", "a.egg-info/PKG-INFO", "package-lock.json"])
def test_what_is_none(name: str) -> None:
    assert not is_cache(name)


def test_patterns_for_files_mean_just_these() -> None:
    names = ["a*b.txt", "out/1", "out/2", "out/3", "sub/x", "sub/y"]
    patterns = patterns_for(names)
    assert patterns == ["a[*]b.txt", "out/**", "sub/x", "sub/y"]
    assert all(any(fits(name, pattern) for pattern in patterns) for name in names)
    assert not any(fits("axb.txt", pattern) for pattern in patterns)


async def test_who_is_to_be_alone_is() -> None:
    company, at_work, most = Company(), set[str](), dict[str, int]()

    async def work(name: str, *, alone: bool) -> None:
        async with company.joined(name, alone=alone):
            at_work.add(name)
            for _ in range(3):
                await asyncio.sleep(0.01)
                most[name] = max(most.get(name, 0), len(at_work))
            at_work.discard(name)

    async with asyncio.timeout(10):
        names = [f"{'alone' if number % 3 == 1 else 'any'}{number}" for number in range(9)]
        await asyncio.gather(*(work(name, alone=name.startswith("alone")) for name in names))
    assert {most[name] for name in names if name.startswith("alone")} == {1}
    assert max(most.values()) > 1
