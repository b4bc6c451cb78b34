"""What the VS Code extension ships as files: snippets that make valid workflows, the language's schema, the example."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from house.source import ROOT

EXTENSION = ROOT / "editors" / "vscode"
SNIPPETS = EXTENSION / "snippets"
SUFFIX = {"workflow.json": "yaml", "workflow-json.json": "json"}

# What a snippet's defaults refer to; the rest of a workflow around the snippet.
SUPPORT: list[dict[str, Any]] = [
    {"id": "fetch", "uses": "mail.read", "with": {"mailbox": "inbox.mbox"}},
    {"id": "orders", "uses": "sheet.read", "with": {"file": "orders.xlsx"}},
    {"id": "late", "uses": "data.filter", "with": {"items": "{{ fetch.emails }}", "where": "item.subject"}},
    {"id": "reports", "uses": "file.list", "with": {"path": "lists"}},
]


def test_snippets_make_valid_workflows(checked: dict[str, list[str]]) -> None:
    assert len(checked) >= 60
    assert {name: issues for name, issues in checked.items() if issues} == {}


def test_a_wrong_snippet_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "wrong.workflow.yaml").write_text(workflow_of(["- id: ${1:a}", "  uses: ${2:file.raed}"], "yaml"))
    assert "unknown-connector" in str(issues_of(tmp_path))


@pytest.mark.parametrize("file", SUFFIX)
def test_every_connector_has_a_snippet(file: str) -> None:
    prefixes = {str(snippet["prefix"]) for snippet in snippets_of(file).values()}
    assert set(connectors()) <= prefixes


def test_both_languages_have_the_same_snippets() -> None:
    yaml, json_ = (set(snippets_of(file)) for file in SUFFIX)
    assert yaml - json_ == {"Run a longer script"}  # JSON has no texts of several lines
    assert not json_ - yaml


def test_the_schema_is_the_one_that_the_command_line_prints() -> None:
    printed = subprocess.run([sys.executable, "-m", "calibrant", "schema"], capture_output=True, text=True, check=True)
    shipped = (EXTENSION / "schemas" / "workflow.schema.json").read_text(encoding="utf-8")
    assert shipped == printed.stdout, "run: calibrant schema > editors/vscode/schemas/workflow.schema.json"


def connectors() -> Iterator[str]:
    schema = json.loads((EXTENSION / "schemas" / "workflow.schema.json").read_text(encoding="utf-8"))
    yield from schema["$defs"]["step"]["properties"]["uses"]["enum"]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The issues of each snippet in a workflow of its own, by language and name."""
    folder = tmp_path_factory.mktemp("snippets")
    (folder / "Makefile").write_text("%:\n\t@true\n", encoding="utf-8")  # some of them call make
    for file, suffix in SUFFIX.items():
        for name, snippet in snippets_of(file).items():
            path = folder / f"{suffix}-{name.replace(' ', '-')}.workflow.{suffix}"
            path.write_text(workflow_of(snippet["body"], suffix), encoding="utf-8")
    return issues_of(folder)


def issues_of(folder: Path) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "calibrant", "check", str(folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    return {
        Path(each["path"]).name: [f"{issue['code']}: {issue['message']}" for issue in each["issues"]] for each in found
    }


def snippets_of(file: str) -> dict[str, Any]:
    snippets: dict[str, Any] = json.loads((SNIPPETS / file).read_text(encoding="utf-8"))
    return snippets


def workflow_of(body: list[str], suffix: str) -> str:
    text = expanded("\n".join(body))
    return yaml_workflow(text) if suffix == "yaml" else json_workflow(text)


def expanded(text: str) -> str:
    """Returns a snippet as it stands when every placeholder keeps its default."""
    text = text.replace(r"${TM_FILENAME_BASE/(.*?)\.workflow$/$1/}", "snippet")
    text = re.sub(r"\$0|\$\{0\}", "", text)
    text = re.sub(r"\$\{\d+\|([^,|]*)[^|]*\|\}", r"\1", text)
    return re.sub(r"\$\{\d+:((?:\\.|[^}\\])*)\}", lambda found: re.sub(r"\\(.)", r"\1", found[1]), text)


def yaml_workflow(text: str) -> str:
    steps = "\n".join(f"  - {json.dumps(step)}" for step in support_of(text))
    if text.startswith("name:"):
        return text + "\n"
    if text.startswith("steps:"):
        return f"{text}\n"
    if text.startswith(("inputs:", "secrets:")):
        return f"{text}\n{yaml_steps(steps, text)}"
    if text.startswith("team:"):
        return f"inputs:\n{indented(text, 2)}\n{yaml_steps(steps, text)}"
    if text.startswith("- "):
        return f"steps:\n{steps}\n{indented(text, 2)}\n"
    if text.startswith("#"):
        return f"steps:\n{indented(text, 2)}\n{steps}\n"
    return f"steps:\n{steps}\n  - id: it\n    uses: file.list\n    with: {{path: lists}}\n{indented(text, 4)}\n"


def yaml_steps(steps: str, text: str) -> str:
    return f"steps:\n{steps}\n  - {json.dumps(user_of(text))}\n"


def json_workflow(text: str) -> str:
    if text.startswith("{") and '"steps"' in text:
        return text
    if text.startswith("{"):
        return f'{{"steps": {json.dumps(support_of(text))[:-1]}, {text}]}}'
    if text.startswith('"steps"'):
        return f"{{{text}}}"
    if text.startswith(('"inputs"', '"secrets"')):
        return f'{{{text}, "steps": {json.dumps([*support_of(text), user_of(text)])}}}'
    if text.startswith('"team"'):
        return f'{{"inputs": {{{text}}}, "steps": {json.dumps([*support_of(text), user_of(text)])}}}'
    step = '{"id": "it", "uses": "file.list", "with": {"path": "lists"}, ' + text + "}"
    return f'{{"steps": {json.dumps(support_of(text))[:-1]}, {step}]}}'


def support_of(text: str) -> list[dict[str, Any]]:
    """Returns the steps around a snippet, but for one that it brings itself."""
    return [step for step in SUPPORT if not re.search(rf'"?id"?: "?{step["id"]}\b', text)]


def user_of(text: str) -> dict[str, Any]:
    """Returns a step that uses what the snippet declares: nothing else would."""
    named = [part for part in ("inputs.folder", "inputs.team", "secrets.API_TOKEN") if part.partition(".")[2] in text]
    content = "".join(f"{{{{ {part} }}}}" for part in named)
    return {"id": "last", "uses": "file.write", "with": {"path": "out.txt", "content": content}}


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.split("\n"))
