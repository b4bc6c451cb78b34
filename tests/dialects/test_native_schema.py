"""The JSON Schema says of a workflow what Calibrant says of it."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from calibrant.connectors import specs
from calibrant.dialects import read, schema
from calibrant.model.nodes import plain

OK = sorted((Path(__file__).parents[1] / "data" / "native" / "ok").iterdir())


def document(path: str, text: str) -> object:
    found = read(path, text)
    assert found is not None
    whole = plain(found.root)
    assert isinstance(whole, dict)
    whole["steps"] = [plain(step.body.node) for step in found.steps]
    return whole


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema(specs()))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema(specs()))


@pytest.mark.parametrize("path", OK, ids=[path.name for path in OK])
def test_right_workflows_are_right_by_the_schema(path: Path, validator: Draft202012Validator) -> None:
    whole = document(path.name, path.read_bytes().decode())
    assert [error.message for error in validator.iter_errors(whole)] == []


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ("{id: a, uses: file.reed, with: {path: x}}", ["uses"]),
        ("{id: a, uses: file.read}", []),
        ("{id: a, uses: file.read, with: {}}", ["with"]),
        ("{id: a, uses: file.read, with: {path: x, size: 1}}", ["with"]),
        ("{id: a, uses: file.read, with: {path: [x]}}", ["with", "path"]),
        ("{id: a, uses: file.read, with: {path: x, as: xml}}", ["with", "as"]),
        ("{id: a, uses: file.write, with: {path: x, content: 1, append: 'yes'}}", ["with", "append"]),
        ("{id: a}", []),
        ("{run: x}", []),
        ("{id: a, run: x, uses: file.read, with: {path: x}}", []),
        ("{id: a, uses: file.read, with: {path: x}, cwd: y}", []),
        ("{id: a b, run: x}", ["id"]),
        ("{id: inputs, run: x}", ["id"]),
        ("{id: a, run: x, retry: {tries: 1}}", ["retry"]),
        ("{id: a, run: x, retry: {attempts: 0}}", ["retry", "attempts"]),
        ("{id: a, run: x, retry: {delay: -1}}", ["retry", "delay"]),
        ("{id: a, run: x, timeout: 0}", ["timeout"]),
        ("{id: a, run: x, need: b}", []),
        ("{id: a, run: x, needs: [1]}", ["needs", 0]),
    ],
)
def test_wrong_steps_are_wrong_by_the_schema(
    step: str, place: list[str | int], validator: Draft202012Validator
) -> None:
    whole = document("a.workflow.yaml", f"steps: [{step}]\n")
    assert ["steps", 0, *place] in [list(error.absolute_path) for error in validator.iter_errors(whole)]


@pytest.mark.parametrize(
    "text", ["{}", "{steps: x}", "{steps: [], inputs: {a: {type: text}}}", "{steps: [], secret: [A]}"]
)
def test_wrong_workflows_are_wrong_by_the_schema(text: str, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(document("a.workflow.yaml", text) if "steps: [" in text else plain_of(text)))


def plain_of(text: str) -> object:
    found = read("a.workflow.yaml", text)
    assert found is not None
    return plain(found.root)


def test_keys_of_ones_own_are_allowed(validator: Draft202012Validator) -> None:
    whole = document("a.workflow.yaml", "steps: [{id: a, run: x, x-a: 1}]\nx-b: 2\ninputs: {a: {x-c: 3}}\n")
    assert list(validator.iter_errors(whole)) == []
