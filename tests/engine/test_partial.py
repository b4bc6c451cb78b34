"""Runs that use recorded outputs again: which steps are called all the same, and what they say why."""

from pathlib import Path

import pytest

from engine.partial import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


DATA = """\
inputs:
  least: {type: integer, default: 1}
steps:
  - {id: orders, uses: file.read, with: {path: orders.json}}
  - {id: large, uses: data.filter, with: {items: "{{ orders.content }}", where: item.n >= inputs.least or item.n == other.count}}
  - {id: names, uses: data.map, with: {items: "{{ large.items }}", to: "{{ item.name }}"}}
  - {id: other, uses: data.map, with: {items: [1, 2], to: "{{ item }}"}}
"""
ORDERS = '[{"name": "ink", "n": 1}, {"name": "pen", "n": 5}]'


async def test_what_reads_data_says_why_it_is_called(place: Place) -> None:
    place.write(orders__json=ORDERS)
    first = await place.run(DATA)
    assert first.ran == dict.fromkeys(("orders", "large", "names", "other"), "")  # nothing ran before: nothing to say
    assert (await place.run(DATA)).ran == {}
    place.write(orders__json=ORDERS.replace("pen", "cap"))
    assert (await place.run(DATA)).ran == {
        "orders": "orders.json was changed.",
        "large": "‘orders’, which it reads, gave something else.",
        "names": "‘large’, which it reads, gave something else.",
    }
    edited = DATA.replace("{{ item.name }}", "{{ item.name | upper }}")
    assert (await place.run(edited)).ran == {"names": "It was changed."}
    assert (await place.run(edited, inputs={"least": 2})).ran == {
        "large": "inputs.least has another value.",
        "names": "‘large’, which it reads, gave something else.",
    }
    more = edited + '  - {id: more, uses: data.map, with: {items: "{{ other.items }}", to: "{{ item + 1 }}"}}\n'
    assert (await place.run(more, inputs={"least": 2})).ran == {"more": "Nothing is recorded of it yet."}


async def test_a_step_that_failed_is_called_again(place: Place) -> None:
    seen = await place.run(DATA)
    assert seen.status()["orders"] == "failed"
    again = await place.run(DATA)
    assert again.ran == {"orders": "Its last run failed."}
    place.write(orders__json=ORDERS)
    mended = await place.run(DATA)
    assert mended.ran["orders"] == "Its last run failed."
    assert mended.status()["names"] == "completed"


@pytest.mark.parametrize(
    "edited",
    [
        "# a comment\n" + DATA,
        DATA.replace("  - {id: other", "\n  # here too\n  - {id: other"),
        DATA.replace("{id: names, uses: data.map, with: ", "{uses: data.map, name: All, timeout: 5, id: names, with: "),
        DATA.replace("{id: other, ", "{id: other, retry: {attempts: 3, delay: 0}, x-mine: 1, if: inputs.least == 1, "),
        DATA.replace("large", "big").replace("other", "another"),
        DATA.replace('{items: [1, 2], to: "{{ item }}"}', '{to: "{{item}}", items: [1, 2]}'),
        "\n".join([*DATA.splitlines()[:3], *reversed(DATA.splitlines()[3:])]),
    ],
    ids=["comment", "comment inside", "name and timeout", "retry and condition", "renamed", "keys", "moved"],
)
async def test_what_means_the_same_runs_nothing(place: Place, edited: str) -> None:
    place.write(orders__json=ORDERS)
    await place.run(DATA, "full")
    assert edited != DATA
    assert (await place.run(edited)).ran == {}


async def test_a_full_run_starts_clean(place: Place) -> None:
    place.write(orders__json=ORDERS)
    await place.run(DATA, "full")
    again = await place.run(DATA, "full")
    assert again.ran == dict.fromkeys(("orders", "large", "names", "other"), "")
    assert again.reused == set()


async def test_a_changed_condition_is_looked_at_anew(place: Place) -> None:
    text = "steps:\n  - {id: a, uses: data.map, if: 1 == 1, with: {items: [1], to: x}}\n"
    await place.run(text)
    assert (await place.run(text.replace("1 == 1", "1 == 2"))).status() == {"a": "skipped"}
    assert (await place.run(text)).ran == {}


# Local writes


WRITTEN = """\
steps:
  - {id: one, uses: file.write, with: {path: a.txt, content: one}}
  - {id: two, uses: file.write, with: {path: a.txt, content: " two", append: true}, needs: one}
  - {id: away, uses: file.write, with: {path: b.txt, content: elsewhere}, needs: one}
  - {id: back, uses: file.read, with: {path: a.txt}, needs: [two, away]}
  - {id: said, uses: data.map, with: {items: ["{{ back.content }}"], to: "{{ item }}"}}
"""


async def test_writers_are_called_again_only_for_those_who_look(place: Place) -> None:
    await place.run(WRITTEN)
    again = await place.run(WRITTEN)
    assert again.ran == {}
    assert again.status()["two"] == "rehearsed"
    assert not (place.folder / "a.txt").exists()
    edited = WRITTEN.replace('to: "{{ item }}"', 'to: "{{ item | upper }}"')
    assert (await place.run(edited)).ran == {"said": "It was changed."}
    edited = WRITTEN.replace("{path: a.txt}, needs", "{path: a.txt, as: text}, needs")
    seen = await place.run(edited)
    assert seen.ran == {
        "one": "Run again, because ‘back’ reads what it writes.",
        "two": "Run again, because ‘back’ reads what it writes.",
        "back": "It was changed.",
    }
    assert place.output("back") == {"content": "one two", "path": "a.txt", "size": 7}


async def test_who_reads_what_is_written_otherwise_is_called(place: Place) -> None:
    await place.run(WRITTEN)
    seen = await place.run(WRITTEN.replace("content: one", "content: uno"))
    assert seen.ran == {
        "one": "It was changed.",
        "two": "‘one’, which changes files before it, did something else.",
        "back": "‘one’, ‘two’, which change files before it, did something else.",
        "said": "‘back’, which it reads, gave something else.",
    }
    assert place.output("said") == {"items": ["uno two"], "count": 1}
    seen = await place.run(WRITTEN.replace("content: elsewhere", "content: there"))
    assert seen.ran == {"away": "It was changed."}


async def test_a_file_that_is_changed_counts_for_its_writer(place: Place) -> None:
    text = """\
steps:
  - {id: add, uses: sheet.append, with: {file: a.csv, rows: [{n: 2}]}}
  - {id: all, uses: sheet.read, with: {file: a.csv}, needs: add}
"""
    place.write(a__csv="n\n1\n")
    await place.run(text)
    assert (await place.run(text)).ran == {}
    place.write(a__csv="n\n0\n1\n")
    assert set((await place.run(text)).ran) == {"add", "all"}
    assert place.output("all") == {"rows": [{"n": "0"}, {"n": "1"}, {"n": "2"}], "columns": ["n"], "count": 3}
