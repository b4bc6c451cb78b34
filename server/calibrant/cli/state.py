"""Commands on what Calibrant remembers and how it is set up: trust, clean, doctor."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import click
import msgspec

from calibrant import __version__, app
from calibrant.model.ports import StoreError
from calibrant.model.settings import Settings
from calibrant.workspace.locate import find_workflows, workspace_of
from calibrant.workspace.settings import user_file

Mark = Literal["ok", "note", "wrong"]


class Line(msgspec.Struct, frozen=True):
    """One thing that doctor looked at."""

    mark: Mark
    what: str
    says: str


def trust(folder: Path, *, revoke: bool) -> int:
    """Remember, or take back, that the user trusts the workspace of a folder."""
    from calibrant.store import open_store

    workspace = workspace_of(folder)
    try:
        with closing(open_store(app.state_dir(), workspace)) as store:
            store.trust(not revoke)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if revoke:
        click.echo(f"{workspace} is no longer trusted: its workflows run no commands and reach no network.")
        return 0
    click.echo(
        f"{workspace} is trusted: its workflows may reach the network and run commands, in a sandbox.\n"
        "Take it back with: calibrant trust --revoke"
    )
    if not shutil.which("bwrap"):
        click.echo(
            "There is no sandbox here yet. Install bubblewrap; or, to run commands without one, use"
            ' `calibrant calibrate --trust` for one run, or the setting `execute = "unsandboxed"` in your own settings.'
        )
    return 0


def clean(folder: Path, *, everything: bool, yes: bool) -> int:
    """Forget a workspace, or all of them."""
    from calibrant import store

    workspace = None if everything else workspace_of(folder)
    whom = "every workspace" if workspace is None else str(workspace)
    if not yes:
        click.confirm(
            f"Forget recorded runs, outputs, backups and trust of {whom}? Workflow files are not touched.", abort=True
        )
    try:
        done = store.clean(app.state_dir(), workspace)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Forgot {len(done.removed)} workspace{'' if len(done.removed) == 1 else 's'}, {done.freed / 1e6:.1f} MB."
    )
    if done.running:
        click.echo(f"Left alone, as they run now: {', '.join(done.running)}.", err=True)
        return 3
    if done.unsettled:
        click.echo(
            f"Left alone, as changes of files were interrupted there: {', '.join(done.unsettled)}. They are settled when "
            "Calibrant next works in that workspace.",
            err=True,
        )
        return 1
    return 0


def doctor(folder: Path) -> int:
    """Show how Calibrant is set up; status 2 where something that it needs does not work."""
    lines = list(_look(folder))
    signs = {"ok": "✓", "note": "·", "wrong": "✗"}
    width = max(len(line.what) for line in lines)
    for line in lines:
        click.echo(f"{signs[line.mark]} {line.what:{width}}  {line.says}")
    return 2 if any(line.mark == "wrong" for line in lines) else 0


def _look(folder: Path) -> Iterator[Line]:
    workspace = workspace_of(folder)
    yield Line("ok", "calibrant", f"{__version__}, Python {platform.python_version()} ({sys.executable})")
    yield Line("ok", "workspace", str(workspace))
    settings, problems = app.settings_for(workspace)
    count = sum(1 for _ in find_workflows(workspace, settings.exclude))
    yield Line(
        "ok" if count else "note",
        "workflows",
        f"{count} found" if count else "none found (*.workflow.yaml, .yml, .json)",
    )
    yield from _connectors()
    yield _settings_file()
    for problem in problems:
        yield Line("wrong", "settings", problem)
    yield _state(workspace)
    yield _trust(workspace)
    yield _sandbox(workspace, settings)


def _connectors() -> Iterator[Line]:
    from calibrant import connectors
    from calibrant.connectors import plugins

    builtin = {connector.spec.name for connector in connectors.BUILTIN}
    others = sorted(set(plugins.found()) - builtin)
    yield Line(
        "ok", "connectors", f"{len(builtin)} built in" + (f", {len(others)} of other packages" if others else "")
    )
    for name in sorted(plugins.found()):
        package = plugins.package_of(name)
        if name in builtin:
            yield Line("note", name, f"of {package} is not used: the built-in connector has that name")
        elif why := plugins.load(name).spec.broken:
            yield Line("wrong", name, f"of {package} cannot be loaded: {why}")
        else:
            yield Line("ok", name, f"of {package}")


def _settings_file() -> Line:
    path = user_file(os.environ)
    return Line("ok" if path.is_file() else "note", "your settings", f"{path}{'' if path.is_file() else ' (none yet)'}")


def _state(workspace: Path) -> Line:
    from calibrant.store import open_store

    state = app.state_dir()
    try:
        open_store(state, workspace).close()
    except StoreError as error:
        return Line("wrong", "state", str(error))
    size = sum(_size(path) for path in state.rglob("*"))
    return Line("ok", "state", f"{state} ({size / 1e6:.1f} MB)")


def _size(path: Path) -> int:
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:  # another process's temporary file, gone meanwhile
        return 0


def _trust(workspace: Path) -> Line:
    from calibrant.store import open_store

    try:
        with closing(open_store(app.state_dir(), workspace, create=False)) as store:
            trusted = store.trusted()
    except StoreError as error:
        return Line("wrong", "trust", str(error))
    if trusted:
        return Line("ok", "trust", "this workspace is trusted: its workflows may run commands and reach the network")
    return Line("note", "trust", "this workspace is not trusted: no commands, no network. To trust it: calibrant trust")


def _sandbox(workspace: Path, settings: Settings) -> Line:
    from calibrant.engine.sandbox import find_bwrap

    found = find_bwrap(os.environ, workspace)
    if found:
        return Line("ok", "sandbox", f"{found}: commands run without network, in a private copy of the workspace")
    if settings.execute == "unsandboxed":
        return Line("note", "sandbox", "none (bubblewrap is not installed); your settings let commands run without one")
    return Line(
        "note",
        "sandbox",
        'none: install bubblewrap, or commands run only with `calibrate --trust` or `execute = "unsandboxed"`',
    )
