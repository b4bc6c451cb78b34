"""A file that is not there because the step that writes it failed is no issue of the step that wants it."""

from pathlib import Path

import pytest

from calibrant import connectors, dialects
from calibrant.engine.run import run_workflow
from calibrant.model.event import RunRequest, StepFinished
from engine.building import MemoryStore

WRITERS = {
    "file.write": "{id: save, uses: file.write, with: {path: out/a.json, content: '{{ rows.content }}'}}",
    "in a folder": "{id: save, uses: file.write, with: {path: 'out/{{ rows.size }}.json', content: '{{ rows.content }}'}}",
    "unknown connector": "{id: save, uses: file.wirte, with: {path: out/a.json, content: x}}",
    "command": "{id: save, run: 'missing-command && cp rows.txt out/a.json'}",
    "no word of it": "{id: save, run: 'exit 1'}",
    "elsewhere": "{id: save, uses: file.write, with: {path: out/b.json, content: '{{ rows.content }}'}}",
    "reads": "{id: save, uses: file.read, with: {path: lost.json}}",
    "declined": "{id: save, if: 'false', uses: file.write, with: {path: out/a.json, content: x}}",
}
TEXT = """\
steps:
  - {{id: rows, uses: file.read, with: {{path: rows.txt}}}}
  - {writer}
  - {{id: again, uses: file.read, with: {{path: out/a.json}}, needs: [{needs}]}}
  - {{id: between, uses: data.map, with: {{items: [1], to: 1}}, needs: [save]}}
"""


async def ended(folder: Path, writer: str, needs: str = "save", *, there: bool = False) -> StepFinished:
    text = TEXT.format(writer=WRITERS[writer], needs=needs)
    path = folder / "x.workflow.yaml"
    if there:
        (folder / "rows.txt").write_text("[1]", encoding="utf-8")
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    request = RunRequest("s", str(folder), str(path), text, "", trusted=True, execute="open")
    environ = {"PATH": "/usr/bin:/bin"}
    events = run_workflow(request, workflow, connectors.registry(), MemoryStore(), environ)
    (found,) = [event async for event in events if isinstance(event, StepFinished) and event.step == "again"]
    return found


@pytest.mark.parametrize("writer", ["file.write", "in a folder", "unknown connector", "command"])
@pytest.mark.parametrize("needs", ["save", "between"])
async def test_the_step_is_skipped_and_says_for_whom(tmp_path: Path, writer: str, needs: str) -> None:
    step = await ended(tmp_path, writer, needs)
    assert (step.status, step.failures) == ("skipped", ())
    assert step.reason == "It needs what ‘save’ would have written."


@pytest.mark.parametrize("writer", ["no word of it", "elsewhere", "reads", "declined"])
async def test_a_file_that_nobody_would_have_written_is_missed(tmp_path: Path, writer: str) -> None:
    step = await ended(tmp_path, writer)
    assert [failure.code for failure in step.failures] == ["file-not-found"]


async def test_a_file_is_missed_where_its_writer_is_not_waited_for(tmp_path: Path) -> None:
    step = await ended(tmp_path, "command", needs="rows")
    assert [failure.code for failure in step.failures] == ["file-not-found"]


async def test_a_file_that_was_written_is_read(tmp_path: Path) -> None:
    assert (await ended(tmp_path, "file.write", there=True)).status == "completed"
