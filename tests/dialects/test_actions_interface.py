"""What an action or a called workflow takes and gives, also where its text is half written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.dialects.actions.interface import NOT_CALLABLE, interface_of
from calibrant.model.connector import ConnectorSpec

WORKFLOW, ACTION = ".github/workflows/a.yml", "action.yml"


def of(path: str, text: str) -> ConnectorSpec | None:
    workflow = dialects.read(path, text)
    assert workflow is not None
    return interface_of(workflow, "./x")


def test_an_action() -> None:
    spec = of(
        ACTION,
        "name: a\ndescription: What it does.\ninputs:\n  one: {description: First., required: true}\n"
        "  two: {required: true, default: ''}\n  three: {deprecationMessage: Use one.}\n  four:\n"
        "outputs: {size: {value: '1'}}\nruns: {using: composite, steps: []}\n",
    )
    assert spec is not None
    assert (spec.name, spec.summary, spec.open, spec.broken) == ("./x", "What it does.", False, "")
    assert [(one.name, one.required, one.doc) for one in spec.parameters] == [
        ("one", True, "First."),
        ("two", False, ""),
        ("three", False, ""),
        ("four", False, ""),
    ]
    assert spec.parameters[2].deprecated == "Use one."
    assert [name for name, _ in spec.output.fields] == ["size"]
    assert spec.output.open is False


@pytest.mark.parametrize("using", ["node24", "docker"])
def test_what_code_gives_only_the_code_knows(using: str) -> None:
    spec = of(ACTION, f"name: a\ndescription: b\noutputs: {{a: {{}}}}\nruns: {{using: {using}, main: x, image: y}}\n")
    assert spec is not None
    assert spec.output.open


def test_a_called_workflow() -> None:
    spec = of(
        WORKFLOW,
        "name: n\non:\n  push:\n  workflow_call:\n    inputs:\n      one: {type: boolean, required: true}\n"
        "      two: {type: number, default: 1}\n    secrets:\n      a: {required: true}\n      b:\n"
        "    outputs:\n      o: {value: x}\n  workflow_dispatch:\n    inputs:\n      other: {}\njobs: {}\n",
    )
    assert spec is not None
    assert [(one.name, one.type, one.required) for one in spec.parameters] == [
        ("one", "boolean", True),
        ("two", "number", False),
    ]
    assert [(one.name, one.required) for one in spec.secrets] == [("a", True), ("b", False)]
    assert spec.output.field("o") is not None


@pytest.mark.parametrize(
    "on", ["workflow_call", "[push, workflow_call]", "{workflow_call: }", "\n  workflow_call:\n  push:\n"]
)
def test_it_is_callable_however_that_is_said(on: str) -> None:
    spec = of(WORKFLOW, f"on: {on}\njobs: {{}}\n")
    assert spec is not None
    assert (spec.broken, spec.parameters, spec.secrets) == ("", (), ())


@pytest.mark.parametrize(
    "on", ["push", "[push, workflow_dispatch]", "{push: }", "{workflow_dispatch: {inputs: {a: }}}"]
)
def test_it_is_not_callable_where_it_does_not_say_so(on: str) -> None:
    spec = of(WORKFLOW, f"on: {on}\njobs: {{}}\n")
    assert spec is not None
    assert spec.broken == NOT_CALLABLE


@pytest.mark.parametrize(
    ("path", "text"), [(WORKFLOW, ""), (WORKFLOW, "on:\njobs: {}\n"), (ACTION, "- hosts: all\n"), (ACTION, "")]
)
def test_where_the_text_does_not_tell_nothing_is_known(path: str, text: str) -> None:
    assert of(path, text) is None


def test_of_a_text_with_errors_there_may_be_more() -> None:
    spec = of(ACTION, "name: a\ninputs:\n  one: {}\n  two: {\nruns: {using: composite, steps: []}\n")
    assert spec is None or spec.open


@given(st.sampled_from([WORKFLOW, ACTION]), st.text(alphabet="on:{}[]- \nworkflow_callinputs&*!|>'\"#", max_size=120))
def test_it_never_raises(path: str, text: str) -> None:
    of(path, "name: a\n" + text)
    of(path, "runs: {using: node24}\non: {workflow_call: {inputs: {" + text)
