"""What expressions of GitHub Actions give, from the documented meaning of each operator and function."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.expressions.actions import parse
from calibrant.expressions.actions.evaluate import EvaluationError, Special, evaluate
from calibrant.expressions.actions.limits import TEXT_LIMIT
from calibrant.expressions.actions.render import holds, render
from calibrant.expressions.actions.values import Value, text

LABELS: Value = [{"name": "bug", "id": 1}, {"name": "Help Wanted", "id": 2}, {"other": 3}]
CONTEXTS: dict[str, Value] = {
    "github": {
        "ref": "refs/heads/Main",
        "event_name": "push",
        "actor": "octocat",
        "run": 15,
        "event": {"issue": {"labels": LABELS, "title": None}},
    },
    "env": {"zero": "0", "empty": "", "seven": "7", "word": "abc", "flag": "true"},
    "matrix": {
        "os": "ubuntu",
        "flag": True,
        "off": False,
        "list": ["a", "b", 1.5],
        "none": None,
        "deep": [[1, 2], [3]],
    },
    "vegetables": {"beets": {"parts": ["root", "leaf"]}, "peas": {"parts": ["pod"]}},
}
SPECIAL: dict[str, Special] = {
    "success": lambda _values: True,
    "failure": lambda values: "build" in values,
    "always": lambda _values: True,
    "cancelled": lambda _values: False,
    "hashfiles": lambda values: "+".join(map(text, values)),
}


def value_of(source: str) -> Value:
    tree = parse(source).tree
    assert tree is not None, source
    return evaluate(tree, CONTEXTS, SPECIAL)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("null", None),
        ("711", 711.0),
        ("0xff", 255.0),
        ("'It''s'", "It's"),
        # what is not there is null, whatever the case of names
        ("github.REF", "refs/heads/Main"),
        ("GitHub['event_name']", "push"),
        ("github.nothing", None),
        ("github.nothing.at.all", None),
        ("matrix.list[0]", "a"),
        ("matrix.list['1']", "b"),
        ("matrix.list[1.9]", "b"),
        ("matrix.list[9]", None),
        ("matrix.list[-1]", None),
        ("matrix.list.length", None),
        ("matrix.os.length", None),
        ("matrix[format('o{0}', 's')]", "ubuntu"),
        # loose comparison
        ("'Main' == 'mAIN'", True),
        ("'a' < 'B'", True),
        ("'b' > 'A'", True),
        ("1 == '1'", True),
        ("'' == 0", True),
        ("null == 0", True),
        ("null == ''", True),
        ("null == false", True),
        ("true == 1", True),
        ("true == '1'", True),
        ("true == 'true'", False),
        ("matrix.flag == 'true'", False),
        ("env.flag == 'true'", True),
        ("'abc' == 0", False),
        ("'abc' != 0", True),
        ("'abc' < 1", False),
        ("'abc' >= 1", False),
        ("'7' > 6", True),
        ("' 7 ' == 7", True),
        ("'0x10' == 16", True),
        ("NaN == NaN", False),
        ("NaN != NaN", True),
        ("Infinity > 1", True),
        ("-0 == 0", True),
        ("github == github", True),
        ("matrix.list == matrix.list", True),
        ("fromJSON('[1]') == fromJSON('[1]')", False),
        ("matrix.list == 'Array'", False),
        ("github != null", True),
        ("1 < 2 == true", True),
        ("'É' == 'é'", True),
        ("'ß' == 'SS'", False),
        # && and || give one of their operands
        ("'' || 'x'", "x"),
        ("'a' && 'x'", "x"),
        ("0 && 'x'", 0.0),
        ("null || false || 0", 0.0),
        ("env.zero && 'yes'", "yes"),
        ("github.event_name == 'push' && 'a' || 'b'", "a"),
        ("false && github.nothing.x || 'b'", "b"),
        ("!''", True),
        ("!'false'", False),
        ("!NaN", True),
        ("!matrix.list", False),
        ("!fromJSON('{}')", False),
        # filters
        ("github.event.issue.labels.*.name", ["bug", "Help Wanted"]),
        ("github.event.issue.labels[*].id", [1, 2]),
        ("github.event.issue.labels.*['name']", ["bug", "Help Wanted"]),
        ("vegetables.*.parts", [["root", "leaf"], ["pod"]]),
        ("vegetables.*.parts.*", ["root", "leaf", "pod"]),
        ("vegetables.*.parts[0]", ["root", "pod"]),
        ("matrix.deep.*.*", [1, 2, 3]),
        ("matrix.os.*", []),
        ("matrix.os.*.x", []),
        # contains, startsWith, endsWith
        ("contains('Hello world', 'LLO')", True),
        ("contains('Hello', '')", True),
        ("contains(123, 2)", True),
        ("contains(github.event.issue.labels.*.name, 'BUG')", True),
        ("contains(github.event.issue.labels.*.name, 'bu')", False),
        ("contains(matrix.list, '1.5')", True),
        ("contains(fromJSON('[\"push\", \"pull_request\"]'), github.event_name)", True),
        ("contains(github, 'push')", False),
        ("contains('Object', github)", False),
        ("startsWith('Hello world', 'he')", True),
        ("startsWith(github.ref, 'refs/heads/')", True),
        ("startsWith(1.5, 1)", True),
        ("startsWith(github, 'O')", False),
        ("endsWith('Hello world', 'LD')", True),
        ("endsWith(null, '')", True),
        # format
        ("format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", "Hello Mona the Octocat"),
        ("format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')", "{Hello Mona the Octocat!}"),
        ("format('{1}{0}{1}', 1, true)", "true1true"),
        ("format('{0}', null)", ""),
        ("format('{0} {1}', github, matrix.list)", "Object Array"),
        ("format('x')", "x"),
        ("format('{0}', '{1}')", "{1}"),
        # join
        ("join(matrix.list)", "a,b,1.5"),
        ("join(matrix.list, ', ')", "a, b, 1.5"),
        ("join(matrix.list, null)", "ab1.5"),
        ("join('one', '-')", "one"),
        ("join(github)", ""),
        ("join(matrix.deep, ' ')", "Array Array"),
        ("join(fromJSON('[]'), '-')", ""),
        # JSON
        ("toJSON('a\"é')", '"a\\"é"'),
        ("toJSON('\u2028\u0085\té')", '"\\u2028\\u0085\\té"'),
        ("toJSON(null)", "null"),
        ("toJSON(1.0)", "1"),
        ("toJSON(fromJSON('[]'))", "[]"),
        ("toJSON(fromJSON('{}'))", "{}"),
        ("toJSON(vegetables.peas)", '{\n  "parts": [\n    "pod"\n  ]\n}'),
        ("toJSON(matrix.deep)", "[\n  [\n    1,\n    2\n  ],\n  [\n    3\n  ]\n]"),
        ("fromJSON('{\"a\": [1, {\"B\": \"x\"}]}').a[1].b", "x"),
        ("fromJSON('true')", True),
        ("fromJSON(env.seven)", 7),
        # case
        ("case(github.event_name == 'push', 'a', 'b')", "a"),
        ("case(false, 'a', true, matrix.list, 'b')", ["a", "b", 1.5]),
        ("case(false, fromJSON('no'), 'b')", "b"),
        # special ones
        ("SUCCESS() && always() && !cancelled()", True),
        ("failure('build')", True),
        ("hashFiles('a', 'b')", "a+b"),
        ("FORMAT('{0}', toJson(true))", "true"),
    ],
)  # fmt: skip
def test_what_an_expression_gives(source: str, value: Value) -> None:
    found = value_of(source)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1.0, "1"),
        (-9.2, "-9.2"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1E+15"),
        (123456789012345.0, "123456789012345"),
        (0.0001, "0.0001"),
        (0.00001, "1E-05"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
        (7, "7"),
    ],
)
def test_numbers_as_text(number: float, words: str) -> None:
    assert text(number) == words


@pytest.mark.parametrize(
    ("source", "fault", "words"),
    [
        ("nothing.x", "nothing", "no context"),
        ("foo(1)", "foo", "no function"),
        ("contains('a')", "contains('a')", "1 arguments"),
        ("format('{1}', 'a')", "format('{1}', 'a')", "no value for ‘{1}’"),
        ("format('{x}', 'a')", "format('{x}', 'a')", "brace"),
        ("format('{0', 'a')", "format('{0', 'a')", "brace"),
        ("format('}', 'a')", "format('}', 'a')", "brace"),
        ("fromJSON('')", "fromJSON('')", "no JSON"),
        ("fromJSON(github)", "fromJSON(github)", "no JSON"),
        ("case(1, 'a', 'b')", "1", "must be true or false"),
        ("case(true, 'a', false, 'b')", "case(true, 'a', false, 'b')", "all other cases"),
    ],
)
def test_what_cannot_be_evaluated(source: str, fault: str, words: str) -> None:
    with pytest.raises(EvaluationError) as told:
        value_of(source)
    assert words in told.value.message
    assert source[told.value.start : told.value.end] == fault


def test_special_functions_are_there_only_where_they_are_given() -> None:
    tree = parse("success()").tree
    assert tree is not None
    with pytest.raises(EvaluationError, match="no function called ‘success’ here"):
        evaluate(tree, CONTEXTS, {})


def test_what_grows_too_large_ends() -> None:
    big = "x" * (TEXT_LIMIT // 20)
    tree = parse("format('" + "{0}" * 30 + "', env.big)").tree
    assert tree is not None
    with pytest.raises(EvaluationError, match="too large"):
        evaluate(tree, {"env": {"big": big}}, {})
    many: Value = [[0] * 1000] * 1000
    tree = parse("m.*.*.*").tree
    assert tree is not None
    assert evaluate(tree, {"m": many}, {}) == []
    tree = parse("toJSON(m)").tree
    assert tree is not None
    with pytest.raises(EvaluationError, match="too large"):
        evaluate(tree, {"m": many}, {})


SOURCES = st.recursive(
    st.sampled_from(
        [
            "github.ref",
            "env.zero",
            "matrix.list",
            "matrix",
            "null",
            "true",
            "1",
            "'a'",
            "''",
            "NaN",
            "matrix.none",
            "'{0}'",
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda source: f"!{source}"),
        st.tuples(st.sampled_from(["toJSON", "join", "format", "fromJSON"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["contains", "startsWith", "endsWith", "join"]), inner, inner).map(
            lambda p: f"{p[0]}({p[1]}, {p[2]})"
        ),
        inner.map(lambda source: f"toJSON(({source}))"),
    ),
    max_leaves=12,
)


@given(SOURCES)
def test_any_expression_gives_a_value_or_is_told_why_not(source: str) -> None:
    at = (0, len(source))
    try:
        value = text(value_of(source))
    except EvaluationError as error:
        value, at = error.message, (error.start, error.end)
    assert isinstance(value, str)
    assert 0 <= at[0] < at[1] <= len(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("plain", "plain"),
        ("${{ matrix.flag }}", True),
        ("${{ matrix.list }}", ["a", "b", 1.5]),
        (" ${{ matrix.flag }}", " true"),
        ("a ${{ github.actor }}${{ env.zero }} b", "a octocat0 b"),
        ("${{ github.nothing }}", None),
        ("x${{ github.nothing }}", "x"),
        ("${{ format('}} {0}', 1) }}", "}} 1".replace("}}", "}")),
    ],
)
def test_what_becomes_of_a_text(source: str, value: Value) -> None:
    assert render(source, CONTEXTS, SPECIAL) == value


@pytest.mark.parametrize(
    ("condition", "succeeded", "holding"),
    [
        ("github.event_name == 'push'", True, True),
        ("github.event_name == 'push'", False, False),
        ("${{ github.event_name == 'push' }}", False, False),
        ("always() && github.event_name == 'push'", False, True),
        ("${{ !cancelled() }}", False, True),
        ("failure('build')", False, False),
        ("${{ false }} && x", True, True),
        ("${{ false }}\n", True, True),
        ("${{ always() }} x", False, True),
        ("false", True, False),
        ("env.empty", True, False),
        ("env.zero", True, True),
    ],
)
def test_whether_a_condition_holds(condition: str, succeeded: bool, holding: bool) -> None:
    special: dict[str, Special] = {**SPECIAL, "success": lambda _values: succeeded, "failure": lambda _values: False}
    assert holds(condition, CONTEXTS, special) is holding


@pytest.mark.parametrize(
    ("source", "fault"),
    [("a ${{ lost.x }}", "lost"), ("a ${{ (x }}", "("), ("a ${{ x", "${{ x"), ("${{  a ==  }}", "==")],
)
def test_where_a_text_cannot_be_rendered(source: str, fault: str) -> None:
    with pytest.raises(EvaluationError) as told:
        render(source, CONTEXTS, SPECIAL)
    assert source[told.value.start : told.value.end] == fault
