"""What the server has loaded when it answers `initialize`: nothing that its first answer does not need."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module

import pytest

from calibrant.lsp.later import AT_ONCE, load
from house.source import PACKAGE
from lsp.wire import Wire

ROOMS = (
    *("calibrant.cli.commands", "calibrant.engine", "calibrant.change", "calibrant.store"),
    *("calibrant.connectors", "calibrant.dialects", "calibrant.rules", "calibrant.failures", "calibrant.repairs"),
    *("calibrant.expressions", "calibrant.syntax"),
)
LIBRARIES = (
    *("click", "jinja2", "httpx", "openpyxl", "rich", "sqlite3", "tree_sitter", "watchfiles", "platformdirs"),
    *("multiprocessing", "importlib.metadata", "email", "http"),
)
OPTIONS = {"calibrant.ide", "calibrant.ide.triggers"}
"""What the answer itself says, such as the characters on which completion is asked for."""
KEPT = {"code_lens", "commands", "inputs", "status"}
"""Modules of features that hold what the server object keeps; the others are imported when they are first asked for."""


def put_off() -> set[tuple[str, str]]:
    """Return what `lsp/server.py` hands to `later`: modules and functions."""
    tree = ast.parse((PACKAGE / "lsp" / "server.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "later"]
    return {(ast.literal_eval(call.args[0]), ast.literal_eval(call.args[1])) for call in calls}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules that are there with the answer to `initialize`."""
    environ = {"PYTHONPROFILEIMPORTTIME": "1"}
    with Wire(tmp_path_factory.mktemp("state"), initialize=False, environ=environ) as wire:
        wire.send(id=0, method="initialize", params={"processId": None, "capabilities": {}, "rootUri": None})
        assert wire.answer(0)["result"]["capabilities"]
    lines = b"".join(wire.errors).decode().splitlines()
    return frozenset(line.rsplit("|", 1)[1].strip() for line in lines if line.startswith("import time:"))


def test_the_rooms_below_wait_for_the_first_workflow(loaded: frozenset[str]) -> None:
    assert "calibrant.lsp.core" in loaded
    assert [name for name in loaded if any(name == room or name.startswith(f"{room}.") for room in ROOMS)] == []
    assert {name for name in loaded if name.split(".")[:2] == ["calibrant", "ide"]} <= OPTIONS


def test_libraries_wait_for_who_needs_them(loaded: frozenset[str]) -> None:
    assert "pygls.lsp.server" in loaded
    assert [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in LIBRARIES)] == []


def test_features_wait_for_their_first_request(loaded: frozenset[str]) -> None:
    features = {f"calibrant.lsp.{module}" for module, _ in put_off() if module not in KEPT}
    assert features
    assert not features & loaded


def test_what_is_asked_for_first_is_among_what_is_put_off() -> None:
    assert set(AT_ONCE) < {module for module, _ in put_off()}
    load()


@pytest.mark.parametrize(("module", "name"), sorted(put_off()))
def test_what_is_put_off_is_there(module: str, name: str) -> None:
    function = getattr(import_module(f"calibrant.lsp.{module}"), name)
    assert inspect.iscoroutinefunction(function)
    assert len(inspect.signature(function).parameters) == 2


def test_the_protocols_types_lack_nothing_but_their_repr() -> None:
    program = """
import attrs
from calibrant.lsp import wire_types
wire_types.load()
from lsprotocol.types import TextDocumentIdentifier as Of
assert Of("a") == Of("a") != Of("b")
assert Of.__repr__ is object.__repr__
@attrs.define
class Other:
    x: int
assert repr(Other(1)) == "Other(x=1)"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
