"""What the check by types tells of an expression, and what it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.expressions.actions import parse
from calibrant.expressions.actions.functions import FUNCTIONS
from calibrant.expressions.actions.infer import infer
from calibrant.expressions.actions.shapes import of_value, open_object, strict
from calibrant.model.shape import ANY, BOOLEAN, NUMBER, STRING, Shape, array

OBJECT = Shape("object", open=True)
SCOPE = {
    "github": open_object([("ref", STRING), ("event_name", STRING), ("repository", STRING), ("event", OBJECT)]),
    "env": open_object(values=STRING),
    "inputs": strict([("flag", BOOLEAN), ("count", NUMBER), ("name", STRING)]),
    "steps": strict([("Build", strict([("outputs", open_object(values=STRING)), ("outcome", STRING)]))]),
    "matrix": strict([("os", STRING), ("list", array(STRING)), ("any", ANY), ("obj", strict([("a", STRING)]))]),
    "needs": strict([("one", strict([("result", STRING)])), ("two", strict([("result", STRING)]))]),
}
SPECIAL = ("hashfiles",)


def told(source: str) -> list[tuple[str, str, str]]:
    tree = parse(source).tree
    assert tree is not None, source
    found = infer(tree, SCOPE, SPECIAL, near=("github",)).problems
    return [
        (problem.sort, source[problem.start : problem.end], f"{problem.message} {problem.hint}") for problem in found
    ]


@pytest.mark.parametrize(
    "source",
    [
        "github.ref == 'refs/heads/main'",
        "GitHub.Ref",
        "github.made_up_later",
        "github.event.pull_request.head.ref",
        "github.event.issue.labels.*.name",
        "github['event']['x'][0]",
        "env.ANYTHING || env['x-y']",
        "inputs.flag == true",
        "inputs.flag",
        "inputs.flag == '1'",
        "inputs.flag == ''",
        "inputs.count > '3'",
        "inputs.name == 3",
        "steps.build.outputs.anything",
        "steps['BUILD'].outcome",
        "steps[env.x].outcome",
        "matrix.any.x.y[0]",
        "matrix.any == 'x'",
        "matrix.list[0]",
        "matrix.list.*",
        "matrix[env.x]",
        "needs.*.result",
        "contains(needs.*.result, 'failure')",
        "contains(matrix.list, 'x')",
        "join(matrix.list)",
        "toJSON(matrix)",
        "matrix.obj != null",
        "matrix.obj == ''",
        "format('{0} {{1}} {1}', 1, 2)",
        "format(env.x, 1, 2, 3)",
        "format('no placeholder')",
        "fromJSON('[1, 2]')[0] == 1",
        "fromJSON('{\"a\": true}').a",
        "fromJSON(env.x).anything",
        "case(github.ref == 'x', 'a', inputs.flag, 'b', 'c')",
        "case(matrix.any, 'a', 'b')",
        "hashFiles('a', 'b')",
        "inputs.flag && 'yes' || 'no'",
        "!steps.build.outputs.x",
    ],
)
def test_what_is_right_is_not_complained_of(source: str) -> None:
    assert told(source) == []


@pytest.mark.parametrize(
    ("source", "sort", "fault", "words"),
    [
        ("githib.ref", "context", "githib", "Did you mean ‘github’?"),
        ("True", "context", "True", "no context called ‘True’"),
        ("secrets.X", "context", "secrets", "no context called ‘secrets’ here"),
        ("github.repositry", "slip", "repositry", "Did you mean ‘repository’?"),
        ("github.event-name", "slip", "event-name", "Did you mean ‘event_name’?"),
        ("inputs.falg", "field", "falg", "Did you mean ‘flag’?"),
        ("steps.bild.outputs.x", "field", "bild", "Did you mean ‘Build’?"),
        ("steps.build.output.x", "field", "output", "Did you mean ‘outputs’?"),
        ("steps['bild']", "field", "bild", "‘steps’ has no field called ‘bild’"),
        ("needs.*.outcome", "field", "outcome", "has no field called ‘outcome’"),
        ("github.ref.name", "type", "name", "is a text"),
        ("inputs.flag.x", "type", "x", "true or false"),
        ("github.ref[0]", "type", "0", "fromJSON"),
        ("inputs.flag[env.x]", "type", "env.x", "true or false"),
        ("env.JSON.name", "type", "name", "fromJSON"),
        ("matrix.list.name", "type", "name", "‘.*.name’"),
        ("github.ref.*", "type", "*", "is a text"),
        ("matrix.list[matrix.obj]", "type", "matrix.obj", "an object"),
        ("inputs.flag == 'true'", "comparison", "inputs.flag == 'true'", "never holds. The value is a boolean"),
        ("'false' != inputs.flag", "comparison", "'false' != inputs.flag", "always holds"),
        ("inputs.count < 'x'", "comparison", "inputs.count < 'x'", "is a number"),
        ("matrix.obj == 'x'", "comparison", "matrix.obj == 'x'", "an object"),
        ("contains(1, 'a') == 'yes'", "comparison", "contains(1, 'a') == 'yes'", "boolean"),
        ("startWith(a, b)", "function", "startWith", "Did you mean ‘startsWith’?"),
        ("success()", "unavailable", "success", "only be called in an ‘if’"),
        ("contains('a')", "arguments", "contains('a')", "takes 2 arguments, not 1"),
        ("join()", "arguments", "join()", "takes 1 or 2 arguments, not 0"),
        ("toJSON(1, 2)", "arguments", "toJSON(1, 2)", "takes 1 argument, not 2"),
        ("hashFiles()", "arguments", "hashFiles()", "at least 1 argument"),
        ("case(true, 1, false, 2)", "arguments", "case(true, 1, false, 2)", "the last is missing"),
        ("case(env.x, 'a', 'b')", "type", "env.x", "must be true or false"),
        ("startsWith(github, 'x')", "type", "github", "is an object"),
        ("contains(matrix.obj, 'x')", "type", "matrix.obj", "is an object"),
        ("format('{0}', matrix)", "type", "matrix", "toJSON"),
        ("fromJSON(needs)", "type", "needs", "toJSON"),
        ("format('{1}', 'a')", "format", "'{1}'", "no value for ‘{1}’"),
        ("format('a {x}', 'a')", "format", "{", "no placeholder"),
        ("format('it''s }', 'a')", "format", "}", "no placeholder"),
        ("format('{0}', 1, 2)", "format", "2", "never used"),
        ("fromJSON('')", "format", "''", "no JSON"),
        ("fromJSON('[1, 2')", "format", "'[1, 2'", "no JSON"),
        ("fromJSON('{\"a\": true}').b", "field", "b", "no field called ‘b’"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(source: str, sort: str, fault: str, words: str) -> None:
    found = told(source)
    assert [(what, at) for what, at, _ in found if what != "context" or sort == "context"][:1] == [(sort, fault)]
    assert any(words in message for _, _, message in found)


def test_shapes_of_what_is_given() -> None:
    def shape(source: str) -> Shape:
        tree = parse(source).tree
        assert tree is not None
        return infer(tree, SCOPE, SPECIAL).shape

    assert shape("github.ref") == STRING
    assert shape("a.b == 1") == BOOLEAN
    assert shape("'a' || 'b'") == STRING
    assert shape("'a' || 1") == ANY
    assert shape("needs.*.result") == array(STRING)
    assert shape('fromJSON(\'[{"a": 1}, {"b": "x"}]\')') == of_value([{"a": 1}, {"b": "x"}])
    assert shape("matrix.list[0]") == STRING
    assert shape("toJSON(matrix)") == STRING
    assert shape("case(true, 1, 2)") == NUMBER


def test_signatures_name_what_is_optional() -> None:
    assert FUNCTIONS["join"].signature == "join(array, [optionalSeparator])"
    assert FUNCTIONS["format"].signature == "format(string, [replaceValue], …)"
    assert FUNCTIONS["always"].signature == "always()"
    for function in FUNCTIONS.values():
        tree = parse(function.example).tree
        assert tree is not None
        scope = {"github": ANY, "needs": ANY}
        assert infer(tree, scope, FUNCTIONS).problems == (), function.name


SOURCES = st.text(alphabet="ab.[]()'*!=<>&|, 0{}", max_size=30) | st.lists(
    st.sampled_from(
        ["github", "matrix", ".list", ".*", "[0]", "['a']", "==", "&&", "format(", ")", ",", "'{0}'", "!", " "]
    ),
    max_size=15,
).map("".join)


@given(SOURCES)
def test_any_expression_can_be_checked(source: str) -> None:
    tree = parse(source).tree
    if tree is not None:
        for problem in infer(tree, SCOPE, SPECIAL, near=("github",)).problems:
            assert 0 <= problem.start < problem.end <= len(source)
