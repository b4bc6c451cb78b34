"""The registry against the contract: parameters, outputs, effects, documentation, and a light import."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from calibrant.connectors import BUILTIN, registry, specs
from calibrant.model.connector import Connector, Effect

ROOT = Path(__file__).parents[2]
EACH = pytest.mark.parametrize("connector", BUILTIN, ids=lambda connector: connector.spec.name)

HTTP = "auth object, files object, paginate object, save_to path"
LOGIN = "attachments array, user string, password string"

# parameters (required ones in capitals) with their types, outputs with theirs, effects
CONTRACT = {
    "shell.run": (
        "COMMAND string, cwd path, env object, shell string",
        "stdout string, stderr string, exit_code integer, changed_files array",
        "execute",
    ),
    "python.call": ("FUNCTION string, args object", "result any", "execute"),
    "http.request": (
        f"URL string, method string, query object, headers object, json any, form object, body string, {HTTP}",
        "status integer, headers object, body any, url string, path string, size integer",
        "read write_local write",
    ),
    "file.read": ("PATH path, as string", "content any, path string, size integer", "read"),
    "file.write": ("PATH path, CONTENT any, append boolean", "path string, size integer", "write_local"),
    "file.list": ("PATH path, glob string", "files array", "read"),
    "data.filter": ("ITEMS array, WHERE any", "items array, count integer", "nothing"),
    "data.map": ("ITEMS array, TO any", "items array, count integer", "nothing"),
    "data.sort": ("ITEMS array, by any, descending boolean", "items array, count integer", "nothing"),
    "data.group": ("ITEMS array, BY any", "groups array, count integer", "nothing"),
    "data.pick": ("items array, value object, FIELDS array", "items array, value object", "nothing"),
    "data.join": ("LEFT array, RIGHT array, ON any, how string", "items array, count integer", "nothing"),
    "sheet.read": ("FILE path, range string, header boolean", "rows array, columns array, count integer", "read"),
    "sheet.append": ("FILE path, ROWS array, range string", "appended integer, range string", "write_local"),
    "sheet.update": ("FILE path, RANGE string, VALUES array", "updated integer, range string", "write_local"),
    "mail.read": ("MAILBOX path, since string, search string", "emails array, count integer", "read"),
    "sql.execute": ("DATABASE string, STATEMENT string, params any", "affected integer", "write_local"),
    "mail.send": (
        f"SERVER string, TO any, SUBJECT string, text string, html string, from string, {LOGIN}",
        "id string",
        "write",
    ),
    "sql.query": ("DATABASE string, QUERY string, params any", "rows array, columns array, count integer", "read"),
}


def test_the_registry_holds_the_contract_s_connectors() -> None:
    assert set(registry()) == set(specs()) == set(CONTRACT)
    assert all(registry()[name].spec is spec for name, spec in specs().items())


@EACH
def test_parameters_outputs_and_effects(connector: Connector) -> None:
    spec = connector.spec
    parameters, outputs, effects = CONTRACT[spec.name]
    declared = {(p.name.upper() if p.required else p.name, p.type) for p in spec.parameters}
    assert declared == {tuple(pair.split()) for pair in parameters.split(", ")}
    assert {(name, shape.type) for name, shape in spec.output.fields} == {tuple(p.split()) for p in outputs.split(", ")}
    assert {str(effect) for effect in spec.effects} == set(effects.split())


@EACH
def test_declarations_read_well(connector: Connector) -> None:
    spec = connector.spec
    assert spec.summary[0].isupper()
    assert spec.summary.endswith(".")
    for parameter in spec.parameters:
        assert parameter.doc.rstrip().endswith("."), parameter.name
        assert parameter.default is None or not parameter.required
        assert not parameter.enum or parameter.default is None or parameter.default in parameter.enum
    example = spec.example
    assert f"uses: {spec.name}" in example or (spec.name == "shell.run" and "run: " in example)
    assert re.match(r"- id: [a-z_]+\n  ", example)
    for parameter in spec.parameters:
        if parameter.required:
            assert f"{parameter.name}:" in example or parameter.name == "command"


@EACH
def test_an_outside_write_can_be_rehearsed(connector: Connector) -> None:
    assert (Effect.WRITE in connector.spec.effects) == (connector.rehearse is not None)
    for name in connector.reads:
        parameter = connector.spec.parameter(name)
        assert parameter
        assert parameter.type == "path"


@EACH
def test_documentation(connector: Connector) -> None:
    page = (ROOT / "docs/connectors.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    section = sections[connector.spec.name]
    for parameter in connector.spec.parameters:
        name = f"**{parameter.name}**" if parameter.required else parameter.name
        assert re.search(rf"^\| {re.escape(name)} \| {parameter.type} \|", section, re.MULTILINE), parameter.name
    for name, _shape in connector.spec.output.fields:
        assert re.search(rf"^\*\*Outputs\*\*.*`{name}`", section, re.MULTILINE), name
    assert "**Touches**" in section
    assert "**In calibration**" in section
    assert f"```yaml\n{connector.spec.example}\n```" in section


def test_every_code_has_a_page() -> None:
    sources = (ROOT / "server/calibrant/connectors").glob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    codes = set(re.findall(r'(?:refuse|failed|_failure|Failure)\(\s*(?:target, )?"([a-z-]+)"', text))
    codes |= set(re.findall(r'\("([a-z-]+)", Kind\.', text))
    codes |= set(re.findall(r'(?:code, words =|return) "([a-z]+-[a-z-]+)", ', text))
    assert {"unknown-range", "login-failed", "connection-refused", "command-not-found", "timed-out"} <= codes
    missing = sorted(code for code in codes if not (ROOT / f"docs/issues/{code}.md").is_file())
    assert missing == []


def test_a_declaration_can_be_encoded() -> None:
    for spec in specs().values():
        assert msgspec.json.decode(msgspec.json.encode(spec))["name"] == spec.name


def test_importing_the_package_is_light() -> None:
    heavy = ("httpx", "openpyxl", "sqlite3", "mailbox", "csv", "email", "zipfile", "asyncio", "jinja2", "tree_sitter")
    program = f"import sys, calibrant.connectors; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "[]\n"
