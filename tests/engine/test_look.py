"""Looking at what steps name: what is not there is found without a run; what may come to be is left alone."""

import sqlite3
from pathlib import Path

import openpyxl
import pytest

from calibrant import connectors, dialects
from calibrant.engine.look import look_workflow
from calibrant.model.event import Event, RunFinished, RunRequest, StepFinished

INPUTS = "inputs:\n  book: {type: path, default: book.xlsx}\n  other: {type: path, required: true}\nsecrets: [KEY]\n"

# step as written, code of what is not there ("" where nothing is at fault)
STEPS = [
    ("{uses: file.read, with: {path: nope.txt}}", "file-not-found"),
    ("{uses: file.read, with: {path: note.txt}}", ""),
    ("{uses: file.list, with: {path: nowhere}}", "missing-folder"),
    ("{uses: sheet.read, with: {file: book.xlsx, range: Nope}}", "unknown-range"),
    ('{uses: sheet.read, with: {file: "{{ inputs.book }}", range: Nope}}', "unknown-range"),
    ('{uses: sheet.read, with: {file: "{{ inputs.book }}", range: Data}}', ""),
    ('{uses: sheet.read, with: {file: "{{ inputs.other }}"}}', ""),
    ('{uses: sheet.append, with: {file: book.xlsx, range: Nope, rows: "{{ made.items }}"}}', "unknown-range"),
    ("{uses: sql.query, with: {database: 'sqlite:///shop.db', query: select * from order_}}", "unknown-table"),
    ("{uses: sql.query, with: {database: 'sqlite:///shop.db', query: select id from orders}}", ""),
    ("{uses: mail.read, with: {mailbox: nope.mbox}}", "file-not-found"),
    ("{uses: file.read, with: {path: ../../../etc/passwd}}", "path-outside"),
    ('{uses: file.read, with: {path: "{{ made.items[0] }}.txt"}}', ""),
    ('{for_each: "{{ made.items }}", uses: file.read, with: {path: "{{ item }}.txt"}}', ""),
    ("{uses: http.request, with: {url: 'http://127.0.0.1:9/'}}", ""),
    ("{run: cat nope.txt}", ""),
]
MADE = "  - {id: made, uses: data.map, with: {items: [1], to: '{{ item }}'}}\n"


async def look(folder: Path, text: str) -> list[Event]:
    path = folder / "a.workflow.yaml"
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    request = RunRequest("s", str(folder), str(path), text, "", look=True)
    events = [event async for event in look_workflow(request, workflow, connectors.registry(), {"KEY": "value"})]
    assert events[-1] == RunFinished("completed")
    return events


def codes(events: list[Event]) -> list[tuple[str, str]]:
    return [
        (event.step, failure.code) for event in events if isinstance(event, StepFinished) for failure in event.failures
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Data"
    book.worksheets[0].append(["a"])
    book.save(tmp_path / "book.xlsx")
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table orders (id integer)")
    database.close()
    (tmp_path / "note.txt").write_text("hello", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("step", "code"), STEPS)
async def test_what_is_not_there_is_found_without_a_run(folder: Path, step: str, code: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    events = await look(folder, f"{INPUTS}steps:\n{MADE}  - {{id: step, {step[1:]}\n")
    assert codes(events) == ([("step", code)] if code else [])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


READS = "  - {id: read, uses: file.read, with: {path: out.txt}NEEDS}\n"


@pytest.mark.parametrize(
    "maker",
    [
        "  - {id: make, uses: file.write, with: {path: ./out.txt, content: hello}}\n",
        '  - {id: make, uses: file.write, with: {path: "{{ made.items[0] }}", content: hello}}\n',
        "  - {id: make, run: date > out.txt}\n",
        "  - {id: first, run: date > out.txt}\n  - {id: make, needs: first, uses: file.list, with: {path: .}}\n",
        "  - {id: make, uses: not.known, with: {path: out.txt}}\n",
        "  - {id: make, uses: http.request, with: {url: 'http://127.0.0.1:9/', save_to: out.txt}}\n",
    ],
)
async def test_what_an_earlier_step_may_make_is_not_missed(folder: Path, maker: str) -> None:
    assert codes(await look(folder, f"steps:\n{MADE}{maker}{READS.replace('NEEDS', ', needs: make')}")) == []


async def test_a_request_that_saves_nothing_hides_nothing_behind_it(folder: Path) -> None:
    maker = "  - {id: make, uses: http.request, with: {url: 'http://127.0.0.1:9/'}}\n"
    reads = READS.replace("NEEDS", ", needs: make")
    assert codes(await look(folder, f"steps:\n{maker}{reads}")) == [("read", "file-not-found")]


async def test_a_file_that_another_step_writes_is_left_alone_in_any_order(folder: Path) -> None:
    maker = "  - {id: make, uses: file.write, with: {path: out.txt, content: hello}}\n"
    assert codes(await look(folder, f"steps:\n{READS.replace('NEEDS', '')}{maker}")) == []
    other = maker.replace("out.txt", "else.txt")
    assert codes(await look(folder, f"steps:\n{READS.replace('NEEDS', '')}{other}")) == [("read", "file-not-found")]
