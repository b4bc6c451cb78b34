"""Whether a step installs what another one lacks, as its script says."""

import pytest

from calibrant import dialects
from calibrant.repairs.installing import Install, serves

PYTHON, NODE = Install("python -m pip install -r requirements.txt", "python"), Install("npm ci", "node")


def installs(script: str, install: Install) -> bool:
    text = "steps:\n  - id: a\n    run: |\n" + "".join(f"      {line}\n" for line in script.split("\n"))
    workflow = dialects.read("a.workflow.yaml", text)
    assert workflow is not None
    return serves(workflow.steps[0], install)


@pytest.mark.parametrize(
    "script",
    [
        *("pip install .", "pip3.12 install -U x", "python3 -m pip install -r {{ inputs.file }}", "cd a && uv sync"),
        *("uv pip install x", "poetry install --no-root", "pdm sync", "pipenv install --dev", "sudo pip install x"),
    ],
)
def test_what_installs_for_python(script: str) -> None:
    assert installs(script, PYTHON)
    assert not installs(script, NODE)


@pytest.mark.parametrize(
    "script", ["npm ci", "npm --prefix web i", "yarn", "yarn --immutable", "yarn install", "pnpm install", "bun i"]
)
def test_what_installs_for_node(script: str) -> None:
    assert installs(script, NODE)
    assert not installs(script, PYTHON)


@pytest.mark.parametrize(
    "script",
    [
        *(
            "yarn test",
            "yarn run lint",
            "npm test",
            "npm run ci",
            "npm run install",
            "pnpm exec tsc",
            "# yarn",
            "yarnx",
        ),
        *(
            "echo 'pip install x'",
            "# pip install x",
            "pip list",
            "uv run pytest",
            "python -m pytest",
            "poetry run pytest",
        ),
        *("npm cit:all", "cat uv sync", ""),
    ],
)
def test_what_installs_nothing(script: str) -> None:
    assert not installs(script, PYTHON)
    assert not installs(script, NODE)


def test_one_package_is_not_served_by_another() -> None:
    assert installs("pip install yamllint", Install("python3 -m pip install yamllint", "python", "yamllint"))
    assert not installs("pip install ruff", Install("python3 -m pip install yamllint", "python", "yamllint"))
