"""From the paths on the command line to workflow files."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from calibrant import app
from calibrant.dialects import dialect_of
from calibrant.model.settings import Settings
from calibrant.workspace.files import Loaded, load, workflow_name
from calibrant.workspace.locate import NAMED, find_workflows, workspace_of
from calibrant.workspace.overrides import settings_at


class Target(msgspec.Struct, frozen=True):
    """A workflow file: as shown (relative to the current folder where it lies below), in full, and its workspace."""

    shown: str
    path: Path
    workspace: Path
    settings: Settings

    @property
    def name(self) -> str:
        """The workflow's name in the store and in issue identities."""
        return workflow_name(self.path, self.workspace)


def targets(paths: Sequence[Path]) -> list[Target]:
    """Return the workflow files that paths name; a folder stands for those below it. Each file once, in order.

    Raises:
        click.UsageError: a path is missing, or names a file that is no workflow by its name.
    """
    found = dict.fromkeys(file for path in paths for file in _files(path))
    settings: dict[Path, Settings] = {}
    out = []
    for file in found:
        workspace = workspace_of(file)
        if workspace not in settings:
            settings[workspace] = load_settings(workspace)
        out.append(Target(_shown(file), file, workspace, settings_at(settings[workspace], file, workspace)))
    return out


def one_target(path: Path) -> Target:
    """Return the one workflow file that a path names: itself, or the only one below a folder.

    Raises:
        click.UsageError: there is none, or there are several.
    """
    found = targets([path])
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.UsageError(f"There is no workflow file in ‘{path}’.")
    named = ", ".join(one.shown for one in found[:3]) + (" …" if len(found) > 3 else "")
    raise click.UsageError(f"There are {len(found)} workflow files in ‘{path}’ ({named}). Name the one that you mean.")


def loaded(target: Target) -> Loaded | None:
    """Read a workflow file; None where it cannot be read, which is said on stderr and must not cost the other files."""
    try:
        return load(target.path)
    except OSError as error:
        click.echo(f"calibrant: ‘{target.shown}’ cannot be read: {error.strerror}.", err=True)
        return None


def load_settings(workspace: Path) -> Settings:
    """Return the settings in force for a workspace; what is wrong in a settings file is said on stderr."""
    settings, problems = app.settings_for(workspace)
    for problem in problems:
        click.echo(f"calibrant: {problem}", err=True)
    return settings


def _files(path: Path) -> Iterator[Path]:
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links and change the name shown
    if absolute.is_dir():
        workflows = list(find_workflows(absolute, load_settings(workspace_of(absolute)).exclude))
        if not workflows:
            click.echo(
                f"calibrant: no workflow files below {path}. Calibrant reads {NAMED}.",
                err=True,
            )
        yield from workflows
    elif not absolute.exists():
        raise click.UsageError(f"There is no file or folder ‘{path}’.")
    elif dialect_of(str(absolute)) is None:
        raise click.UsageError(f"‘{path}’ is not a workflow by its name. Calibrant reads {NAMED}.")
    else:
        yield absolute


def _shown(file: Path) -> str:
    here = Path.cwd()
    shown = (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()
    return (
        f"./{shown}" if shown.startswith("-") else shown
    )  # as it stands in commands, it is not to be taken for an option
