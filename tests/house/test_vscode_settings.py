"""The VS Code extension's settings against the server's own: the same names, values, defaults and care."""

import json
import re
from typing import Any, get_args

import msgspec
import pytest

from calibrant.dialects import DIALECTS
from calibrant.lsp.server import COMMANDS
from calibrant.model.settings import DOCS, USER_ONLY, Settings
from house.source import ROOT

EXTENSION = ROOT / "editors" / "vscode"
FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Settings)}
OWN = {"fixOnSave", "trustFollowsEditor", "server.path", "server.package", "trace.server"}
NOT_IN_WORKSPACES = {"application", "machine"}


def _declared() -> dict[str, dict[str, Any]]:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    groups = manifest["contributes"]["configuration"]
    return {name.removeprefix("calibrant."): said for group in groups for name, said in group["properties"].items()}


def _listed(file: str, name: str) -> set[str]:
    """Return the texts of a constant list in TypeScript."""
    text = (EXTENSION / "src" / file).read_text(encoding="utf-8")
    found = re.search(rf"{name}\b[^=]*= \[(.*?)\]", text, re.DOTALL)
    assert found, name
    return set(re.findall(r'"([^"]+)"', found[1]))


def test_every_setting_of_the_server_is_one_of_the_extension() -> None:
    assert set(_declared()) == set(FIELDS) | OWN
    assert _listed("client/settings.ts", "SERVER_SETTINGS") == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_declared_as_the_server_has_it(name: str) -> None:
    said, field = _declared()[name], FIELDS[name]
    default = msgspec.json.decode(msgspec.json.encode(getattr(Settings(), field.name)))
    assert said["default"] == default
    assert said.get("enum", []) == [word for word in get_args(field.type) if isinstance(word, str)]
    assert len(said.get("enumDescriptions", said.get("enum", []))) == len(said.get("enum", []))
    assert said.get("description") or said.get("markdownDescription")
    assert name in DOCS


@pytest.mark.parametrize("name", sorted(USER_ONLY))
def test_what_a_workspace_must_not_loosen_cannot_be_set_there(name: str) -> None:
    assert _declared()[name]["scope"] in NOT_IN_WORKSPACES


def test_what_names_programs_has_no_effect_in_restricted_mode() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    restricted = set(manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"])
    for name in OWN:
        if _declared()[name]["scope"] not in {*NOT_IN_WORKSPACES, "window"}:
            assert f"calibrant.{name}" in restricted


def test_the_extension_needs_only_commands_that_there_are() -> None:
    assert _listed("client/protocol.ts", "NEEDED") <= set(COMMANDS)


def test_ids_of_the_extensions_commands_are_not_the_servers() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    ids = {command["command"] for command in manifest["contributes"]["commands"]}
    assert ids
    assert not ids & set(COMMANDS)


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (EXTENSION / "package-lock.json").read_text(encoding="utf-8")


def test_every_name_of_a_workflow_is_one_for_the_extension() -> None:
    found = re.search(
        r"PATTERN = \"\*\*/\*(.+)\{(.+)\}\"", (EXTENSION / "src" / "names.ts").read_text(encoding="utf-8")
    )
    assert found
    assert {found[1] + suffix for suffix in found[2].split(",")} == {
        end for dialect in DIALECTS if dialect.language.runs for end in dialect.language.suffixes
    }


def test_what_is_only_checked_has_the_same_names_for_the_extension() -> None:
    """What the server reads and does not run is known to it by folder and by name."""
    listed = _listed("names.ts", "CHECKED")
    languages = [dialect.language for dialect in DIALECTS if not dialect.language.runs]
    expected = {
        f"**/{language.folder}/*.{{{','.join(end.removeprefix('.') for end in language.suffixes)}}}"
        for language in languages
        if language.folder
    }
    for language in languages:
        endings = ",".join(name.partition(".")[2] for name in language.names)
        expected |= {f"**/{language.names[0].partition('.')[0]}.{{{endings}}}"} if language.names else set()
    assert listed == expected
