"""Steps, inputs and secrets called something else: every place of the name, no other word, and nothing else changed."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.index import Index, index_of
from calibrant.ide.left_behind import left_behind
from calibrant.ide.occurrences import occurrences
from calibrant.ide.rename import CannotRename, renamable_at, renamed
from calibrant.ide.symbols import InputSymbol, SecretSymbol, StepSymbol
from calibrant.model.connector import ConnectorSpec, Effect, ParameterSpec
from calibrant.model.settings import Settings
from calibrant.model.shape import ANY
from calibrant.model.text import apply_edits
from calibrant.rules.step_id import fault
from calibrant.syntax.scalar_text import is_plain
from calibrant.workspace.analysis import analyse
from dialects.test_native_change_properties import files
from dialects.writing import Writer
from ide.marked import SPECS, read, unmarked
from repairs.test_any_repairs import FILES, TEXTS

MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
YAML, JSON = "x.workflow.yaml", "x.workflow.json"


def indexed(text: str, name: str = YAML) -> Index:
    return index_of(read(text, name), SPECS)


def after(marked: str, new: str, name: str = YAML) -> str:
    """Return a text in which what its cursor is at is called something else, or why it cannot be, after a cross."""
    text, offset = unmarked(marked)
    index = indexed(text, name)
    try:
        found = renamable_at(index, offset)
        if found is None:
            return "nothing"
        assert text[found.span.start : found.span.end] == found.symbol.name or "\\" in text
        return apply_edits(text, renamed(name, index, found.symbol, new))
    except CannotRename as error:
        return f"✗ {error}"


STEPS = """\
inputs:
  fetch: {type: string, default: fetch}
secrets: [fetch_token]
steps:
  - id: ‸fetch # fetch
    name: fetch
    uses: mail.read
    with: {mailbox: fetch, folder: "{{ inputs.fetch }}"}
  - id: 'b'
    needs: fetch
    if: fetch.count > 1 and 'fetch' != item.fetch
    run: |
      fetch "{{ fetch.emails[fetch.count - 1] }}" # {{ fetch }}
  - {id: c, needs: [b, "fetch", 'fetch'], run: "{{ x.fetch }} \\u0041 {{ fetch['fetch'] }}", for_each: '{{ fetch }}'}
  - id: d
    uses: data.filter
    with:
      items: >-
        {{ fetch
        .emails }}
      where: fetch.count > 1 or 'fetch'
  - id: e
    templating: false
    run: echo {{ fetch }}
    x-note: "{{ fetch }}"
