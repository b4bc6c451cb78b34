"""`calibrant rollback`, and keeping what was rolled back: changes of workflow files taken back, or kept all the same."""

import asyncio
import shlex
from pathlib import Path

import click

from calibrant import app
from calibrant.cli.output import write
from calibrant.cli.targets import one_target
from calibrant.model.ports import StoreError
from calibrant.workspace.locate import workspace_of


def rollback(path: Path, *, session: str | None, whole: bool) -> int:
    """Take back the newest fix of a file, or a session; returns the exit status."""
    from calibrant import change

    file = _file(path)
    try:
        with app.site(workspace_of(file)) as site:
            done = change.rollback(site, session, path=None if session else file, whole=whole)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if done.status == "refused":
        restore = f"\nTo have that: calibrant rollback {shlex.quote(str(path))} --session {done.session} --whole"
        raise click.ClickException(done.reason + (restore if done.conflicts else ""))
    write(f"{one.path}: {one.became}. {one.note}".rstrip() for one in done.files)
    write([f"Session {done.session} is taken back."])
    return 0


def keep(path: Path, session: str) -> int:
    """Keep a change that was not verified, or put one back that was rolled back; returns the exit status."""
    from calibrant import change

    file = _file(path)
    try:
        with app.site(workspace_of(file)) as site:
            done = asyncio.run(change.keep(site, session))
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if done.status == "refused":
        raise click.ClickException(done.reason)
    write(f"{one.path}: {one.became}. {one.note}".rstrip() for one in done.files)
    write([f"Kept. Take it back with: calibrant rollback {shlex.quote(str(path))} --session {done.session}"])
    return 0


def _file(path: Path) -> Path:
    """Return the file that a path stands for; one that was deleted can be brought back."""
    return one_target(path).path if path.is_dir() else path.absolute()
