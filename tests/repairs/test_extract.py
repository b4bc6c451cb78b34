"""Inputs made of any literal: what is made reads back as it was, and nothing is made where a reference means anything else."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.model.change import CannotChange
from calibrant.model.fix import Fix
from calibrant.model.text import Span, apply_edits
from calibrant.repairs.extract import extractions
from dialects.changing import WORDS
from dialects.writing import Writer
from repairs.test_any_repairs import FILES, TEXTS
from repairs.trying import SPECS, checked, data_of, read

MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILE = Path("x.workflow.yaml")


def offered(path: Path, text: str, span: Span) -> tuple[Fix, ...]:
    analysis = read(path, text)
    return extractions(analysis.workflow, span, SPECS, analysis.checked.confidential)


def made(path: Path, text: str, fix: Fix) -> str:
    return apply_edits(text, dialects.write(path.name, read(path, text).workflow, fix.changes))


def at(text: str, part: str, *, cursor: bool = True) -> Span:
    """Return a cursor in the middle of a part of a text, or the selection of it."""
    start = text.index(part)
    middle = start + len(part) // 2
    return Span(middle, middle) if cursor else Span(start, start + len(part))


def titles(text: str, part: str, *, cursor: bool = True) -> list[str]:
    return [fix.title for fix in offered(FILE, text, at(text, part, cursor=cursor))]


def resolved(value: Any, name: str, default: Any) -> Any:
    """Return data with an input's default in place of the references to it; those in expressions as they were written."""
    if isinstance(value, dict):
        return {key: resolved(item, name, default) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, name, default) for item in value]
    whole = f"{{{{ inputs.{name} }}}}"
    if not isinstance(value, str):
        return value
    return default if value == whole else value.replace(whole, str(default))


def same(before: Any, after: Any, name: str, default: Any) -> bool:
    """Tell whether two pieces of data are the same but for expressions, in which a literal gave way to the input."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(same(before[key], after[key], name, default) for key in before)
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(same(*pair, name, default) for pair in zip(before, after, strict=True))
    if isinstance(before, str) and isinstance(after, str) and f"inputs.{name}" in after:
        forms = [f"'{default}'", f'"{default}"', str(default)]
        return before in [after.replace(f"inputs.{name}", form) for form in forms]
    return type(before) is type(after) and before == after


def tried(path: Path, text: str, span: Span) -> int:
    """Make everything that is on offer at a place; returns how much could be made."""
    count = 0
    before: Any = data_of(read(path, text).workflow) if text.strip() else {}
    for fix in offered(path, text, span):
        assert fix.title == " ".join(fix.title.split())
        assert fix.safety == "review"
        assert fix.issue == ""
        try:
            new = made(path, text, fix)
        except CannotChange:
            continue
        count += 1
        after: Any = data_of(read(path, new).workflow)
        inputs = dict(before.get("inputs") or {})
        declared = dict(after.get("inputs") or {})
        (name,) = declared.keys() - inputs.keys() or {fix.title.split("‘")[1].split("’")[0]}
        default = declared[name]["default"] if isinstance(declared[name], dict) else declared[name]
        rest = {key: value for key, value in after.items() if key != "inputs"}
        wanted = {key: value for key, value in before.items() if key != "inputs"}
        assert same(wanted, resolved(rest, name, default), name, default), new
        assert {key: declared[key] for key in inputs} == inputs
    return count


@MANY
@given(st.integers(0, 1 << 30))
def test_what_is_made_of_a_random_literal_reads_back(seed: int) -> None:
    pick = random.Random(seed)

    def value(depth: int = 0) -> object:
        kind = pick.randrange(8 if depth < 2 else 6)
        if kind < 4:
            return pick.choice([*WORDS, "https://api.acme.com/v1", "a@b.example", "data/in.csv", "😀 x", "x{y}z"])
        if kind < 6:
            return pick.choice([True, 0, -7, 12, 1.5, None])
        inside = [value(depth + 1) for _ in range(pick.randrange(1, 4))]
        return inside if kind == 6 else {f"k{at}": one for at, one in enumerate(inside)}

    steps: list[object] = []
    for number in range(pick.randrange(1, 4)):
        step: dict[str, object] = {"id": f"s{number}", "uses": "http.request"}
        step["with"] = {"url": value(2), "json": value(), "headers": {"x-a": value(2), "b": value(2)}}
        step |= {"for_each": [value(2), value(2)]} if pick.random() < 0.3 else {}
        steps.append(step)
        if pick.random() < 0.5:
            script = pick.choice(
                ["echo a/b.csv \"x y\" 'z'", "cat <<E\nx\nE\ncp in.csv out.csv", "X=1 make && ls *.txt"]
            )
            steps.append({"id": f"r{number}", "run": script, "env": {"A": value(2)}})
    workflow: dict[str, object] = {"steps": steps}
    if pick.random() < 0.5:
        workflow["inputs"] = {"url": {"default": "word"}, "word": {"type": "string", "default": "two words"}}
    in_json = pick.random() < 0.2
    text = json.dumps(workflow, indent=pick.choice([None, 2])) if in_json else Writer(seed).document(workflow)
    path = Path("x.workflow.json") if in_json else FILE
    for _ in range(6):
        start = pick.randrange(len(text) + 1)
        tried(path, text, Span(start, min(len(text), start + pick.choice([0, 0, 3, 10, 30]))))


@MANY
@given(st.randoms(use_true_random=False))
def test_real_files_at_any_place(chance: random.Random) -> None:
    path = chance.choice(FILES)
    text = TEXTS[path]
    if chance.random() < 0.3:
        start = chance.randrange(len(text) + 1)
        text = text[:start] + chance.choice(("{{", "'", ": ", "\n", "*a", "}}")) + text[start:]
    start = chance.randrange(len(text) + 1)
    span = Span(start, min(len(text), start + chance.choice([0, 0, 0, 4, 20])))
    for fix in offered(path, text, span):
        try:
            assert made(path, text, fix) != text
        except CannotChange:
            continue


def test_most_literals_of_the_examples_can_be_made_inputs() -> None:
    paths = [path for path in FILES if "examples" in path.parts]
    assert sum(
        tried(path, TEXTS[path], Span(start, start)) for path in paths for start in range(0, len(TEXTS[path]), 3)
    )


TEXT = """\
inputs:
  region: {type: string, default: eu-west-1}
