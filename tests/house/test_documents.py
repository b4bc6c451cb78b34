"""Documentation against the source: nothing that a user can meet goes without its words."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec

from calibrant import pages, rules
from calibrant.lsp.server import COMMANDS
from calibrant.model.settings import DOCS, USER_ONLY, Settings
from calibrant.rules import actions
from house.source import ROOT, modules

_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
_OURS = re.compile(r"calibrant[./][a-zA-Z]+")
_CODE_CALLS = {"Finding": 0, "Failure": 0, "StepError": 0, "_problem": 0, "fail": 0, "failure": 0}


def emitted() -> dict[str, str]:
    """Return every issue code that the source names as such, with where."""
    found: dict[str, str] = {code: "rules registry" for rule in (*rules.RULES, *actions.RULES) for code in rule.codes}
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).split(".")[-1]
            named = [word.value for word in node.keywords if word.arg == "code"]
            first = node.args[:1] if name in _CODE_CALLS else []
            for value in (*named, *first):
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and _CODE.fullmatch(value.value):
                    found.setdefault(value.value, f"{module}:{node.lineno}")
    return found


def test_every_code_has_a_page() -> None:
    missing = {code: where for code, where in emitted().items() if pages.page(code) is None}
    assert not missing


def test_every_command_and_notification_of_the_server_is_documented() -> None:
    text = (ROOT / "docs" / "language-server.md").read_text(encoding="utf-8")
    named = {
        value.value
        for module, tree in modules().items()
        if module.startswith("lsp/")
        for value in ast.walk(tree)
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and _OURS.fullmatch(value.value)
    }
    assert set(COMMANDS) | {"calibrant/session", "calibrant/status", "calibrant/trust"} <= named
    assert not {name for name in named if f"`{name}`" not in text}


def test_every_page_is_whole_and_of_a_code_that_exists() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "server").rglob("*.py"))
    for code in pages.codes():
        text = pages.page(code)
        assert text is not None
        assert text.startswith(f"# {code}\n"), code
        assert "## Why it matters" in text, code
        assert "## How to fix" in text, code
        assert f'"{code}"' in source, f"{code} has a page but nothing emits it"


def test_every_setting_is_documented() -> None:
    names = {field.encode_name for field in msgspec.structs.fields(Settings)}
    assert set(DOCS) == names
    assert names >= USER_ONLY
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert not [name for name in names if f"`{name}`" not in text]


def test_readme_has_two_set_up_commands_and_the_checks_call_them() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"<!-- set-up (\d) -->\n```sh\n(.+?)\n```", text, re.DOTALL)
    assert [number for number, _ in blocks] == ["1", "2"]
    assert all("\n" not in command for _, command in blocks)
    assert "pytest" in blocks[1][1]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set-up 1" in script
    assert "set-up 2" in script


def loaded_by_a_check(folder: Path) -> set[str]:
    """Return the modules that a check of a folder without issues has loaded at its end."""
    code = (
        "import sys; from calibrant.cli import main; sys.argv = ['calibrant', 'check', sys.argv[1]]; status = main();"
        "print(status, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "CALIBRANT_STATE": str(folder / "state")},
        check=True,
    )
    status, *loaded = done.stderr.split()
    assert status == "0"
    return set(loaded)


def test_a_cold_check_pays_for_nothing_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "a.workflow.yaml").write_text("name: a\nsteps:\n  - id: one\n    run: 'true'\n", encoding="utf-8")
    loaded = {name.partition(".")[0] for name in loaded_by_a_check(tmp_path)}
    heavy = {"pygls", "lsprotocol", "jinja2", "httpx", "openpyxl", "rich", "sqlite3", "asyncio", "watchfiles"}
    assert not heavy & loaded
    assert not (tmp_path / "state").exists(), "check writes nothing"


def test_a_check_of_a_file_without_commands_knows_nothing_of_toolchains(tmp_path: Path) -> None:
    """And looks at nothing beside the file: what commands find is asked for only where there are some."""
    (tmp_path / "a.workflow.yaml").write_text(
        "name: a\nsteps:\n  - id: one\n    uses: file.list\n    with: {path: .}\n", encoding="utf-8"
    )
    loaded = loaded_by_a_check(tmp_path)
    rooms = (
        *("calibrant.toolchains", "calibrant.rules.ground", "calibrant.rules.commands", "calibrant.syntax.shell"),
        *("calibrant.failures.reports", "calibrant.failures.patterns", "calibrant.failures.grounding"),
    )
    files = {f"calibrant.workspace.{name}" for name in ("grounds", "surveys", "surveying", "evidence")}
    assert not [name for name in loaded if name.startswith(rooms) or name in files]
