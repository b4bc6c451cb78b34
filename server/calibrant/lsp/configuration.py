"""Settings as the editor gives them: at the start, when they change, and when asked."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.lsp import editor_trust
from calibrant.lsp.convert import to_uri
from calibrant.lsp.folders import watchers
from calibrant.lsp.later import load
from calibrant.model.settings import Settings
from calibrant.workspace.locate import workspace_of
from calibrant.workspace.overrides import settings_at

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

SECTION = "calibrant"
_ANSWER_WITHIN = 5.0
_log = logging.getLogger(__name__)
_NAMES = frozenset(field.encode_name for field in msgspec.structs.fields(Settings))


class Configuration:
    """The settings in force for each workspace folder."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._everywhere: Mapping[str, object] = {}
        self._by_folder: dict[Path, Mapping[str, object]] = {}
        self._loaded: dict[Path, Settings] = {}
        self._of_file: dict[Path, Settings] = {}
        self._workspaces: dict[Path, Path] = {}
        self._told: set[str] = set()

    def workspace_of(self, path: Path) -> Path:
        """Return the workspace folder of a file, as looked up when it was first asked for."""
        folder = path.parent
        if folder not in self._workspaces:
            self._workspaces[folder] = workspace_of(path)
        return self._workspaces[folder]

    def settings(self, path: Path | None) -> Settings:
        """Return the settings for a file; the defaults for a document that is no file."""
        if path is None:
            return Settings()
        if path not in self._of_file:
            workspace = self.workspace_of(path)
            self._of_file[path] = settings_at(self._in(workspace), path, workspace)
        return self._of_file[path]

    def known(self, workspace: Path) -> Settings | None:
        """Return a workspace's settings where they were looked up already; may be called in any thread."""
        return self._loaded.get(workspace)

    def _in(self, workspace: Path) -> Settings:
        if workspace not in self._loaded:
            self._loaded[workspace], problems = self._server.services.settings(workspace, self._editor(workspace))
            self._tell(problems)
        return self._loaded[workspace]

    def start(self, options: object) -> None:
        """Take the settings in `initializationOptions`: the section itself, or an object that holds it.

        What the client says of trust stands beside them, and is no setting.
        """
        if isinstance(options, Mapping):
            beside = {name: value for name, value in options.items() if name != editor_trust.NAME}
            self._everywhere = _plain(beside.get(SECTION, beside)) or {}

    def change(self, settings: object) -> None:
        """Take the settings in `workspace/didChangeConfiguration`; without our section or names they tell us nothing."""
        if isinstance(settings, Mapping):
            if SECTION in settings:
                self._everywhere = _plain(settings[SECTION]) or {}
            elif settings.keys() & _NAMES:
                self._everywhere = settings
        self.forget()

    def forget(self) -> None:
        """Load the files anew when next asked."""
        self._loaded.clear()
        self._of_file.clear()
        self._workspaces.clear()
        self._server.services.grounds.move()
        self._server.knowledge.again()  # values may have to be shown no longer

    @property
    def can_ask(self) -> bool:
        """Tell whether the client answers questions for settings."""
        workspace = self._server.client_capabilities.workspace
        return bool(workspace and workspace.configuration)

    async def ask(self, folders: list[Path]) -> None:
        """Ask the client for the settings, as they are everywhere and in each folder."""
        items = [types.ConfigurationItem(section=SECTION)]
        items += [types.ConfigurationItem(scope_uri=to_uri(folder), section=SECTION) for folder in folders]
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                answers = await self._server.workspace_configuration_async(types.ConfigurationParams(items))
        except TimeoutError:
            _log.warning("The editor did not tell its settings within %s seconds.", _ANSWER_WITHIN)
            return
        except JsonRpcException as error:
            _log.warning("The editor did not tell its settings: %s", error)
            return
        everywhere, *each = [_plain(answer) for answer in answers or ()] or [None]
        if everywhere is not None:
            self._everywhere = everywhere
        self._by_folder = {folder: given for folder, given in zip(folders, each, strict=False) if given is not None}
        self.forget()

    def _editor(self, workspace: Path) -> Mapping[str, object]:
        """Return the editor's values for a workspace: those of the innermost folder that holds it, else those of all."""
        holding = [folder for folder in self._by_folder if workspace.is_relative_to(folder)]
        return self._by_folder[max(holding, key=lambda folder: len(folder.parts))] if holding else self._everywhere

    def _tell(self, problems: list[str]) -> None:
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                self._server.say(problem)


def _plain(answer: Any) -> Mapping[str, object] | None:
    return answer if isinstance(answer, Mapping) else None


def initialized(ls: "CalibrantServer", _params: types.InitializedParams) -> None:
    """Handle `initialized`: ask for settings, be told of changes, look at the folders; prepare for a first workflow."""
    ls.warming_up = ls.spawn(_prepare(ls))
    ls.spawn(_settle(ls))


async def _prepare(ls: "CalibrantServer") -> None:
    await asyncio.to_thread(ls.services.warm_up)
    await asyncio.to_thread(load)


async def _settle(ls: "CalibrantServer") -> None:
    capabilities = ls.client_capabilities.workspace
    watching = watchers(ls.client_capabilities)
    registrations = list(watching)
    if capabilities and (told := capabilities.did_change_configuration) and told.dynamic_registration:
        options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registrations.append(
            types.Registration("calibrant-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        )
    if registrations:
        ls.client_register_capability(types.RegistrationParams(registrations))
    if ls.configuration.can_ask:
        await ls.configuration.ask(ls.tree.folders)
        ls.pipeline.again()
        ls.refreshing.soon()
    await ls.warmed_up()
    for workspace in {ls.configuration.workspace_of(folder / "x") for folder in ls.tree.folders}:
        ls.spawn(ls.applications.recorded.settle(workspace))
    ls.tree.start(others_watch=bool(watching))


def did_change_configuration(ls: "CalibrantServer", params: types.DidChangeConfigurationParams) -> None:
    """Handle `workspace/didChangeConfiguration`."""
    ls.configuration.change(params.settings)
    ls.spawn(_changed(ls))


async def _changed(ls: "CalibrantServer") -> None:
    if ls.configuration.can_ask:
        await ls.configuration.ask(ls.tree.folders)
    ls.pipeline.again()
    ls.refreshing.soon()
    ls.tree.rescan()