steps:
  - id: get
    uses: http.request
    with:
      url: https://api.acme.com/v1/items?page=1
      method: GET
      query: {region: eu-west-1, limit: 50, token: aB3dE5gH7jK9mN1pQ2rS}
  - id: broken
    uses: file.read
    with: {path: "{{ nothing.x"}
  - id: run
    run: |
      # a note on data.csv
      cp data.csv "$OUT/data.csv"
      echo 'data.csv' $((1 + 22))
      cat <<END
      data.csv END
      END
    env: {OUT: /srv/out}
    if: get.status == 200 and get.body.kind != 'plain'
  - id: raw
    templating: false
    run: echo data.csv
  - {id: one, uses: file.write, with: &shared {path: out.txt, content: Hello}}
  - {id: two, uses: file.write, with: *shared}
"""


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("eu-west-1, limit", ["Use the input ‘region’ for ‘eu-west-1’", "Make ‘eu-west-1’ the input ‘region_2’"]),
        ("50", ["Make ‘50’ the input ‘limit’"]),
        ("/v1/items", ["Make ‘https://api.acme.com/v1/items?page=1’ the input ‘acme_url’"]),
        ("plain", ["Make ‘plain’ the input ‘plain’"]),
        ("200", ["Make ‘200’ the input ‘run_if’"]),
        ("/srv/out", ["Make ‘/srv/out’ the input ‘out_folder’"]),
        ("OUT:", []),
        ("GET", ["Make ‘GET’ the input ‘method’"]),
        ("nothing.x", []),
        ("a note", []),
        ("'data.csv'", []),
        ("$OUT", []),
        ("22", ["Make ‘22’ the input ‘run_run’"]),
        ("<<END", []),
        ("END\n    env", []),
        ("echo data.csv", []),
        ("Hello", ["Make ‘Hello’ the input ‘hello’"]),
        ("*shared", []),
        ("out.txt", ["Make ‘out.txt’ the input ‘out_file’"]),
    ],
)
def test_what_is_offered_under_the_cursor(part: str, wanted: list[str]) -> None:
    assert titles(TEXT, part) == wanted


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("api.acme.com", ["Make ‘api.acme.com’ the input ‘acme_host’"]),
        (" /v1"[1:], ["Make ‘/v1’ the input ‘v1_folder’"]),
        ("{region: eu-west-1, limit: 50", []),
        ('"$OUT/data.csv"', []),
        ("1 + 22", []),
        ("cp data.csv", []),
        ("path: out.txt", ["Make ‘out.txt’ the input ‘out_file’"]),
    ],
)
def test_what_is_offered_for_a_selection(part: str, wanted: list[str]) -> None:
    assert titles(TEXT, part, cursor=False) == wanted


def test_a_credential_becomes_a_secret_and_no_title_says_it() -> None:
    (fix,) = offered(FILE, TEXT, at(TEXT, "aB3dE5gH7jK9mN1pQ2rS"))
    assert (fix.strategy, fix.title) == ("to-secret", "Take it from the secret ‘TOKEN’")
    new = made(FILE, TEXT, fix)
    assert "secrets:\n  - TOKEN\n" in new or "secrets: [TOKEN]\n" in new
    assert 'token: "{{ secrets.TOKEN }}"' in new
    assert offered(FILE, TEXT, at(TEXT, "gH7jK9", cursor=False))[0].changes == fix.changes


def test_the_default_is_the_literal_with_its_type_and_what_may_be_chosen() -> None:
    text = "steps:\n  - {id: a, uses: data.join, with: {left: [], right: [{n: 1}], on: n, how: left}}\n"
    (fix,) = offered(FILE, text, at(text, "left}"))
    described = data_of(read(FILE, made(FILE, text, fix)).workflow)["inputs"]["how"]  # type: ignore[index]
    assert described == {"type": "string", "default": "left", "enum": ["inner", "left"], "description": "Used by a"}
    (fix,) = offered(FILE, text, at(text, "[{n: 1}]", cursor=False))
    described = data_of(read(FILE, made(FILE, text, fix)).workflow)["inputs"]["right"]  # type: ignore[index]
    assert described == {"type": "array", "default": [{"n": 1}], "description": "Used by a"}


@pytest.mark.parametrize("head", ["inputs:\n", "inputs: # none yet\n", "inputs: null\n", "inputs: {}\n", "# mine\n"])
def test_where_nothing_is_declared_yet(head: str) -> None:
    text = f"{head}steps:\n  - {{id: a, uses: file.read, with: {{path: in.csv}}}}\n"
    (fix,) = offered(FILE, text, at(text, "in.csv"))
    after: Any = data_of(read(FILE, made(FILE, text, fix)).workflow)
    assert after["inputs"] == {"in_file": {"type": "path", "default": "in.csv", "description": "Used by a"}}


@pytest.mark.parametrize(
    "head", ["secrets:\n", "secrets: # none yet\n", "secrets: null\n", "secrets: []\n", "# mine\n"]
)
def test_where_no_secret_is_declared_yet(head: str) -> None:
    text = f"{head}steps:\n  - {{id: a, uses: http.request, with: {{url: x, query: {{token: abc}}}}}}\n"
    (fix,) = offered(FILE, text, at(text, "abc"))
    after: Any = data_of(read(FILE, made(FILE, text, fix)).workflow)
    assert after["secrets"] == ["TOKEN"]
    assert after["steps"][0]["with"]["query"] == {"token": "{{ secrets.TOKEN }}"}


def test_what_has_an_anchor_is_not_written() -> None:
    (fix,) = offered(FILE, TEXT, at(TEXT, "Hello"))
    with pytest.raises(CannotChange):
        made(FILE, TEXT, fix)


def test_nothing_new_is_wrong_afterwards() -> None:
    known = {issue.code for issue in checked(read(FILE, TEXT))}
    for start in range(0, len(TEXT), 2):
        for fix in offered(FILE, TEXT, Span(start, start)):
            if "Hello" in fix.title or "out.txt" in fix.title:
                continue  # it has an anchor, and cannot be written
            after = checked(read(FILE, made(FILE, TEXT, fix)))
            assert {issue.code for issue in after if issue.severity == "error"} <= known, fix.title