"""


def test_a_step_in_every_place_and_style() -> None:
    text, _ = unmarked(STEPS)
    kept = {  # by line: places of the word that name no step
        "fetch: {type": 1, "default: fetch": 1, "name: fetch": 1, "mailbox: fetch": 1, "inputs.fetch": 1, "# fetch": 1,
        "fetch_token": 0, "'fetch' !=": 1, "item.fetch": 1, 'fetch "{{': 1, "x.fetch": 1, "['fetch']": 1,
        "or 'fetch'": 1, "echo {{ fetch }}": 1, 'x-note: "{{ fetch }}': 1,
    }  # fmt: skip
    made = after(STEPS, "load")
    assert len(re.findall(r"\bfetch\b", made)) == sum(kept.values())
    assert all(part in made for part in kept)
    assert len(re.findall(r"\bload\b", made)) == len(re.findall(r"\bfetch\b", text)) - sum(kept.values())
    assert re.sub(r"\bload\b", "fetch", made) == text
    for part in ("id: load # fetch", "needs: load", "if: load.count", "load.emails[load.count - 1]", "# {{ load }}"):
        assert part in made
    for part in ("[b, \"load\", 'load']", "{{ load['fetch'] }}", "'{{ load }}'", "{{ load\n", "where: load.count"):
        assert part in made


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_stay(end: str) -> None:
    before = "\ufeff" + STEPS.replace("\n", end)
    made = after(before, "load")
    assert re.sub(r"\bload\b", "fetch", made) == before.replace("‸", "")
    assert len(re.findall(r"\bload\b", made)) == 12


CASES = [
    # inputs: dotted, quoted, with names that need quotes
    ("inputs: {‸a: {}}\nsteps:\n  - run: '{{ inputs.a }}{{ a.a }}'\n", "bee", "{bee: {}}", "{{ inputs.bee }}{{ a.a }}"),
    ("inputs: {a: {}}\nsteps:\n  - run: '{{ inputs[\"‸a\"] }}'\n", "bee", "{bee: {}}", '{{ inputs["bee"] }}'),
    ("inputs: {‸a: {}}\nsteps:\n  - run: '{{ inputs.a }}'\n", "b c", "{b c: {}}", '{{ inputs["b c"] }}'),
    ('inputs: {‸a: {}}\nsteps:\n  - run: "{{ inputs .a | upper }}"\n', "b-c", "{b-c: {}}", "{{ inputs ['b-c'] | upper }}"),
    ("inputs: {‸a: {}}\nsteps:\n  - run: |\n      {{ inputs.a }}\n", "b-c", "{b-c: {}}", "      {{ inputs['b-c'] }}\n"),
    ("inputs: {‸a: {}}\nsteps:\n  - {run: ls, if: inputs.a}\n", "b-c", "{b-c: {}}", 'if: "inputs[\'b-c\']"}'),
    ("inputs: {‸a: {}}\nsteps:\n  - run: '{{ inputs.a }}'\n", "null", "{'null': {}}", "{{ inputs.null }}"),
    ("inputs: {‸a: {}}\nsteps:\n  - run: '{{ inputs.a }}'\n", "1: x", "{'1: x': {}}", '{{ inputs["1: x"] }}'),
    ("inputs: {\"‸a\": {}}\nsteps:\n  - run: '{{ inputs.a }}'\n", "on", '{"on": {}}', "{{ inputs.on }}"),
    ("inputs: {a-b: {}}\nsteps:\n  - run: '{{ inputs[\"‸a-b\"] }}'\n", "c", "{c: {}}", '{{ inputs["c"] }}'),
    # secrets
    ("secrets: [‸A, B]\nsteps:\n  - run: '{{ secrets.A }}{{ secrets.B }}'\n", "C", "[C, B]", "{{ secrets.C }}{{ secrets.B }}"),
    ("secrets:\n  - 'A‸'\nsteps:\n  - run: '{{ secrets[\"A\"] }}'\n", "C", "  - 'C'\n", '{{ secrets["C"] }}'),
    # steps with odd names, and words that YAML takes for something else
    ("steps:\n  - id: ‸a\n  - needs: a\n", "y", "- id: \"y\"\n", "needs: \"y\"\n"),
    ("steps:\n  - id: ‸a\n  - needs: ['a']\n", "null", "- id: 'null'\n", "needs: ['null']\n"),
    ("steps:\n  - id: ‸my step\n  - run: ls\n", "my_step", "- id: my_step\n", "run: ls"),
    ("steps:\n  - id: \"f\\u0065tch‸\"\n  - run: '{{ fetch.a }}'\n", "load", '- id: "load"\n', "'{{ load.a }}'\n"),
    ("steps:\n  - id: >-\n      fet‸ch\n  - run: '{{ fetch.a }}'\n", "load", "    load\n", "'{{ load.a }}'\n"),
    # of two steps with one id the first is named; the other one can be renamed alone
    ("steps:\n  - id: a\n  - id: ‸a\n  - needs: a\n", "b", "  - id: a\n  - id: b\n", "needs: a\n"),
    ("steps:\n  - id: ‸a\n  - id: a\n  - needs: a\n", "b", "  - id: b\n  - id: a\n", "needs: b\n"),
    # a value that several places share is changed once, where it is written
    ("x: &q '{{ a.b }}'\nsteps:\n  - id: ‸a\n  - run: *q\n  - run: *q\n", "b", "x: &q '{{ b.b }}'\n", "run: *q\n  - run: *q"),
    ("steps:\n  - id: ‸a\n  - needs: &n [a, c]\n  - needs: *n\n", "b", "needs: &n [b, c]\n", "needs: *n\n"),
    ("x: &m {path: '{{ a.b }}'}\nsteps:\n  - id: ‸a\n  - with: {<<: *m}\n    uses: x\n", "b", "'{{ b.b }}'}\n", "- id: b\n"),
    ("x: &q '{{ ‸a.b }}'\nsteps:\n  - id: a\n  - run: *q\n", "b", "x: &q '{{ b.b }}'\n", "- id: b\n"),
    ("x: &n [c, ‸a]\nsteps:\n  - id: a\n  - needs: *n\n", "b", "x: &n [c, b]\n", "- id: b\n"),
    ("x: &m {r: '{{ a.b }}', s: '{{ a.b }}'}\nsteps:\n  - id: ‸a\n  - with: *m\n", "b", "{r: '{{ b.b }}', s", "s: '{{ b.b }}'}"),
    ("x: &q '{{ a.b }}' # was &q here\ny: 'not &q'\nsteps:\n  - id: ‸a\n  - run: *q\n", "b", "&q '{{ b.b }}' # was &q", "id: b"),
    ("x: &q '{{ a.b² }}'\nsteps:\n  - id: ‸a\n  - run: *q\n", "b", "'{{ b.b² }}'\n", "- id: b\n"),
    ("steps:\n  - id: ‸a\n  - run: \"{{ \\u0061.b² }}\"\n", "b", '"{{ b.b² }}"\n', "- id: b\n"),
    # half-typed: what can be told is renamed
    ("steps:\n  - id: ‸a\n  - run: '{{ a.b | }}'\n", "c", "id: c\n", "{{ c.b | }}"),
    ("steps:\n  - id: ‸a\n  - run: '{{ a.b }}\n  - run: '{{ a.c }}'\n", "c", "id: c\n", "{{ c.c }}"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "new", "first", "second"), CASES)
def test_written_as_it_must_be(marked: str, new: str, first: str, second: str) -> None:
    made = after(marked, new)
    assert first in made
    assert second in made


def test_json() -> None:
    marked = (
        '{"inputs": {"a": {"default": "😀"}}, "steps": [\r\n {"id": "‸a", "run": "\\u00e9 {{ inputs.a }} {{ a.b }}"},\r\n'
        ' {"needs": ["a"], "run": "{{ inputs[\\"a\\"] }} \\\\ {{ a[\\"a\\"] }} a"}]}'
    )
    made = after(marked, "load", JSON)
    assert made == marked.replace("‸", "").replace('"id": "a"', '"id": "load"').replace("{{ a.b", "{{ load.b").replace(
        '["a"]', '["load"]'
    ).replace("{{ a[", "{{ load[")
    made = after(marked.replace("‸", "").replace('{"a":', '{"‸a":'), "b c", JSON)
    assert '"inputs": {"b c": {' in made
    assert "\\u00e9 {{ inputs['b c'] }} {{ a.b }}" in made
    assert '{{ inputs[\\"b c\\"] }} \\\\ {{ a[' in made


REFUSED = [
    ("steps:\n  - id: ‸a\n  - id: b\n", "b", "There is a step called ‘b’ already"),
    ("steps:\n  - id: ‸a\n", "a b", "Write ‘a_b’"),
    ("steps:\n  - id: ‸a\n", "1a", "Write ‘_1a’"),
    ("steps:\n  - id: ‸a\n", "", "must not be empty"),
    ("steps:\n  - id: ‸a\n", " b", "Write ‘b’"),
    ("steps:\n  - id: ‸a\n", "item", "in expressions it means something else"),
    ("steps:\n  - id: ‸a\n", "None", "in expressions it means something else"),
    ("steps:\n  - id: ‸a\n", "größe", "must be letters, digits"),
    ("inputs: {‸a: {}, b: {}}\n", "b", "There is an input called ‘b’ already"),
    ("inputs: {‸a: {}}\n", 'a"b', 'cannot have ‘"’ in it'),
    ("inputs: {‸a: {}}\n", "a\nb", "cannot have a character that does not show in it"),
    ("inputs: {‸a: {}}\n", "x-a", "Write ‘a’"),
    ("secrets: [‸A, B]\n", "B", "There is a secret called ‘B’ already"),
    ("secrets: [‸A]\n", "A-B", "environment variable which holds it"),
    ("steps:\n  - run: '{{ in‸puts.x }}'\n", "b", "‘inputs’ is a word of the language"),
    ("steps:\n  - run: '{{ inputs.‸x }}'\n", "b", "There is no input called ‘x’"),
    ("steps:\n  - run: '{{ ‸nope.x }}'\n", "b", "There is no step called ‘nope’"),
    ("steps:\n  - id: a\n  - run: '{{ a.‸x }}'\n", "b", "‘x’ is what ‘a’ gives"),
    ("steps:\n  - run: '{{ env.‸HOME }}'\n", "b", "‘HOME’ is what the environment gives"),
    ("steps:\n  - for_each: [1]\n    run: '{{ it‸em }}'\n", "b", "‘item’ is a word of the language"),
    ("steps:\n  - run: '{{ a | up‸per }}'\n", "b", "Only steps, inputs and secrets"),
    ("steps:\n  - ru‸n: ls\n", "b", "Only steps, inputs and secrets"),
    ("x: &q '{{ a.b }}'\nsteps:\n  - id: a\n  - run: *‸q\n", "b", "‘*q’ stands for what is written at its anchor"),
]


@pytest.mark.parametrize(("marked", "new", "words"), REFUSED)
def test_refused_in_words(marked: str, new: str, words: str) -> None:
    made = after(marked, new)
    assert made.startswith("✗ ")
    assert words in made


@pytest.mark.parametrize("marked", ["‸ \nsteps: []\n", "steps:\n  - id:‸ \n", "# no‸te\nsteps: []\n", "‸"])
def test_where_nothing_stands(marked: str) -> None:
    assert after(marked, "b") == "nothing"


def test_the_same_name_changes_nothing() -> None:
    assert after("steps:\n  - id: ‸a b\n", "a b") == "steps:\n  - id: a b\n"


def test_what_cannot_be_read_is_told() -> None:
    text = "steps:\n  - id: a\n  - id: b\n    run: '{{ a.b }} {{ a.'\n"
    text += "  - id: c\n    run: '{{ a.b ! a }}'\n  - id: d\n    run: [a\n"
    index = indexed(text)
    lines = [text.count("\n", 0, one.start) + 1 for one in left_behind(index, StepSymbol("a"))]
    assert lines == [6, 6, 8]
    assert left_behind(index, StepSymbol("z")) == []
    assert left_behind(index, StepSymbol("a", 1)) == []
    dynamic = "inputs: {a: {}}\nsteps:\n  - for_each: [a]\n    run: '{{ inputs[item] }} {{ inputs.a }} {{ inputs | length }}'\n"
    found = left_behind(indexed(dynamic), InputSymbol("a"))
    assert [dynamic[one.start : one.end] + dynamic[one.end] for one in found] == ["inputs[", "inputs "]
    outside = "inputs: {a: {}, b: {default: a}\nsteps: [{id: x, run: '{{ inputs.a }}'"
    assert [outside[one.start - 1] for one in left_behind(indexed(outside), InputSymbol("a"))][-2:] == [" ", "."]


def test_expressions_that_only_a_connector_tells_from_text() -> None:
    where = ParameterSpec("where", "any", "", role="per_item", over="items")
    keep = ConnectorSpec("acme.keep", "", (ParameterSpec("items", "array", ""), where), ANY, (Effect.NOTHING,))
    text = "steps:\n  - id: a\n  - uses: acme.keep\n    with: {items: [a], where: item.a > a.limit}\n"
    index = index_of(read(text), {**SPECS, "acme.keep": keep})
    found = renamable_at(index, text.index("a.limit"))
    assert found
    made = apply_edits(text, renamed(YAML, index, found.symbol, "b"))
    assert made == text.replace("id: a", "id: b").replace("a.limit", "b.limit")


def codes(name: str, text: str) -> list[str]:
    analysis = analyse(name, text, SPECS, Settings())
    assert analysis is not None
    found = analysis.checked.findings
    by_name = {"credential-in-text", "hardcoded-value"}  # what a value is, is also told by the name that it has
    if any(one.code.startswith("unknown-") for one in found):
        by_name |= {
            "unused-input",
            "unused-secret",
        }  # one that is nearly called as what is not there may have been meant
    return sorted(f"{one.code} {one.severity}" for one in found if one.code not in by_name)


def symbols(index: Index) -> list[StepSymbol | InputSymbol | SecretSymbol]:
    workflow = index.workflow
    found: list[StepSymbol | InputSymbol | SecretSymbol] = [
        *(StepSymbol(step.id) for step in workflow.steps if step.id),
        *(InputSymbol(one.name) for one in workflow.inputs),
        *(SecretSymbol(one.name) for one in workflow.secrets),
    ]
    able = (one for one in found if found.count(one) == 1 and is_plain(one.name))
    return [one for one in able if fault(one.name, workflow.language) is None]


def there_and_back(name: str, text: str, chance: random.Random) -> bool:
    """Rename something, and back; returns whether it could be renamed. The findings are as many and of the same kinds."""
    index = indexed(text, name)
    if not (able := symbols(index)):
        return False
    symbol = chance.choice(able)
    new = f"{symbol.name}_zq"
    try:
        edits = renamed(name, index, symbol, new)
    except CannotRename:
        return False
    made = apply_edits(text, edits)
    assert codes(name, made) == codes(name, text)
    again = indexed(made, name)
    assert len(occurrences(again.workflow, SPECS, type(symbol)(new))) == len(occurrences(index.workflow, SPECS, symbol))
    assert apply_edits(made, renamed(name, again, type(symbol)(new), symbol.name)) == text
    return True


@MANY
@given(st.randoms(use_true_random=False))
def test_there_and_back_gives_the_same_text(chance: random.Random) -> None:
    name = chance.choice(sorted(files()))
    index = indexed(files()[name], name)
    made = there_and_back(name, files()[name], chance)
    assert made or not symbols(index)


@MANY
@given(st.randoms(use_true_random=False))
def test_in_any_style(chance: random.Random) -> None:
    ref = [
        "{{ one.a }}",
        "{{ inputs.in_a + one['x'] }}",
        "a {{ one }}\nb {{ inputs['in_a'] }}",
        "one",
        "{{ secrets.SEC }} \\ \" '",
    ]
    steps: list[object] = [{"id": "one", "run": "ls"}]
    steps += [
        {"id": f"s{at}", "run": chance.choice(ref), "needs": chance.choice(["one", ["one"], []]), "if": "one.a == 1"}
        for at in range(chance.randrange(1, 5))
    ]
    workflow: dict[str, object] = {"inputs": {"in_a": {"default": "one"}}, "secrets": ["SEC"], "steps": steps}
    text = Writer(chance.randrange(1 << 30)).document(workflow)
    assert there_and_back(YAML, text, chance)


def test_a_name_that_may_have_been_meant_is_no_longer_under_another_one() -> None:
    text = "secrets: [TOKEN]\nsteps:\n  - {id: a, run: 'echo {{ secrTOKEN }}'}\n"
    made = apply_edits(text, renamed(YAML, indexed(text), SecretSymbol("TOKEN"), "TOKEN_zq"))
    assert made == text.replace("[TOKEN]", "[TOKEN_zq]")
    assert codes(YAML, made) == codes(YAML, text) == ["unknown-step error"]


def test_a_name_whose_quote_is_never_closed_is_not_closed_by_a_rename() -> None:
    text = '{"inputs": {\n  "dat}}: {"type": "string"},\n  "b": {}\n}, "steps": []}\n'
    with pytest.raises(CannotRename, match="‘dat’ cannot be written as ‘data’ everywhere"):
        renamed(JSON, indexed(text, JSON), InputSymbol("dat"), "data")


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text_is_renamed_or_refused(chance: random.Random) -> None:
    path = chance.choice(FILES)
    text = TEXTS[path]
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text) + 1)
        new = chance.choice(
            ["", "{{ ", "}}", '"', "'", "*a", "&a ", "\n", "\t", "- ", ": ", "| ", "😀", "[", "\\", "\r"]
        )
        text = text[:at] + new + text[at + chance.randrange(8) :]
    there_and_back(path.name, text, chance)
