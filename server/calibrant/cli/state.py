"""Commands on what Calibrant remembers: trust, clean."""

import shutil
from contextlib import closing
from pathlib import Path

import click

from calibrant import app
from calibrant.model.ports import StoreError
from calibrant.workspace.locate import workspace_of


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
