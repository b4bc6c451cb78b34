"""The language's documentation names every key, and its examples are right."""

import re
from pathlib import Path

import pytest

from calibrant.connectors import specs
from calibrant.dialects import read
from calibrant.dialects.native.language import LANGUAGE

PAGE = (Path(__file__).parents[2] / "docs" / "workflow-language.md").read_text(encoding="utf-8")
EXAMPLES = [
    example
    for example in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    if re.search(r"^ *- id:", example, re.MULTILINE)
]


@pytest.mark.parametrize("place", sorted(LANGUAGE.keys))
def test_every_key_is_documented(place: str) -> None:
    for key in LANGUAGE.keys[place]:
        assert f"`{key.name}`" in PAGE, key.name


def test_every_connector_is_documented() -> None:
    for name, spec in specs().items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        for parameter in spec.parameters:
            wanted = f"**{parameter.name}**" if parameter.required else parameter.name
            assert wanted in row, f"{name}.{parameter.name}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_read_without_a_word(example: str) -> None:
    text = example if "steps:" in example else "steps:\n" + example
    found = read("a.workflow.yaml", text)
    assert found is not None
    assert found.steps
    problems = [*found.problems, *(problem for step in found.steps for problem in step.body.problems)]
    errors = [expression.error for step in found.steps for expression in step.body.expressions if expression.error]
    assert (problems, errors) == ([], [])
