"""Commands that end well and report problems all the same: the step stays completed, and is made again next time."""

import os
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.connectors import registry
from calibrant.engine.run import run_workflow
from calibrant.engine.told import told
from calibrant.model.connector import Completed
from calibrant.model.event import RunRequest, StepFinished
from calibrant.model.failure import Failure, Left
from calibrant.model.issue import Kind
from engine.building import MemoryStore
from isolation.building import needs_bwrap

pytestmark = needs_bwrap

FINDINGS = '{"runs": [{"results": [{"message": {"text": "unused"}}]}]}'
FAILED = '<testsuite><testcase name="a"><failure message="no">1 != 2</failure></testcase></testsuite>'


async def ran(folder: Path, steps: str, store: MemoryStore, **more: object) -> dict[str, StepFinished]:
    """Run a workflow of these steps in a folder, in the sandbox, and return how each step ended."""
    path = folder / "a.workflow.yaml"
    path.write_text(f"name: a\nsteps:\n{steps}", encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    request = RunRequest("s", str(folder), str(path), text, "", execute="sandbox", trusted=True, **more)  # type: ignore[arg-type]
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    events = run_workflow(request, workflow, registry(), store, os.environ)
    return {event.step: event async for event in events if isinstance(event, StepFinished)}


async def test_a_command_that_succeeds_may_still_report(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    script = r"""
  - id: one
    cwd: sub
    run: |
      echo 'all is well'
      echo '::warning file=a.py,line=3::unused'
      echo '::error::broken' >&2
  - id: two
    run: |
      printf '%s' '{"runs": [{"results": [ {"level": "warning"} ]}]}' > a.sarif
      printf '{"results":[]}' > b.sarif
  - id: three
    run: "echo '::notice::nothing'; echo 'see std::error::Error'"
"""
    ended = await ran(tmp_path, script, MemoryStore())
    assert {step: event.status for step, event in ended.items()} == dict.fromkeys(("one", "two", "three"), "completed")
    (one,) = ended["one"].failures
    assert (one.code, one.kind, one.exit_code, one.cwd) == ("reported-problems", Kind.LINT, 0, "sub")
    assert one.output == "::warning file=a.py,line=3::unused\n::error::broken"
    (two,) = ended["two"].failures
    assert [report.path for report in two.left] == ["a.sarif"], "the other one has no findings"
    assert ended["three"].failures == ()


async def test_what_a_failing_command_left_goes_with_its_failure(tmp_path: Path) -> None:
    ended = await ran(
        tmp_path, f"  - id: one\n    run: |\n      echo '{FAILED}' > r.xml\n      exit 1\n", MemoryStore()
    )
    (failure,) = ended["one"].failures
    assert (failure.cwd, failure.left) == (".", (Left("r.xml", "junit", FAILED + "\n"),))


async def test_of_a_python_function_too(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text(
        "def warns():\n    print('::warning::old')\n\ndef fails():\n    open('r.xml', 'w').write('<testsuite/>')\n    assert 0\n"
    )
    steps = "".join(
        f"  - {{id: {name}, uses: python.call, with: {{function: 'tools:{name}'}}}}\n" for name in ("warns", "fails")
    )
    ended = await ran(tmp_path, steps, MemoryStore())
    assert [failure.output for failure in ended["warns"].failures] == ["::warning::old"]
    (failure,) = ended["fails"].failures
    assert (failure.code, failure.cwd, failure.left) == ("test-failed", ".", (Left("r.xml", "junit", "<testsuite/>"),))


async def test_a_step_that_reported_something_runs_again(tmp_path: Path) -> None:
    store = MemoryStore()
    steps = "  - id: one\n    run: echo '::warning::old'\n  - id: two\n    run: echo fine\n"
    await ran(tmp_path, steps, store)
    store.before = {"one": ("completed", "k"), "two": ("completed", "k")}
    again = await ran(tmp_path, steps, store, resume="partial")
    assert {step: event.reused for step, event in again.items()} == {"one": False, "two": True}
    assert again["one"].reason == "It reported something in its last run."
    assert len(again["one"].failures) == 1


async def test_secrets_are_hidden_in_reports_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "s3cr3t-value")
    (tmp_path / "s3cr3t-value").mkdir()
    path = tmp_path / "a.workflow.yaml"
    step = "  - id: one\n    cwd: s3cr3t-value\n    env: {T: '{{ secrets.API_TOKEN }}'}\n"
    step += '    run: echo "<testsuite>$T" > $T.xml; exit 1\n'
    text = f"name: a\nsecrets: [API_TOKEN]\nsteps:\n{step}"
    path.write_text(text, encoding="utf-8")
    request = RunRequest("s", str(tmp_path), str(path), text, "", execute="sandbox", trusted=True)
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    events = [event async for event in run_workflow(request, workflow, registry(), MemoryStore(), os.environ)]
    (failure,) = next(event for event in events if isinstance(event, StepFinished)).failures
    assert len(failure.left) == 1
    assert "s3cr3t" not in repr(events)


async def test_reports_of_all_elements_are_kept(tmp_path: Path) -> None:
    step = "  - id: one\n    for_each: '{{ [1, 2, 3] }}'\n    run: echo '<testsuite><error/>' > {{ item }}.xml\n"
    ended = await ran(tmp_path, step, MemoryStore())
    (failure,) = ended["one"].failures
    assert sorted(report.path for report in failure.left) == ["1.xml", "2.xml", "3.xml"]


@pytest.mark.parametrize(
    ("done", "output"),
    [
        (Completed(0, "::error file=a b.js,line=1::x\n", ""), "::error file=a b.js,line=1::x"),
        (Completed(0, "  ::warning::x\r\n", ""), "  ::warning::x\r"),
        (Completed(1, "::error::x", ""), None),
        (Completed(0, "a ::error::x", ""), None),
        (Completed(0, "::errors::x\n::error", ""), None),
    ],
)
def test_which_lines_are_annotations(done: Completed, output: str | None) -> None:
    found: Failure | None = told(done)
    assert (found and found.output) == output


def test_no_more_than_a_number_of_lines_is_handed_on() -> None:
    found = told(Completed(0, "::error::x\n" * 10_000, "::error::y\n" * 10_000))
    assert found is not None
    assert found.output.count("\n") == 199
