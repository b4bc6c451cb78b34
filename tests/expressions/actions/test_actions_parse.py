"""Expressions of GitHub Actions: what is read, what is told of what cannot be, and that any text gives one or the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.expressions.actions import find_braces, parse, parse_condition, parse_template
from calibrant.expressions.actions.limits import DEPTH_LIMIT, SOURCE_LIMIT
from calibrant.expressions.actions.mend import mended
from calibrant.expressions.actions.tree import (
    Call,
    Chain,
    Compare,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Property,
    Tree,
    children,
)
from calibrant.model.nodes import Map, Scalar
from calibrant.model.text import Span
from calibrant.syntax import Reader

PIECES = st.lists(
    st.sampled_from(
        [
            *"ab.()[],'!<>=&|*\"$ \n-+0e1_é{}",
            *("${{", "}}", "''", "&&", "||", "==", "!=", "github", "true", "null", ".*", "0x", "format(", "NaN", "[*]"),
        ]
    ),
    max_size=40,
).map("".join)


def scalar(text: str, origin: int = 7) -> Scalar:
    return Scalar(Span(origin, origin + len(text)), text, "plain", ((0, origin),))


def shown(tree: Tree) -> str:
    """Return a tree with all its brackets."""
    match tree:
        case Literal(value=value):
            return repr(value)
        case Name(name=name):
            return name
        case Property():
            return f"{shown(tree.target)}.{tree.name}"
        case Index():
            return f"{shown(tree.target)}[{shown(tree.index)}]"
        case Filter():
            return f"{shown(tree.target)}.*"
        case Call():
            return f"{tree.name}({', '.join(map(shown, tree.arguments))})"
        case Not():
            return f"!{shown(tree.operand)}"
        case Compare():
            return f"({shown(tree.left)} {tree.operator} {shown(tree.right)})"
        case Chain():
            return "(" + f" {tree.operator} ".join(map(shown, tree.operands)) + ")"
    raise AssertionError(tree)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("null", "None"),
        ("true", "True"),
        ("711", "711.0"),
        ("-9.2", "-9.2"),
        ("0xff", "255.0"),
        ("0xFFFFFFFF", "-1.0"),
        ("0o17", "15.0"),
        ("-2.99e-2", "-0.0299"),
        (".5", "0.5"),
        ("+3", "3.0"),
        ("Infinity", "inf"),
        ("-Infinity", "-inf"),
        ("NaN", "nan"),
        ("'It''s open source!'", '"It\'s open source!"'),
        ("''", "''"),
        ("''''", '"\'"'),
        ("github.event.issue.labels.*.name", "github.event.issue.labels.*.name"),
        ("a[*]['b-c'][0]", "a.*['b-c'][0.0]"),
        ("a . b [ c.d ] . e", "a.b[c.d].e"),
        ("a.true.null", "a.true.null"),
        ("steps.my-step.outputs.a_b", "steps.my-step.outputs.a_b"),
        ("fromJSON(a).b", "fromJSON(a).b"),
        ("always ( )", "always()"),
        ("f(a, g(b), 'c')", "f(a, g(b), 'c')"),
        ("!a.b", "!a.b"),
        ("!!a == b", "(!!a == b)"),
        ("a || b && c", "(a || (b && c))"),
        ("(a || b) && c", "((a || b) && c)"),
        ("a && b && c", "(a && b && c)"),
        ("a && (b && c)", "(a && (b && c))"),
        ("a == b < c", "(a == (b < c))"),
        ("a < b < c", "((a < b) < c)"),
        ("a != 'x' && b >= 1 || !c", "(((a != 'x') && (b >= 1.0)) || !c)"),
        ("(a).b", "a.b"),
        ("\n a\t==\r\n b ", "(a == b)"),
    ],
)
def test_what_is_read(source: str, tree: str) -> None:
    parsed = parse(source)
    assert parsed.error is None
    assert parsed.tree is not None
    assert shown(parsed.tree) == tree


@pytest.mark.parametrize(
    ("source", "fault", "words"),
    [
        ("", "", "no expression"),
        ('a == "x"', '"x"', "single quotes in an expression: write 'x'"),
        ("a & b", "&", "write ‘&&’"),
        ("a | b", "|", "write ‘||’"),
        ("a = b", "=", "write ‘==’"),
        ("a ==", "==", "missing after ‘==’"),
        ("== a", "==", "missing before ‘==’"),
        ("a == && b", "&&", "missing between ‘==’ and ‘&&’"),
        ("a and b", "and", "write ‘&&’"),
        ("a or b", "or", "write ‘||’"),
        ("not a", "a", "write ‘!’"),
        ("a b", "b", "operator is missing after ‘a’"),
        ("a 'b'", "'b'", "operator is missing"),
        ("'abc", "'abc", "never closed"),
        ("(a", "(", "Add ‘)’"),
        ("f(a", "(", "Add ‘)’"),
        ("f(", "(", "Add ‘)’"),
        ("a[0", "[", "Add ‘]’"),
        ("(a]", "]", "must be closed with ‘)’"),
        ("a)", ")", "closes nothing"),
        (")", ")", "closes nothing"),
        ("()", ")", "missing between ‘(’ and ‘)’"),
        ("f(a,)", ")", "missing between ‘,’ and ‘)’"),
        ("f(,a)", ",", "missing between ‘(’ and ‘,’"),
        ("a, b", ",", "what a function is given"),
        ("a.", ".", "A name is missing"),
        ("a..b", ".", "A name must follow"),
        ("a.0", "0", "in brackets"),
        ("a.b(c)", "(", "‘b’ is no function"),
        ("'a'.b", ".", "Nothing can be taken"),
        ("1 + 2", "+", "is no number"),
        ("a +1", "+1", "do not calculate"),
        ("a * b", "*", "do not calculate"),
        ("a ? b : c", "?", "case("),
        ("1.2.3", "1.2.3", "is no number"),
        ("0x123456789", "0x123456789", "is no number"),
        ("a ${{ b }}", "${{", "leave out"),
        ("‘a’", "‘", "straight quotes"),
        ("foo$bar", "$", "has no meaning"),
        ("a == 'b'c", "c", "operator is missing"),
    ],
)
def test_what_is_told_of_what_cannot_be_read(source: str, fault: str, words: str) -> None:
    parsed = parse(source)
    assert parsed.tree is None
    assert parsed.error is not None
    assert words in parsed.error
    assert source[parsed.error_start : parsed.error_end] == fault


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000 + "a" + ")" * 5000,
        "!" * 9000 + "a",
        "a" + ".b" * 9000,
        "a" + "==a" * 5000,
        "f(" * 5000,
        "a" + "[a" * 5000,
    ],
)
def test_what_is_nested_too_deeply_is_told(source: str) -> None:
    assert "nested" in (parse(source).error or "")


def test_a_long_row_of_operands_is_not_deep() -> None:
    parsed = parse(" || ".join(["a.b"] * 3000))
    assert parsed.tree is not None
    assert parsed.tree.depth == 3
    assert parse("(" * DEPTH_LIMIT + "a" + ")" * DEPTH_LIMIT).error is None


def test_what_is_too_long_is_told() -> None:
    assert "21,000" in (parse("a" * (SOURCE_LIMIT + 1)).error or "")


@given(PIECES)
def test_any_source_gives_a_tree_or_words(source: str) -> None:
    parsed = parse(source)
    assert (parsed.tree is None) == (parsed.error is not None)
    if parsed.tree is None:
        assert 0 <= parsed.error_start <= parsed.error_end <= len(source)
        return
    waiting: list[Tree] = [parsed.tree]
    while waiting:
        tree = waiting.pop()
        assert 0 <= tree.start < tree.end <= len(source)
        for child in children(tree):
            assert tree.start <= child.start
            assert child.end <= tree.end
            assert child.depth < tree.depth
            waiting.append(child)


@given(PIECES)
def test_any_text_is_cut_into_braces_and_what_stands_around(text: str) -> None:
    at = 0
    for braces in find_braces(text):
        assert at <= braces.start < braces.inner <= braces.inner_end <= braces.end <= len(text)
        assert text.startswith("${{", braces.start)
        assert not braces.closed or text[braces.inner_end : braces.end] == "}}"
        at = braces.end
    assert "${{" not in text[at:]


@given(PIECES)
def test_any_text_is_a_template_and_a_condition(text: str) -> None:
    node = scalar(text)
    template = parse_template(node)
    assert (template is None) == ("${{" not in text)
    for expression in (*(template.expressions if template else ()), parse_condition(node)):
        whole = node.span
        assert whole.start <= expression.span.start <= expression.span.end <= whole.end
        assert expression.error is None or expression.error_span is not None
        for reference in expression.references:
            assert len(reference.parts) == len(reference.path) + 1
            first = reference.parts[0]
            assert text[first.start - 7 : first.end - 7] == reference.root
            assert expression.span.start <= reference.span.start <= reference.span.end <= expression.span.end


def found(text: str) -> list[str]:
    return [text[braces.start : braces.end] for braces in find_braces(text)]


def test_where_braces_begin_and_end() -> None:
    assert found("a ${{ b }} c ${{d}}") == ["${{ b }}", "${{d}}"]
    assert found("${{ format('}} {0}', a) }}!") == ["${{ format('}} {0}', a) }}"]
    assert found("${{ 'it''s }}' }}") == ["${{ 'it''s }}' }}"]
    assert found("${{ '${{' }}") == ["${{ '${{' }}"]
    assert found("${{ 'a }} b") == ["${{ 'a }}"]
    assert found("${{ a\nb") == ["${{ a"]
    assert found("${{ a ${{ b }}") == ["${{ a ", "${{ b }}"]
    assert found("{{ a }} $ {{ b }} }}") == []


def test_references_end_where_a_name_is_not_written_out() -> None:
    expression = parse_condition(scalar("a.b[c.d].e == x['y'].*.z && f(g.h)[0]"))
    assert [str(reference) for reference in expression.references] == ["a.b", "c.d", "x.y", "g.h"]
    assert expression.references[2].parts[1] == Span(7 + 17, 7 + 18)


def test_a_condition_may_have_braces_or_none() -> None:
    for text in ("a.b == 'x'", "${{ a.b == 'x' }}", "${{a.b == 'x'}}", " a.b == 'x'\n"):
        expression = parse_condition(scalar(text))
        assert expression.source == "a.b == 'x'"
        assert expression.error is None
        at = expression.locate(0, 3)
        assert text[at.start - 7 : at.end - 7] == "a.b"
    around = parse_condition(scalar("${{ a }} == ${{ b.c }}"))
    assert around.source == "${{ a }} == ${{ b.c }}"
    assert [str(reference) for reference in around.references] == ["a", "b.c"]
    assert parse_condition(scalar("${{ a }}\n")).source == "${{ a }}"
    assert parse_condition(Scalar(Span(3, 7), True)).source == "true"
    assert parse_condition(Scalar(Span(3, 3), None)).error is not None


def test_places_in_a_text_that_is_folded() -> None:
    # ‘${{ a ==⏎    b }}’ as YAML folds it: the line end and the indentation are one blank
    node = Scalar(Span(10, 30), "${{ a == b }}", "plain", ((0, 10), (8, 18), (9, 23)))
    template = parse_template(node)
    assert template is not None
    assert template.whole is not None
    assert template.whole.locate(5, 6) == Span(23, 24) == template.whole.references[1].span
    assert template.whole.locate(0, 1) == Span(14, 15)


def test_places_of_an_alias_are_the_alias() -> None:
    node = Scalar(Span(10, 14), "${{ a.bc }}", "plain", ((0, 2),), aliased=True)
    template = parse_template(node)
    assert template is not None
    assert template.whole is not None
    assert template.whole.locate(0, 1) == Span(10, 14)


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("a == 'x'", "a == 'x'"),
        ('a == "x" and b = "it\'s"', "a == 'x' && b == 'it''s'"),
        ("a & b | c", "a && b || c"),
        ('f(a, "b") OR c', "f(a, 'b') || c"),
        ('a == "x', None),
        ("a ==", None),
        ("not a", None),
        ("a ? b : c", None),
    ],
)
def test_what_was_meant(source: str, meant: str | None) -> None:
    assert mended(source) == meant


@given(PIECES)
def test_what_was_meant_can_be_read(source: str) -> None:
    meant = mended(source)
    assert meant is None or parse(meant).tree is not None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("'${{ a == ''x'' || b.c }}'", "a == ''x''"),
        ("'${{ a == ''it''''s'' }}'", "''it''''s''"),
        ("\"${{ a == '\\u0041' && b }}\"", "'\\u0041'"),
        (">-\n  ${{ a\n  == b }}\n", "a\n  == b"),
        ("|\n  x\n  ${{ a ==\n    b.c }}\n", "b.c"),
        ("${{ a ==\n  b.c }}", "b.c"),
        ("${{ a ==\n  b.c }}", "a"),
    ],
)
def test_places_in_texts_as_yaml_writes_them(text: str, part: str) -> None:
    node = Reader("yaml").piece(f"k: {text}").node
    assert isinstance(node, Map)
    value = node.entries[0].value
    assert isinstance(value, Scalar)
    template = parse_template(value)
    assert template is not None
    (expression,) = template.expressions
    whole = f"k: {text}"
    at = whole.index(part)
    plain = part.replace("''", "'").replace("\\u0041", "A")
    plain = " ".join(plain.split()) if not text.startswith("|") else plain
    start = expression.source.index(plain)
    assert expression.locate(start, start + len(plain)) == Span(at, at + len(part))
