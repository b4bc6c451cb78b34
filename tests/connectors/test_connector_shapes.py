"""Shapes as declared, and as followed from step to step, against what really comes out of a run."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from calibrant import connectors, dialects, rules
from calibrant.engine.run import run_workflow
from calibrant.model.event import RunRequest, StepFinished
from calibrant.model.shape import ANY, INTEGER, STRING, Shape, array, object_of
from calibrant.store import open_store
from connectors.server import serving
from connectors.shapes import misfits
from connectors.workspace import build

TEXT = """
inputs:
  ratio: {type: number, default: 0.5}
  names: {type: array, default: [a, b]}
steps:
  - {id: shell, run: "echo a > made.txt"}
  - {id: python, uses: python.call, with: {function: "tools:double", args: {number: 2}}}
  - {id: page, uses: http.request, with: {url: "@/json", query: {q: x}}}
  - {id: head, uses: http.request, with: {url: "@/json", method: HEAD}}
  - {id: post, uses: http.request, with: {url: "@/echo", method: POST, json: {a: 1}}}
  - {id: pages, for_each: [1, 2], uses: http.request, with: {url: "@/json", query: {page: "{{ item }}"}}}
  - {id: text, uses: file.read, with: {path: notes.txt}}
  - {id: bytes, uses: file.read, with: {path: notes.txt, as: bytes}}
  - {id: data, uses: file.read, with: {path: data/orders.json}}
  - {id: write, uses: file.write, with: {path: out/a.json, content: {a: 1}}}
  - {id: files, uses: file.list, with: {path: data}}
  - {id: mails, uses: mail.read, with: {mailbox: inbox.mbox}}
  - {id: filtered, uses: data.filter, with: {items: "{{ mails.emails }}", where: item.subject}}
  - {id: nothing, uses: data.filter, with: {items: "{{ mails.emails }}", where: "{{ false }}"}}
  - id: mapped
    uses: data.map
    with:
      items: "{{ filtered.items }}"
      to:
        subject: "{{ item.subject }}"
        at: "{{ item.date }} {{ index }}"
        position: "{{ index }}"
        attached: "{{ item.attachments }}"
        deep: [{ratio: "{{ inputs.ratio }}", flag: true, none: null}, [1, 2.5]]
        long: "{{ item.text | length }}"
        names: "{{ inputs.names }}"
  - {id: sorted, uses: data.sort, with: {items: "{{ mapped.items }}", by: item.subject, descending: true}}
  - {id: groups, uses: data.group, with: {items: "{{ sorted.items }}", by: item.position > 0}}
  - {id: members, for_each: "{{ groups.groups }}", uses: data.filter, with: {items: "{{ item.items }}", where: item.at}}
  - {id: plain, uses: data.map, with: {items: "{{ members }}", to: "{{ item.items }}"}}
  - {id: word, uses: data.map, with: {items: "{{ inputs.names }}", to: x}}
  - {id: picked, uses: data.pick, with: {items: "{{ mapped.items }}", fields: [subject]}}
  - {id: one, uses: data.pick, with: {value: "{{ mapped.items[0] }}", fields: [subject, at]}}
  - {id: joined, uses: data.join, with: {left: "{{ mapped.items }}", right: "{{ filtered.items }}", on: subject}}
  - {id: sheet, uses: sheet.read, with: {file: report.xlsx}}
  - {id: csv, uses: sheet.read, with: {file: data/orders.csv, header: false}}
  - {id: append, uses: sheet.append, with: {file: report.xlsx, range: Empty, rows: [{a: 1}]}}
  - {id: query, uses: sql.query, with: {database: "sqlite:///shop.db", query: SELECT * FROM orders}}
  - {id: execute, uses: sql.execute, with: {database: "sqlite:///shop.db", statement: DELETE FROM orders}}
