"""The command about a workflow's inputs, and what is remembered of what they were given."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import must_run, path_of, read
from calibrant.lsp.reading import newest
from calibrant.model.ports import StoreError
from calibrant.workspace.files import unread

if TYPE_CHECKING:
    from pathlib import Path

    from calibrant.lsp.core import CalibrantServer
    from calibrant.model.workflow import Input, Workflow
    from calibrant.workspace.inputs import Remembered

_log = logging.getLogger(__name__)


class InputsArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.inputs` takes; `values` are looked at as if they were given now, None as if one were forgotten."""

    uri: str
    values: dict[str, Any] = {}


class Inputs:
    """What workflows were given: in the user's state, except for secrets, which this process alone remembers."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._confided: dict[str, dict[str, object]] = {}

    async def remembered(self, path: "Path") -> "Remembered":
        """Return what is remembered for a workflow, looked up in a thread.

        Raises:
            StoreError: what was recorded cannot be read.
        """
        from calibrant.workspace.inputs import Remembered

        workspace, name = self._server.configuration.workspace_of(path), self._server.name_of(path)
        kept = await asyncio.to_thread(self._server.services.inputs, workspace, name)
        return Remembered(kept, dict(self._confided.get(str(path), {})))

    async def of_run(self, path: "Path", given: Mapping[str, object]) -> dict[str, object]:
        """Return what a run is given: `given`, and what is remembered for other inputs, whether its text has them or not."""
        try:
            known = (await self.remembered(path)).all
        except (StoreError, OSError):  # the run itself needs the store, and tells
            known = self._confided.get(str(path), {})
        return {**known, **given}

    async def moved(self, old: "Path", new: "Path") -> None:
        """Take along what is remembered for a workflow whose file was renamed, unless its new name has something of its own."""
        if str(old) in self._confided:
            self._confided.setdefault(str(new), self._confided.pop(str(old)))
        services, configuration, name_of = self._server.services, self._server.configuration, self._server.name_of
        before, after = configuration.workspace_of(old), configuration.workspace_of(new)

        def move() -> None:
            kept = services.inputs(before, name_of(old))
            if kept and not services.inputs(after, name_of(new)):
                services.remember(after, name_of(new), kept)
                services.remember(before, name_of(old), dict.fromkeys(kept))

        try:
            await asyncio.to_thread(move)
        except (StoreError, OSError) as error:
            _log.warning("What %s was given is not remembered for %s: %s", old, new, error)

    async def also_called(self, path: "Path", item: "Input", workflow: "Workflow", new: str) -> None:
        """Remember for an input's new name what it was given, unless that has something of its own. The old one stays: a
        rename may be undone, or may never have been made.
        """
        from calibrant.workspace.secret_inputs import is_secret

        services = self._server.services
        workspace, name = self._server.configuration.workspace_of(path), self._server.name_of(path)
        confided = self._confided.get(str(path), {})
        if item.name in confided:
            confided.setdefault(new, confided[item.name])
            return

        def copy() -> tuple[bool, object]:
            kept = services.inputs(workspace, name)
            if item.name not in kept or new in kept:
                return False, None
            value = kept[item.name]
            secret = is_secret(msgspec.structs.replace(item, name=new), value, services.secrets(workflow))
            if not secret:
                services.remember(workspace, name, {new: value})
            return secret, value

        try:
            secret, value = await asyncio.to_thread(copy)
        except (StoreError, OSError) as error:
            _log.warning("What ‘%s’ was given is not remembered for ‘%s’: %s", item.name, new, error)
            return
        if secret:
            self._confided.setdefault(str(path), {}).setdefault(new, value)

    async def remember(self, path: "Path", workflow: "Workflow", values: Mapping[str, object]) -> None:
        """Remember values that fit for every later run of a workflow; None forgets one.

        Raises:
            StoreError: the state directory cannot be written. This process remembers them all the same.
        """
        from calibrant.workspace.secret_inputs import confided_of

        services = self._server.services
        secrets = services.secrets(workflow)
        confided = await asyncio.to_thread(confided_of, workflow, values, secrets)  # a value may be a long text
        held = {**self._confided.get(str(path), {}), **confided}
        self._confided[str(path)] = {name: one for name, one in held.items() if name in confided or name not in values}
        kept = {name: None if name in confided else value for name, value in values.items()}
        workspace, workflow_name = self._server.configuration.workspace_of(path), self._server.name_of(path)
        await asyncio.to_thread(services.remember, workspace, workflow_name, kept)


async def inputs(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, object]:
    """Return the inputs of a workflow, and what to say of values for them."""
    from calibrant.workspace.inputs import wanted

    arguments = read(given, InputsArguments)
    path, now = path_of(arguments.uri), await newest(ls, arguments.uri)
    if now is None or now.analysis is None:
        why = unread(path) if now is None else "It is not a workflow by its name."
        raise JsonRpcInvalidParams(f"‘{path.name}’ has no inputs. {why}")
    must_run(now.snapshot)
    try:
        remembered = await ls.inputs.remembered(path)
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"What ‘{path.name}’ was given before cannot be read: {error}") from error
    found = wanted(now.analysis.workflow, remembered, arguments.values)
    return {"inputs": [msgspec.to_builtins(one) for one in found]}
