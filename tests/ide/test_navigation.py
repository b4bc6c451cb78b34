"""Definitions, occurrences, dependencies and names, in offsets."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.ide.caller import Caller
from calibrant.ide.calls import dependencies, dependents, meant
from calibrant.ide.definition import definition_at
from calibrant.ide.index import Index, index_of
from calibrant.ide.occurrences import occurrences
from calibrant.ide.outline import Entry, declared, outline
from calibrant.ide.search import best
from calibrant.ide.symbols import FieldSymbol, InputSymbol, SecretSymbol, StepSymbol, Symbol, symbol_of
from calibrant.ide.things import thing_at
from ide.marked import SPECS, read, unmarked
from repairs.test_any_repairs import FILES, TEXTS

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def indexed(text: str, name: str = "x.workflow.yaml") -> Index:
    return index_of(read(text, name), SPECS)


def underlined(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the lines in which spans stand, each with `^^^` below them."""
    out = []
    at = 0
    for line in text.splitlines(keepends=True):
        here = [(start - at, end - at) for start, end in spans if at <= start < at + len(line)]
        if here:
            marks = "".join("^" if any(a <= column < b for a, b in here) else " " for column in range(len(line)))
            out += [line.rstrip(), marks.rstrip()]
        at += len(line)
    return "\n".join(out)


FLOW = """\
x-who: &who "{{ inputs.team }}"
inputs: {team: {}, other: {}}
steps:
  - id: a
    run: echo {{ inputs.team }}
  - id: a
    run: echo {{ a.stdout }} twice
  - id: b
    needs: [a, "a"]
    for_each: "{{ a.changed_files }}"
    run: echo {{ item.x }} {{ item }} {{ a['stdout'] | upper }} {{ inputs }}
    env: {TEAM: *who}
  - id: c
    uses: data.map
    for_each: [1]
    with: {items: "{{ item }}", to: "{{ item.x }} {{ index }}"}
"""

OCCURRENCES = [
    (
        "  - id: ‸a\n    run: echo {{ inputs.team",
        """\
  - id: a
        ^
    run: echo {{ a.stdout }} twice
                 ^
    needs: [a, "a"]
            ^   ^
    for_each: "{{ a.changed_files }}"
                  ^
    run: echo {{ item.x }} {{ item }} {{ a['stdout'] | upper }} {{ inputs }}
                                         ^""",
    ),
    (
        "  - id: ‸a\n    run: echo {{ a",
        """\
  - id: a
        ^""",
    ),
    (
        "a['std‸out']",
        """\
    run: echo {{ a.stdout }} twice
                   ^^^^^^
    run: echo {{ item.x }} {{ item }} {{ a['stdout'] | upper }} {{ inputs }}
                                            ^^^^^^""",
    ),
    (
        "{tea‸m: {}",
        """\
x-who: &who "{{ inputs.team }}"
                       ^^^^
inputs: {team: {}, other: {}}
         ^^^^
    run: echo {{ inputs.team }}
                        ^^^^""",
    ),
    (
        "echo {{ ite‸m.x }}",
        """\
    run: echo {{ item.x }} {{ item }} {{ a['stdout'] | upper }} {{ inputs }}
                 ^^^^         ^^^^""",
    ),
    (
        'to: "{{ it‸em.x }}',
        """\
    with: {items: "{{ item }}", to: "{{ item.x }} {{ index }}"}
                                        ^^^^""",
    ),
    (
        'items: "{{ it‸em }}"',
        """\
    with: {items: "{{ item }}", to: "{{ item.x }} {{ index }}"}
                      ^^^^""",
    ),
    ("othe‸r: {}", "inputs: {team: {}, other: {}}\n                   ^^^^^"),
    ("| upp‸er", ""),
]


@pytest.mark.parametrize(("part", "expected"), OCCURRENCES)
def test_occurrences(part: str, expected: str) -> None:
    assert FLOW.count(part.replace("‸", "")) == 1
    text, offset = unmarked(FLOW.replace(part.replace("‸", ""), part))
    index = indexed(text)
    symbol = symbol_of(index.workflow, thing_at(index.workflow, SPECS, offset))
    found = occurrences(index.workflow, SPECS, symbol, index) if symbol else ()
    assert underlined(text, [(one.span.start, one.span.end) for one in found]) == expected
    if symbol:
        assert occurrences(index.workflow, SPECS, symbol) == found


DEFINITIONS = [
    ("echo {{ a.st‸dout }} twice", "  - id: a\n        ^"),
    ("{{ item‸.x }} {{ item }}", '    for_each: "{{ a.changed_files }}"\n              ' + "^" * 23),
    (
        '"{{ item.x }} {{ ind‸ex }}',
        '    with: {items: "{{ item }}", to: "{{ item.x }} {{ index }}"}\n' + " " * 18 + "^" * 12,
    ),
    ('items: "{{ it‸em }}"', "    for_each: [1]\n              ^^^"),
    ("TEAM: *wh‸o", 'x-who: &who "{{ inputs.team }}"\n' + " " * 12 + "^" * 19),
    ("{{ inp‸uts }}", "inputs: {team: {}, other: {}}\n         ^^^^"),
    ("| upp‸er", ""),
    ("ru‸n: echo {{ a", ""),
]