"""


ENVIRON = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def run(folder: Path, text: str) -> dict[str, object]:
    """Return the outputs of the steps that succeeded, as recorded."""
    path = folder / "x.workflow.yaml"
    path.write_text(text, encoding="utf-8")
    workflow = dialects.read(path.name, text)
    assert workflow is not None
    request = RunRequest(
        workspace=str(folder), path=str(path), text=text, state="", session="s", trusted=True, execute="open", live=True
    )
    store = open_store(folder.parent / "state", folder)

    async def events() -> list[StepFinished]:
        running = run_workflow(request, workflow, connectors.registry(), store.outputs, ENVIRON)
        return [event async for event in running if isinstance(event, StepFinished)]

    try:
        ended = asyncio.run(events())
        assert [(event.step, event.failures) for event in ended if event.failures] == []
        return {event.step: store.outputs.last_good(path.name, event.step)[1] for event in ended}
    finally:
        store.close()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Shape, object]]:
    """Return the connector, the shape as followed, and the real output of each step."""
    folder = tmp_path_factory.mktemp("run") / "work"
    folder.mkdir()
    build(folder)
    (folder / "tools.py").write_text("def double(number):\n    return number * 2\n", encoding="utf-8")
    with serving() as server:
        text = TEXT.replace("@", server.url)
        outputs = run(folder, text)
    workflow = dialects.read("x.workflow.yaml", text)
    assert workflow is not None
    checked = rules.check(workflow, connectors.specs())
    assert [finding for finding in checked.findings if finding.severity == "error"] == []
    return {
        step.label: (step.body.action or "", reached.output, outputs[step.label])
        for step, reached in zip(workflow.steps, checked.reached, strict=True)
    }


def test_every_connector_gives_what_it_declares(ran: dict[str, tuple[str, Shape, object]]) -> None:
    assert [misfit for action, shape, output in ran.values() for misfit in misfits(action, shape, output)] == []


def test_every_connector_is_tried(ran: dict[str, tuple[str, Shape, object]]) -> None:
    """Here, or in its own tests by `call`, which looks at the shape of what comes back."""
    tests = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    here = {action for action, _, _ in ran.values()}
    assert [
        name
        for name in connectors.registry()
        if name not in here and not any(f'call("{name}"' in text for text in tests)
    ] == []


def test_shapes_are_followed_through_steps(ran: dict[str, tuple[str, Shape, object]]) -> None:
    """Not to know anything would fit everything."""
    mapped = ran["mapped"][1].field("items")
    assert mapped is not None
    assert mapped.item is not None
    assert [name for name, _ in mapped.item.fields] == [
        "subject",
        "at",
        "position",
        "attached",
        "deep",
        "long",
        "names",
    ]
    assert mapped.item.field("subject") == mapped.item.field("at") == STRING
    assert mapped.item.field("position") == INTEGER
    assert mapped.item.field("long") == ANY
    assert ran["sorted"][1].field("items") == mapped
    assert ran["groups"][1].field("groups") == array(object_of(key=ANY, items=mapped))
    assert ran["members"][1] == array(object_of(items=mapped, count=INTEGER))
    assert ran["plain"][1].field("items") == array(mapped)
    assert ran["word"][1].field("items") == array(STRING)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": "x", "b": [{"c": 1}]}, []),
        ({"a": None, "b": []}, []),
        ({"a": "x"}, ["x.b is not there"]),
        ({"a": 1, "b": [{"c": "1"}, {}]}, ["x.a is integer", "x.b[0].c is string", "x.b[1].c is not there"]),
        ({"a": "x", "b": None, "d": 1}, ["x.b is null", "x.d is not declared"]),
        ([], ["x is array"]),
    ],
)
def test_what_does_not_fit_is_seen(value: object, words: list[str]) -> None:
    found = misfits("x", object_of(a=STRING, b=array(object_of(c=INTEGER))), value)
    assert len(found) == len(words)
    assert all(word in misfit for word, misfit in zip(words, found, strict=True))
