"""Settings from the editor and from files, at the start and when they change."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import VSCODE, Editor, capabilities_of, editing
from lsp.wire import Wire

BAD = "steps:\n  - id: one\n    uses: file.lisst\n"


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    return made


def asked(*, configuration: bool) -> types.ClientCapabilities:
    capabilities = capabilities_of(VSCODE)
    assert capabilities.workspace
    capabilities.workspace.configuration = configuration
    return capabilities


async def severity(editor: Editor, uri: str, wanted: types.DiagnosticSeverity | None) -> None:
    def now() -> types.DiagnosticSeverity | None:
        return next((one.severity for one in editor.shown(uri)), None)

    await editor.until(lambda: editor.publications(uri) and now() == wanted, f"{wanted}")


@pytest.mark.parametrize("inside", [True, False])
async def test_from_the_start(ws: Path, tmp_path: Path, inside: bool) -> None:
    values: dict[str, Any] = {"severity": {"unknown-connector": "hint"}, "run": "manual"}
    options = {"calibrant": values} if inside else values
    uri = (ws / "a.workflow.yaml").as_uri()
    capabilities = asked(configuration=False)
    async with editing(ws, state=tmp_path / "state", options=options, capabilities=capabilities) as editor:
        editor.open(uri, BAD)
        await severity(editor, uri, types.DiagnosticSeverity.Hint)


async def test_when_told_of_a_change(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state", capabilities=asked(configuration=False)) as editor:
        editor.open(uri, BAD)
        await severity(editor, uri, types.DiagnosticSeverity.Error)
        values = {"calibrant": {"ignore": ["unknown-connector"]}}
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(values))
        await severity(editor, uri, None)


async def test_asked_for_each_folder(ws: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.workflow.yaml").write_text(BAD)
    settings = {other.as_uri(): {"severity": {"unknown-connector": "warning"}}}
    uri, other_uri = (ws / "a.workflow.yaml").as_uri(), (other / "b.workflow.yaml").as_uri()
    async with editing(
        ws, other, state=tmp_path / "state", settings=settings, capabilities=asked(configuration=True)
    ) as editor:
        editor.open(uri, BAD)
        await severity(editor, uri, types.DiagnosticSeverity.Error)
        await severity(editor, other_uri, types.DiagnosticSeverity.Warning)
        editor.set_configuration({"calibrant": {"severity": {"unknown-connector": "hint"}}})
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await severity(editor, uri, types.DiagnosticSeverity.Hint)
        assert editor.shown(other_uri)[0].severity == types.DiagnosticSeverity.Warning


async def test_a_settings_file_counts_when_it_is_saved(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    (ws / "pyproject.toml").write_text("")
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, BAD)
        await severity(editor, uri, types.DiagnosticSeverity.Error)
        (ws / "pyproject.toml").write_text('[tool.calibrant]\nseverity = {unknown-connector = "warning"}\n')
        editor.save((ws / "pyproject.toml").as_uri())
        await severity(editor, uri, types.DiagnosticSeverity.Warning)


async def test_files_are_left_out_by_a_setting(ws: Path, tmp_path: Path) -> None:
    (ws / "old").mkdir()
    (ws / "old" / "b.workflow.yaml").write_text(BAD)
    uri = (ws / "old" / "b.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state", capabilities=asked(configuration=False)) as editor:
        await severity(editor, uri, types.DiagnosticSeverity.Error)
        values = {"calibrant": {"exclude": ["old/**"]}}
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(values))
        await editor.until(lambda: not editor.shown(uri), "clearing")


async def test_what_is_wrong_with_settings_is_told_once(ws: Path, tmp_path: Path) -> None:
    (ws / "calibrant.toml").write_text("execute = 'unsandboxed'\n")
    options = {"concurency": 3}
    capabilities = asked(configuration=False)
    async with editing(ws, state=tmp_path / "state", options=options, capabilities=capabilities) as editor:
        for number in range(3):
            editor.open((ws / f"{number}.workflow.yaml").as_uri(), BAD)
        await severity(editor, (ws / "2.workflow.yaml").as_uri(), types.DiagnosticSeverity.Error)
        said = sorted(one.message for one in editor.messages)
        assert len(said) == 2
        assert "only your own settings" in said[1]
        assert "Did you mean ‘concurrency’?" in said[0]


@pytest.mark.parametrize("answer", [[], None, [None], {"a": 1}, [3, [4]], "no"])
def test_an_answer_without_settings_leaves_them_as_they_are(ws: Path, tmp_path: Path, answer: Any) -> None:
    (ws / "a.workflow.yaml").write_text(BAD)
    capabilities = {"workspace": {"configuration": True}}
    with Wire(tmp_path / "state", rootUri=ws.as_uri(), capabilities=capabilities) as wire:
        while (question := wire.next()).get("method") != "workspace/configuration":
            pass
        wire.send(id=question["id"], result=answer)
        told = wire.next(within=4)
        assert told["method"] == "textDocument/publishDiagnostics"
        assert told["params"]["diagnostics"][0]["severity"] == 1


async def test_null_takes_the_editors_settings_back(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    options = {"ignore": ["unknown-connector"]}
    capabilities = asked(configuration=False)
    async with editing(ws, state=tmp_path / "state", options=options, capabilities=capabilities) as editor:
        editor.open(uri, BAD)
        await severity(editor, uri, None)
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams({"calibrant": None}))
        await severity(editor, uri, types.DiagnosticSeverity.Error)


async def test_overrides_count_for_the_files_they_name(ws: Path, tmp_path: Path) -> None:
    (ws / "pyproject.toml").write_text(
        '[[tool.calibrant.overrides]]\npaths = ["old/**"]\nseverity = {unknown-connector = "warning"}\n'
    )
    (ws / "old").mkdir()
    uri, old_uri = (ws / "a.workflow.yaml").as_uri(), (ws / "old" / "a.workflow.yaml").as_uri()
    capabilities = asked(configuration=False)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, BAD)
        editor.open(old_uri, BAD)
        await severity(editor, uri, types.DiagnosticSeverity.Error)
        await severity(editor, old_uri, types.DiagnosticSeverity.Warning)
        values = {"calibrant": {"overrides": [{"paths": ["old/a.*"], "ignore": ["unknown-connector"]}]}}
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(values))
        await editor.until(lambda: not editor.shown(old_uri), "clearing")
        await severity(editor, uri, types.DiagnosticSeverity.Error)