@pytest.mark.parametrize(("part", "expected"), DEFINITIONS)
def test_definitions(part: str, expected: str) -> None:
    assert FLOW.count(part.replace("‸", "")) == 1
    text, offset = unmarked(FLOW.replace(part.replace("‸", ""), part))
    found = definition_at(indexed(text), offset)
    assert underlined(text, [(found.name.start, found.name.end)] if found else []) == expected


def test_dependencies_both_ways() -> None:
    index = indexed(FLOW)

    def called(number: int) -> Caller:
        found = meant(index, index.workflow.steps[number].origin + 1)
        assert found is not None
        return found

    a, again, b, c = map(called, range(4))
    assert [(one.caller.number, len(one.spans)) for one in dependents(index, a)] == [(1, 1), (2, 4)]
    assert dependents(index, again) == dependents(index, c) == ()
    assert [(one.caller.number, len(one.spans)) for one in dependencies(index, b)] == [(0, 4)]
    assert dependencies(index, a) == dependencies(index, c) == ()
    assert meant(index, FLOW.index("changed_files") + 1) == b
    assert meant(index, FLOW.index("a.changed_files")) == a
    assert meant(index, FLOW.index("twice")) == again
    assert meant(index, 0) is None


def test_a_step_that_takes_a_shared_value_depends_on_what_that_names() -> None:
    text = "x: &q '{{ a.b }}'\nsteps:\n  - id: a\n  - id: b\n    run: *q\n  - id: c\n    run: *q\n"
    index = indexed(text)
    first = meant(index, text.index("id: a"))
    assert first is not None
    found = dependents(index, first)
    assert [(one.caller.label, [text[span.start : span.end] for span in one.spans]) for one in found] == [
        ("b", ["a"]),
        ("c", ["a"]),
    ]


def test_an_index_lends_what_it_knows_of_steps_that_are_the_same() -> None:
    before = indexed(FLOW)
    text = FLOW.replace("twice", "thrice {{ c.count }}")
    workflow = read(text)
    from_scratch = index_of(workflow, SPECS)
    after = dialects.read("x.workflow.yaml", text, before.workflow)
    assert after
    lent = index_of(after, SPECS, before)
    assert (lent.ids, lent.named, lent.names) == (from_scratch.ids, from_scratch.named, from_scratch.names)
    assert [one is other for one, other in zip(lent.names, before.names, strict=True)] == [True, False, True, True]
    assert lent.named["c"] == [1]


def test_the_outline_has_names_for_all() -> None:
    text = "name: n\ninputs: {a: {type: path}}\nsecrets: [S]\nsteps:\n"
    text += "  - id: x\n    uses: http.request\n    with: {json: {k: 1}}\n  - run: ls\n"
    workflow = read(text)

    def shown(one: Entry) -> tuple[object, ...]:
        return (one.name, one.sort, *(shown(below) for below in one.below))

    assert [shown(one) for one in outline(workflow)] == [
        ("a", "input"),
        ("S", "secret"),
        ("x", "step", ("json", "object", ("k", "number"))),
        ("#2", "step", ("command", "string")),
    ]
    assert [shown(one) for one in declared(workflow)] == [
        ("n", "workflow"),
        ("a", "input"),
        ("S", "secret"),
        ("x", "step"),
        ("#2", "step"),
    ]
    for one in (*outline(workflow), *declared(workflow)):
        assert one.whole.start <= one.head.start <= one.head.end <= one.whole.end


def test_the_best_names_come_first() -> None:
    names = ["fetch_mail", "prefetch", "fetch", "f_e_t_c_h", "re_fetch", "mail", "fetch.old", "chef"]
    named = [(name, name) for name in names]
    assert best("fetch", named, 10) == ["fetch", "fetch.old", "fetch_mail", "re_fetch", "prefetch", "f_e_t_c_h"]
    assert best("FET ch", named, 2) == ["fetch", "fetch.old"]
    assert best("", named, 3) == ["chef", "f_e_t_c_h", "fetch"]
    assert best("(", named, 3) == []


@MANY
@given(st.randoms(use_true_random=False))
def test_any_text(chance: random.Random) -> None:
    path = chance.choice(FILES)
    text = TEXTS[path]
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        new = chance.choice(
            ["", "{{ ", "}}", '"', "'", "*a", "&a ", "\n", "\t", "- ", ": ", "| ", "😀", "[", "\\", "\r"]
        )
        text = text[:at] + new + text[at + chance.randrange(8) :]
    index = indexed(text, path.name)
    workflow = index.workflow
    for offset in (chance.randrange(-1, len(text) + 2) for _ in range(20)):
        found = definition_at(index, offset)
        if found is not None:
            assert all(0 <= span.start <= span.end <= len(text) for span in (found.origin, found.whole, found.name))
    symbols: list[Symbol] = [FieldSymbol("inputs", ()), FieldSymbol("env", ("HOME",))]
    symbols += [StepSymbol(step.id) for step in workflow.steps if step.id is not None]
    symbols += [InputSymbol(one.name) for one in workflow.inputs] + [SecretSymbol(one.name) for one in workflow.secrets]
    for symbol in symbols:
        assert occurrences(workflow, SPECS, symbol, index) == occurrences(workflow, SPECS, symbol)
    callers = [Caller(step.index, step.label, step.span, step.head) for step in workflow.steps]
    edges = {(one.number, other.caller.number) for one in callers for other in dependencies(index, one)}
    assert edges == {(other.caller.number, one.number) for one in callers for other in dependents(index, one)}
    assert all(one.whole.start <= one.head.start <= one.head.end <= one.whole.end for one in declared(workflow))
