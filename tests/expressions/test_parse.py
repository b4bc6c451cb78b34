"""Reading references and expressions: what they name, and where exactly."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, meta

from calibrant.expressions import parse_expression, parse_template
from calibrant.model.expression import Expression
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span


def scalar(text: str) -> Scalar:
    return Scalar(Span(0, len(text)), text, marks=((0, 0),))


def cut(text: str, span: Span | None) -> str:
    assert span is not None
    return text[span.start : span.end]


def read(text: str) -> list[Expression]:
    template = parse_template(scalar(text))
    assert template is not None
    return list(template.expressions)


# the template, then the references as [root|element|element…]
REFERENCES = {
    "{{ fetch.emails[0].subject }}": ["fetch|emails|0|subject"],
    '{{fetch["content-type"].x}}': ["fetch|content-type|x"],
    "{{ fetch [ -1 ] . x }}": ["fetch|-1|x"],
    "{{ a.0.b.12 }}": ["a|0|b|12"],
    "{{ größe.länge }}": ["größe|länge"],
    "{{ item }} {{ index }}": ["item", "index"],
    "{{ 'urgent' in item.subject | lower }}": ["item|subject"],
    "{{ x | map(attribute='q') | join(sep=y.z) }}": ["x", "y|z"],
    "{{ a.b.upper() ~ c }}": ["a|b", "c"],
    "{{ a[b.c].d[-1] }}": ["a", "b|c"],
    "{{ a[1:n].b }}": ["a", "n"],
    "{{ {'k': v, w: 1} }}": ["v", "w"],
    "{{ [p, -q, not r] }}": ["p", "q", "r"],
    "{{ x is defined and y is not none or z is divisibleby w }}": ["x", "y", "z", "w"],
    "{{ a if b else c }}": ["a", "b", "c"],
    "{{ true and none and 1.5 and 'x.y' }}": [],
    "{{ range(n) | list }}": ["n"],
    "{{ x['a\\'b'] }}": ["x|a\\'b"],
    "{{ {'a': {'b': c}}['a'] }}": ["c"],
    "{{ {'a':{'b':c}}}}": ["c"],
    "{{ '}}' ~ a }}": ["a"],
    "{{ a\r\n+\rb }}": ["a", "b"],
    "{{ in_box.x + is_x + nothing }}": ["in_box|x", "is_x", "nothing"],
}


@pytest.mark.parametrize("text", REFERENCES)
def test_references_stand_on_their_exact_characters(text: str) -> None:
    expressions = read(text)
    assert [expression.error for expression in expressions] == [None] * len(expressions)
    found = [
        "|".join(cut(text, part) for part in reference.parts)
        for expression in expressions
        for reference in expression.references
    ]
    assert found == REFERENCES[text]


def test_only_a_single_reference_is_plain() -> None:
    plain = [expression.plain for expression in read("{{ a.b }} {{ a.b|lower }} {{ (a) }} {{ true }} {{ a.b() }}")]
    assert plain == [True, False, False, False, False]


# the template, the characters at fault, words of the message
FAULTS = [
    ("{{ }}", "{{ }}", "nothing between"),
    ("a {{ b", "{{ b", "never closed"),
    ("{{ b\n+ c }} {{ d", "{{ d", "never closed"),
    ("{{ b {{ c }}", "{{ b ", "never closed"),
    ("{{ (a }}", "(", "never closed"),
    ("{{ a) }}", ")", "closes nothing"),
    ("{{ (a] }}", "]", "must be closed with ‘)’"),
    ("{{ 'abc }}", "'abc", "never closed"),
    ("{{ {'a': 1 }}", "{", "never closed"),
    ("{{ a && b }}", "&", "‘and’"),
    ("{{ a || b }}", "|", "‘or’"),
    ("{{ !a }}", "!", "‘not’"),
    ("{{ a = 1 }}", "=", "‘==’"),
    ("{{ a b }}", "b", "operator or a comma"),
    ("{{ a + }}", "+", "missing after"),
    ("{{ a. }}", ".", "missing after"),
    ("{{ * a }}", "*", "not expected"),
    ("{{ a | lowr }}", "lowr", "‘lower’"),
    ("{{ a is definde }}", "definde", "‘defined’"),
    ("{{ upper(a) }}", "upper", "| upper"),
    ("{{ in + 1 }}", "in + 1", "cannot stand here"),
    ("{{ ${a} }}", "$", "without ‘$’"),
    ("{{ .State }}", ".", "not expected"),
    ("{{ " + "(" * 500 + " }}", "(", "nested more than"),
    ("{{ " + "not " * 2400 + "x }}", "not " * 2400 + "x", "too deeply"),
    ("{{ " + "+".join("a" * 200) + " }}", "+".join("a" * 200), "too deeply"),
    ("{{ " + "a" * 10_001 + " }}", "a", "10,000 is the most"),
    ("{{ " + "9" * 5000 + " + 1 }}", "9" * 5000 + " + 1", "cannot be read"),
]


@pytest.mark.parametrize(("text", "at", "words"), FAULTS, ids=lambda value: value[:20])
def test_faults_are_told_in_words_at_their_place(text: str, at: str, words: str) -> None:
    faulty = [expression for expression in read(text) if expression.error]
    assert len(faulty) == 1
    assert words in (faulty[0].error or "")
    assert cut(text, faulty[0].error_span) == at


def test_text_around_and_after_faults_is_still_read() -> None:
    template = parse_template(scalar("x {{ a }} y {{ b\n{{ c }}z"))
    assert template is not None
    assert template.whole is None
    assert [part if isinstance(part, str) else part.source for part in template.parts] == [
        *("x ", "a", " y ", "b", "\n", "c", "z")
    ]


def test_statements_and_comments_are_plain_text() -> None:
    assert parse_template(scalar("{% if x %}{# y #}")) is None
    template = parse_template(scalar("{% {{ x }} %}"))
    assert template is not None
    assert template.parts[0] == "{% "


@pytest.mark.parametrize("value", [True, 3, 1.5, None, "no braces", ""])
def test_values_without_braces_are_no_templates(value: str | float | None) -> None:
    assert parse_template(Scalar(Span(0, 4), value)) is None


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("a and b", "a and b", None),
        ("  {{ a.b }} ", "a.b", None),
        ("{{ a }} == 'x'", "{{ a }} == 'x'", "around the whole"),
        ("a == '{{'", "a == '{{'", None),
        ("{{ a", "a", "never closed"),
        ("", "", "no expression"),
        ("{{ a }} {{ b }}", "{{ a }} {{ b }}", "around the whole"),
        ("a }} b", "a }} b", "without its"),
    ],
)
def test_conditions_are_one_expression_with_or_without_braces(text: str, source: str, words: str | None) -> None:
    expression = parse_expression(scalar(text))
    assert expression.source == source
    assert words is None if expression.error is None else words is not None and words in expression.error


def test_a_condition_may_be_a_plain_truth_value() -> None:
    assert parse_expression(Scalar(Span(0, 4), True)).source == "true"
    assert parse_expression(Scalar(Span(0, 4), None)).error


def test_offsets_go_through_the_scalar_to_the_source() -> None:
    # as read from "\t{{ a.b }}" between double quotes: the escape takes two characters of the source
    written = Scalar(Span(0, 13), "\t{{ a.b }}", "double", marks=((0, 1), (1, 3)))
    template = parse_template(written)
    assert template is not None
    assert template.expressions[0].references[0].parts == (Span(6, 7), Span(8, 9))


def test_an_expression_through_an_alias_stands_where_the_alias_is() -> None:
    template = parse_template(Scalar(Span(5, 9), "x {{ a.b }}", aliased=True))
    assert template is not None
    assert template.expressions[0].span == Span(5, 9)


SNIPPETS = st.sampled_from(
    [
        *("{{", "}}", "{", "}", "(", ")", "[", "]", "'", '"', ".", "|", " is ", " not ", " if ", " else ", " in "),
        *("a", "b.c", "1", "0x", "1_0", "-", "+", "~", ":", ",", "=", "%", "\n", "\r\n", "\\", "\u2028", "😀", "\0"),
        *("{%", "{#", "x | map(attribute='y')"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(SNIPPETS, max_size=40).map("".join) | st.text(max_size=60))
def test_reading_never_fails(text: str) -> None:
    template = parse_template(scalar("{{" + text))
    assert template is not None
    for expression in (*template.expressions, parse_expression(scalar(text))):
        assert 0 <= expression.span.start <= expression.span.end <= len(text) + 2
        assert (expression.error is None) == (expression.error_span is None)


NAMES = st.sampled_from(["a", "bb", "item", "x1"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " ~ ", " and ", " == ", " in ", " // "]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"not {text}"),
        inner.map(lambda text: f"({text}).field"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]})[{pair[1]}]"),
        inner.map(lambda text: f"({text}) | default({text}, boolean=true)"),
        st.tuples(inner, inner).map(lambda pair: f"[{pair[0]}, {{'k': {pair[1]}}}]"),
        st.tuples(inner, inner, inner).map(lambda three: "({} if {} else {})".format(*three)),
        inner.map(lambda text: f"({text}) is not eq({text})"),
    )


LEAVES = st.one_of(
    NAMES,
    st.tuples(NAMES, NAMES).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    NAMES.map(lambda name: f"{name}['k'][0]"),
    st.sampled_from(["1", "'a.b'", "true", "none"]),
)


@settings(max_examples=200, deadline=None)
@given(st.recursive(LEAVES, _grow, max_leaves=8))
def test_the_names_found_are_those_that_jinja_finds(source: str) -> None:
    text = "{{ " + source + " }}"
    (expression,) = read(text)
    if expression.error is None:
        names = {reference.root for reference in expression.references}
        assert names == meta.find_undeclared_variables(Environment().parse(text))
        for reference in expression.references:
            assert re.fullmatch(r"\w+", cut(text, reference.parts[0]))


def test_many_braces_are_read_in_one_pass() -> None:
    for piece in ("{{ ", "{{ ' ", '{{ "\n', "{{ a }} ", "{{ (\n", "{{{{'"):
        for end in ("", "}}", " '}}"):
            assert parse_template(scalar(piece * (100_000 // len(piece)) + end)) is not None
