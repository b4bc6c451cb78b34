"""Words of expressions: what is said of each is what the parser makes of them, and any text gives some."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.expressions import parse_expression
from calibrant.expressions.lexemes import lexemes
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span

SOURCES = [
    "a",
    "fetch.emails[0].subject",
    "a['b c'].d[-1]",
    "a[b.c].d[e]",
    "'x' in item.subject | lower",
    "a.b.strip().c",
    "a is defined and b is not none",
    "a is divisibleby 3 or not b",
    "x | map(attribute='from') | unique | join(', ')",
    "range(3) | list + [a, b.c] + dict(d=e).keys()",
    "a if b else c",
    "{'k': v, 'w': {'z': y}}",
    "-a ** 2 // b % 1_000 ~ 1.5e3",
    "a.items | length >= 0x1f + 0b1_0 + 0o7",
    "a.'",
    "(a).b",
    "true and not false or none",
    "é.ü",
    'a["b\\"c"]',
]
PIECES = st.lists(
    st.sampled_from(
        [
            *"abc.[](){}|'\" \\-+=<>!~,:01",
            "and ",
            " or ",
            "is ",
            "not ",
            "in ",
            "if ",
            "else ",
            "true",
            "range",
            "é",
            "\n",
        ]
    ),
    max_size=30,
).map("".join)


def parsed(source: str) -> tuple[list[str], bool]:
    """Return the roots that the parser finds, and whether it finds nothing wrong."""
    marks = ((0, 0),)
    expression = parse_expression(Scalar(Span(0, len(source)), source, "plain", marks))
    return [reference.root for reference in expression.references], expression.error is None


def roots(source: str) -> list[str]:
    return [one.text for one in lexemes(source) if one.sort == "root"]


@pytest.mark.parametrize("source", SOURCES)
def test_names_that_stand_for_values_are_those_of_the_parser(source: str) -> None:
    found, right = parsed(source)
    assert not right or roots(source) == found


@given(PIECES | st.text(max_size=30))
def test_any_text(source: str) -> None:
    at = 0
    for one in lexemes(source):
        assert at <= one.start <= one.end <= len(source)
        assert source[one.start : one.end] == one.text
        at = one.end
    found, right = parsed(source)
    if right and source.strip() and "{{" not in source:
        assert roots(source) == found


def test_what_each_word_is() -> None:
    source = "inputs.a['b'] | f(c=1.5) is not t and range(d.e()) == none[0]"
    assert [(one.sort, one.text) for one in lexemes(source) if one.sort not in ("open", "close", "mark")] == [
        ("root", "inputs"),
        ("part", "a"),
        ("part", "b"),
        ("operator", "|"),
        ("filter", "f"),
        ("argument", "c"),
        ("operator", "="),
        ("number", "1.5"),
        ("word", "is"),
        ("word", "not"),
        ("test", "t"),
        ("word", "and"),
        ("function", "range"),
        ("root", "d"),
        ("method", "e"),
        ("operator", "=="),
        ("constant", "none"),
        ("number", "0"),
    ]
    assert [one.text for one in lexemes(source) if one.of] == ["a"]
