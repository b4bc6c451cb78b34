"""What inputs are given: judged as a run judges it, whatever it is; what is a secret is told apart, and shown nowhere."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.engine.inputs import make_start
from calibrant.model.workflow import Workflow
from calibrant.workspace.inputs import (
    DEEPEST,
    Remembered,
    declared,
    fitting,
    problem_of,
    problems,
    wanted,
)
from calibrant.workspace.secret_inputs import is_secret, secret_values

TEXT = """name: a
inputs:
  text: {type: string}
  whole: {type: integer, default: 1}
  number: {type: number}
  flag: {type: boolean}
  place: {type: path}
  rows: {type: array}
  fields: {type: object}
  mode: {type: string, enum: [a, b]}
  odd: {type: strin}
  broken: {type: [}
  dbPassword: {type: string, enum: [swordfish]}
steps: []
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def workflow(text: str = TEXT) -> Workflow:
    found = dialects.read("a.workflow.yaml", text)
    assert found
    return found


WORKFLOW = workflow()
NAMES = [*declared(WORKFLOW), "gone"]
VALUES = st.dictionaries(
    st.sampled_from(NAMES), JSON | st.sampled_from(["1", "yes", "[1]", "{}", "nan", "a"]), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(VALUES, VALUES)
def test_whatever_is_given_is_told_as_json_and_fits_as_a_run_says(kept: dict[str, Any], values: dict[str, Any]) -> None:
    shown = wanted(WORKFLOW, Remembered(kept), values)
    assert [one.name for one in shown] == list(declared(WORKFLOW))
    json.dumps([one.value for one in shown], allow_nan=False)
    for one in shown:
        assert one.value is None or one.name in fitting(WORKFLOW, kept)
        assert not one.problem or one.name in values
    told = fitting(WORKFLOW, values)
    wrong = {one.input for one in make_start(WORKFLOW, (), told, {}).problems if one.input in told}
    assert not wrong, "what fits is never an issue of a run"
    assert bool(problems(WORKFLOW, values)) == any(
        value is not None and name not in told for name, value in values.items()
    )


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_value_that_is_nested_too_deeply_does_not_fit(opening: str) -> None:
    closing = {"[": "]", '{"a":': "}"}[opening]
    item = declared(workflow("name: a\ninputs:\n  any: {type: array}\n  some: {type: object}\nsteps: []\n"))[
        "any" if opening == "[" else "some"
    ]
    for depth, fits in ((DEEPEST - 1, True), (DEEPEST + 1, False), (900, False)):
        text = opening * depth + ("1" if opening != "[" else "") + closing * depth
        assert (problem_of(item, text) == "") is fits
        assert (problem_of(item, json.loads(text)) == "") is fits


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("api_token", "x", True),
        ("dbPassword", None, True),
        ("author", "Ann", False),
        ("page_token", "abc", False),
        ("text", "ghp_" + "a1B2c3D4e5" * 4, True),
        ("text", "postgres://ann:t9Xw3kQz7Lp@db/x", True),
        ("text", "a report on tokens", False),
        ("text", ["fine", {"deep": "it holds hunter22 here"}], True),
        ("text", {"password": "t9Xw3kQz7Lp"}, True),
        ("text", {"password": ["swordfish"], "user": "ann"}, True),
        ("text", '{"auth": {"token": {"value": 482913}}}', True),
        ("text", {"page_token": "abc"}, False),
        ("text", 5, False),
        ("text", "abc", False),
    ],
)
def test_a_secret_is_told_by_its_name_its_looks_and_what_it_holds(name: str, value: object, secret: bool) -> None:
    kind = "object" if isinstance(value, str) and value.startswith("{") else "string"
    item = declared(workflow(f"name: a\ninputs:\n  {name}: {{type: {kind}}}\nsteps: []\n"))[name]
    assert is_secret(item, value, ["hunter22", "abc", ""]) is secret


def test_the_value_of_a_secret_is_in_no_words_and_hidden_in_runs() -> None:
    (wrong,) = problems(WORKFLOW, {"dbPassword": "hunter22"})
    assert "hunter22" not in wrong
    assert secret_values(WORKFLOW, {"dbPassword": "hunter22", "text": "shown", "gone": "x"}) == ("hunter22",)


TOKEN = "ghp_" + "a1B2c3D4e5" * 4


@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        ({"text": TOKEN}, {TOKEN}),
        ({"text": "postgres://ann:t9Xw3kQz7Lp@db/x"}, {"t9Xw3kQz7Lp"}),
        ({"fields": {"auth": {"token": ["t9Xw3kQz7LpAB"]}, "user": "ann"}}, {"t9Xw3kQz7LpAB"}),
        ({"fields": '{"auth": {"token": ["t9Xw3kQz7LpAB"]}}'}, {"t9Xw3kQz7LpAB"}),
        ({"fields": {"password": "none", "note": "a report on tokens"}}, set()),
        ({"dbPassword": {"any": ["swordfish", 482913]}}, {"swordfish", "482913"}),
    ],
)
def test_what_looks_like_a_credential_is_hidden_whatever_its_input_is_called(
    given: dict[str, Any], hidden: set[str]
) -> None:
    assert set(secret_values(WORKFLOW, given)) == hidden


def test_what_looks_like_a_credential_is_in_no_words() -> None:
    (wrong,) = problems(WORKFLOW, {"whole": TOKEN})
    assert TOKEN not in wrong
