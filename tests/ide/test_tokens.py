"""Semantic tokens: which words have one, and that any text gives some that are in order and inside of it."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant.ide.tokens import head_tokens, step_tokens
from calibrant.model.token import Token
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known
from ide.mangling import mangled
from ide.marked import SPECS, read

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

HEAD = "steps:\n"


def placed(workflow: Workflow) -> list[Token]:
    """Return all tokens of a workflow in its document."""
    known = Known(workflow.language, SPECS)
    found = list(head_tokens(workflow))
    for step in workflow.steps:
        found += [
            token._replace(start=token.start + step.origin, end=token.end + step.origin)
            for token in step_tokens(step.body, known)
        ]
    return sorted(found)


def words(text: str, name: str = "x.workflow.yaml") -> str:
    """Return each token as its word and what it is, separated by blanks."""
    return " ".join(
        f"{text[one.start : one.end]}:{'.'.join((one.type, *one.modifiers))}" for one in placed(read(text, name))
    )


REFERENCE = "{{:macro fetch:function emails:property }}:macro"

CASES = [
    # what is declared
    (
        'inputs:\n  box: {type: path, default: a}\n  "to team": {type: strin}\nsecrets: [KEY]\nsteps: []\n',
        "box:parameter.declaration path:type to team:parameter.declaration KEY:variable.declaration.readonly",
    ),
    ("steps:\n  - id: a\n    run: ls\nsecrets:\n  - KEY\n", "a:function.declaration KEY:variable.declaration.readonly"),
    # a step's own words
    ("  - id: a\n    run: ls\n    needs: [b, 'c']\n", "a:function.declaration b:function c:function"),
    ("  - id: 5\n    run: ls\n", ""),
    ("  - id: |-\n      a\n    run: ls\n", ""),
    (
        "  - id: a\n    uses: file.read\n    with: {path: x, as: json}\n",
        "a:function.declaration file.read:class path:property as:property json:enumMember.readonly",
    ),
    ("  - uses: file.raed\n    with: {path: x}\n", ""),
    ("  - uses: file.read\n    with: {paht: x}\n", "file.read:class"),
    ("  - run: ls\n    cwd: a\n    env: {A: b}\n", ""),
    # expressions
    ("  - run: echo {{ fetch.emails }}\n", REFERENCE),
    ("  - run: echo {{fetch.emails}}\n", REFERENCE),
    (
        "  - run: echo {{ fetch.emails[0].a['b c'] }}\n",
        "{{:macro fetch:function emails:property 0:property a:property b c:property }}:macro",
    ),
    (
        "  - run: echo {{ inputs.box }} {{ secrets['KEY'] }} {{ env.HOME }}\n",
        (
            "{{:macro inputs:namespace box:parameter }}:macro {{:macro secrets:namespace KEY:variable.readonly"
            " }}:macro {{:macro env:namespace HOME:variable }}:macro"
        ),
    ),
    (
        "  - run: ls\n    if: a.count > 0 and not b is defined\n",
        (
            "a:function count:property >:operator 0:number and:keyword not:keyword b:function is:keyword"
            " defined:function.defaultLibrary"
        ),
    ),
    (
        "  - run: ls\n    if: '{{ a.count > 0 }}'\n",
        "{{:macro a:function count:property >:operator 0:number }}:macro",
    ),
    ("  - run: ls\n    if: true\n", ""),
    (
        "  - uses: data.filter\n    with: {items: [], where: \"'x' in item.to | lower\"}\n",
        (
            "data.filter:class items:property where:property 'x':string in:keyword item:variable.readonly to:property"
            " |:operator lower:function.defaultLibrary"
        ),
    ),
    (
        "  - for_each: '{{ a.b | map(attribute=\"c\") }}'\n    run: ls\n",
        (
            '{{:macro a:function b:property |:operator map:function.defaultLibrary attribute:parameter =:operator "c":string'
            " }}:macro"
        ),
    ),
    (
        "  - run: echo {{ range(3) ~ a.b.strip() if true else none }}\n",
        (
            "{{:macro range:function.defaultLibrary 3:number ~:operator a:function b:property strip:method if:keyword"
            " true:enumMember.readonly else:keyword none:enumMember.readonly }}:macro"
        ),
    ),
    # over several lines, and with escapes
    ("  - run: |\n      echo {{ fetch.emails }}\n      echo {{ fetch.emails }}\n", f"{REFERENCE} {REFERENCE}"),
    ("  - run: >\n      echo {{ fetch\n      .emails }}\n", REFERENCE),
    ('  - run: "\\t{{ a[\\"b\\"] }}"\n', "{{:macro a:function b:property }}:macro"),
    # half-typed, or broken
    ("  - run: echo {{ fetch.\n", "{{:macro fetch:function"),
    ("  - run: echo {{ fetch.emails\n", "{{:macro fetch:function emails:property"),
    ("  - run: echo {{\n", "{{:macro"),
    ("  - run: echo {{ }}\n", "{{:macro }}:macro"),
    ("  - run: echo {{ a § b & 'c }}\n", "{{:macro a:function b:function 'c :string }}:macro"),
    ("  - run: echo {{ (a.b\n", "{{:macro a:function b:property"),
    ("  - {{ a }}\n", ""),
    # braces that are plain text
    ("  - run: echo {{ a.b }}\n    templating: false\n", ""),
    ("  - run: ls\n    x-note: '{{ a.b }}'\n    name: '{{ a.b }}'\n", ""),
    # what stands behind an alias is coloured where it stands
    ("  - {id: &n a, run: ls, needs: *n}\n", "a:function.declaration"),
    (
        "  - {id: a, uses: file.read, with: &w {path: '{{ b.c }}'}}\n  - {id: d, uses: file.read, with: *w}\n",
        (
            "a:function.declaration file.read:class path:property {{:macro b:function c:property }}:macro"
            " d:function.declaration file.read:class"
        ),
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_words(text: str, expected: str) -> None:
    assert words(text if text[0] != " " else HEAD + text) == expected


@pytest.mark.parametrize(("text", "expected"), [case for case in CASES if "'c }}" not in case[0]])
def test_line_ends_and_signs_before_it_make_no_difference(text: str, expected: str) -> None:
    whole = "\ufeff# 😀\n" + (text if text[0] != " " else HEAD + text)
    assert words(whole.replace("\n", "\r\n")).replace("\r", "") == expected


def test_json() -> None:
    text = (
        '{"inputs": {"box": {"type": "path"}}, "steps": [{"id": "a", "uses": "file.read", "with":'
        ' {"path": "😀{{ b[\\"c\\"] }}", "as": "csv"}}], "secrets": ["KEY"]}'
    )
    assert words(text, "x.workflow.json") == (
        "box:parameter.declaration path:type a:function.declaration file.read:class path:property {{:macro b:function"
        " c:property }}:macro as:property csv:enumMember.readonly KEY:variable.declaration.readonly"
    )


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text(chance: random.Random) -> None:
    name, text = mangled(chance)
    at = 0
    for token in placed(read(text, name)):
        assert at <= token.start < token.end <= len(text), token
        at = token.end
