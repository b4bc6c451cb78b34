"""What stands at an offset."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.occurrences import occurrences
from calibrant.ide.symbols import symbol_of
from calibrant.ide.things import ReferencePart, Thing, thing_at
from ide.marked import SPECS, read, unmarked
from repairs.test_any_repairs import FILES, TEXTS

HEAD = """\
name: mail
inputs:
  box: {type: path, default: a.mbox}
  "to team": {type: string}
secrets: [TOKEN, 'OTHER']
steps:
"""
FETCH = """\
  - id: fetch
    uses: mail.read
    with: {mailbox: "{{ inputs.box }}"}
"""
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def words(thing: Thing | None, text: str) -> str:
    """Return a thing as its type and what stands in its span, with what else tells it from others."""
    if thing is None:
        return "nothing"
    more = (
        f" {thing.reference}#{thing.part}{' over ' * bool(thing.over)}{thing.over}"
        if isinstance(thing, ReferencePart)
        else ""
    )
    return f"{type(thing).__name__} {text[thing.span.start : thing.span.end]}{more}"


CASES = [
    # the workflow's own keys, inputs and secrets
    (HEAD.replace("name:", "na‸me:"), "KeyName name"),
    (HEAD.replace("inputs:", "inputs‸:"), "KeyName inputs"),
    (HEAD.replace("box:", "‸box:"), "InputName box"),
    (HEAD.replace('"to team"', '"to‸ team"'), "InputName to team"),
    (HEAD.replace("type: path", "ty‸pe: path"), "KeyName type"),
    (HEAD.replace("TOKEN", "TOKEN‸"), "SecretName TOKEN"),
    (HEAD.replace("'OTHER'", "'OTH‸ER'"), "SecretName OTHER"),
    (HEAD.replace("[TOKEN", "‸ [TOKEN"), "nothing"),
    # ids and needs
    (HEAD + "  - id: fe‸tch\n    run: ls\n", "StepName fetch"),
    (HEAD + "  - id: 'fetch‸'\n    run: ls\n", "StepName fetch"),
    (HEAD + FETCH + "  - id: b\n    needs: fetch‸\n", "StepName fetch"),
    (HEAD + FETCH + "  - id: b\n    needs: [x, 'f‸etch']\n", "StepName fetch"),
    (HEAD + FETCH + "  - id: b\n    needs:\n      - ‸fetch\n", "StepName fetch"),
    # keys of a step
    (HEAD + "  - i‸d: fetch\n    run: ls\n", "KeyName id"),
    (HEAD + "  - id: fetch\n    r‸un: ls\n", "KeyName run"),
    (HEAD + "  - id: fetch\n    run: ls\n    cw‸d: a\n", "KeyName cwd"),
    (HEAD + "  - id: fetch\n    run: ls\n    retry: {attem‸pts: 2}\n", "KeyName attempts"),
    (HEAD + "  - id: fetch\n    run: l‸s\n", "ParameterValue ls"),
    # connectors and parameters
    (HEAD + FETCH.replace("mail.read", "mail‸.read"), "ConnectorName mail.read"),
    (HEAD + FETCH.replace("mailbox:", "mail‸box:"), "ParameterName mailbox"),
    (HEAD + "  - uses: http.request\n    with: {url: a, json: {te‸xt: b}}\n", "ParameterValue text"),
    (HEAD + "  - uses: http.request\n    with: {url: a, json: {text: [1, b‸c]}}\n", "ParameterValue bc"),
    (HEAD + "  - uses: http.request\n    with: {url: a, json: ‸ {text: [1, bc]}}\n", "nothing"),
    # references
    (HEAD + FETCH.replace("inputs.box", "in‸puts.box"), "ReferencePart inputs inputs.box#0"),
    (HEAD + FETCH.replace("inputs.box", "inputs.bo‸x"), "ReferencePart box inputs.box#1"),
    (HEAD + FETCH.replace("{{ inputs.box", "{{‸ inputs.box"), 'ParameterValue "{{ inputs.box }}"'),
    (HEAD + "  - run: echo {{ fetch.emails[0]['sub‸ject'] }}\n", "ReferencePart subject fetch.emails[0].subject#3"),
    (HEAD + "  - run: echo {{ fetch.emails[‸0].subject }}\n", "ReferencePart 0 fetch.emails[0].subject#2"),
    (HEAD + "  - run: |\n      😀 {{ a.b }} {{ fet‸ch.emails }}\n", "ReferencePart fetch fetch.emails#0"),
    (
        HEAD + "  - run: >\n      folded\n      {{ a.b }}\n\n      {{ fet‸ch\n      .emails }}\n",
        "ReferencePart fetch fetch.emails#0",
    ),
    (HEAD + '  - run: "\\u0041\\t{{ fetch.em‸ails }}"\n', "ReferencePart emails fetch.emails#1"),
    (HEAD + "  - run: ls\n    if: fet‸ch.count > 0\n", "ReferencePart fetch fetch.count#0"),
    (HEAD + "  - run: ls\n    if: '{{ fetch.cou‸nt > 0 }}'\n", "ReferencePart count fetch.count#1"),
    (HEAD + "  - run: ls\n    if: tru‸e\n", "nothing"),
    (
        HEAD + "  - uses: data.filter\n    with: {items: [], where: item.si‸ze > 1}\n",
        "ReferencePart size item.size#1 over items",
    ),
    (
        HEAD + "  - for_each: [1]\n    uses: file.read\n    with: {path: '{{ it‸em }}'}\n",
        "ReferencePart item item#0 over for_each",
    ),
    (HEAD + "  - for_each: '{{ fetch.emai‸ls }}'\n    run: ls\n", "ReferencePart emails fetch.emails#1"),
    # filters
    (HEAD + "  - run: echo {{ fetch.a | to_‸json }}\n", "FilterName to_json"),
    (HEAD + "  - run: echo {{ fetch.a | default('a | b') | low‸er }}\n", "FilterName lower"),
    (HEAD + "  - run: ls\n    if: >-\n      fetch.a\n      | leng‸th > 3\n", "FilterName length"),
    (HEAD + "  - run: echo {{ 'a | up‸per' }}\n", "ParameterValue echo {{ 'a | upper' }}"),
    # braces that are plain text, and the user's own keys
    (HEAD + "  - run: echo {{ fet‸ch.a }}\n    templating: false\n", "ParameterValue echo {{ fetch.a }}"),
    (HEAD + "  - run: ls\n    x-note: '{{ fet‸ch.a }}'\n", "nothing"),
    # half-typed
    (HEAD + "  - run: echo {{ fetch.‸\n", "ParameterValue echo {{ fetch."),
    (HEAD + "  - run: echo {{ fet‸ch.a | }}\n", "ReferencePart fetch fetch.a#0"),
    (HEAD + "  - run: echo {{ a + fetch.emai‸ls\n", "ReferencePart emails fetch.emails#1"),
    (HEAD + "  - run: echo {{ inputs.x and (fetch.a‸ == }}\n", "ParameterValue echo {{ inputs.x and (fetch.a == }}"),
    (HEAD + "  - id: a\n    needs: ‸\n", "nothing"),
    (HEAD + "  - id: a\n    ru‸: \n", "KeyName ru"),
    # aliases
    ("x-q: &q '{{ f.a }}'\nsteps:\n  - uses: file.read\n    with: {path: *‸q}\n", "ParameterValue *q"),
    ("x-q: &q [f]\nsteps:\n  - run: ls\n    needs: *‸q\n", "nothing"),
]


@pytest.mark.parametrize(("marked", "expected"), CASES)
def test_what_stands_there(marked: str, expected: str) -> None:
    text, offset = unmarked(marked)
    assert words(thing_at(read(text), SPECS, offset), text) == expected


@pytest.mark.parametrize(
    ("marked", "expected"), [case for case in CASES if "|\n" not in case[0] and ">" not in case[0]]
)
def test_line_ends_make_no_difference(marked: str, expected: str) -> None:
    text, offset = unmarked("\ufeff" + marked.replace("\n", "\r\n"))
    assert words(thing_at(read(text), SPECS, offset), text) == expected


JSON = '{"inputs": {"box": {"type": "path"}},\r\n "secrets": ["T"], "steps": [%s]}'


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ('{"id": "fe‸tch"}', "StepName fetch"),
        ('{"id": "a", "needs": ["fetch‸"]}', "StepName fetch"),
        ('{"id": "a", "us‸es": "file.read"}', "KeyName uses"),
        ('{"id": "a", "uses": "file‸.read"}', "ConnectorName file.read"),
        ('{"uses": "file.read", "with": {"pa‸th": 1}}', "ParameterName path"),
        (
            '{"uses": "file.read", "with": {"path": "\\ud83d\\ude00{{ inputs.b‸ox }}"}}',
            "ReferencePart box inputs.box#1",
        ),
        ('{"run": "{{ fetch[\\"em‸ails\\"] }}"}', "ReferencePart emails fetch.emails#1"),
        ('{"run": "ls", "if": "fetch.count‸ > 0"}', "ReferencePart count fetch.count#1"),
        ('{"run": "{{ a | upper‸"', "FilterName upper"),
    ],
)
def test_json(step: str, expected: str) -> None:
    text, offset = unmarked(JSON % step)
    assert words(thing_at(read(text, "x.workflow.json"), SPECS, offset), text) == expected


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text_at_any_offset(chance: random.Random) -> None:
    path = chance.choice(FILES)
    text = TEXTS[path]
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        new = chance.choice(
            ["", "{{ ", "}}", '"', "'", "*a", "&a ", "\n", "\t", "- ", ": ", "| ", "😀", "[", "\\", "\r"]
        )
        text = text[:at] + new + text[at + chance.randrange(8) :]
    workflow = read(text, path.name)
    for offset in (*(chance.randrange(-1, len(text) + 2) for _ in range(20)), len(text)):
        thing = thing_at(workflow, SPECS, offset)
        if thing is None:
            continue
        assert 0 <= thing.span.start <= offset <= thing.span.end <= len(text)
        symbol = symbol_of(workflow, thing)
        if symbol is not None:
            found = occurrences(workflow, SPECS, symbol)
            assert thing.span in [one.span for one in found]
            assert sum(one.role == "definition" for one in found) <= 1
