"""`calibrant history`: what was run and what was changed, and what became of it."""

import shutil
import sys
import time
from pathlib import Path
from typing import Literal

import click

from calibrant import app
from calibrant.cli.output import style_for_terminal, write
from calibrant.model.ports import StoreError
from calibrant.report import dumps
from calibrant.report.history import COLUMNS, Entry, history_object, history_text, merged
from calibrant.workspace.files import workflow_name
from calibrant.workspace.locate import workspace_of

Format = Literal["text", "json"]


def history(path: Path, *, limit: int, style: Format) -> int:
    """Show runs and fixes of a file, or of its folder's workspace, newest first; the file need not be there any longer."""
    absolute = path.absolute()
    folder = absolute.is_dir()
    try:
        entries = _entries(absolute, workspace_of(absolute), limit, everything=folder)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if style == "json":
        write([dumps([history_object(entry) for entry in entries])])
    elif entries:
        columns = shutil.get_terminal_size((COLUMNS, 24)).columns if sys.stdout.isatty() else COLUMNS
        write(history_text(entries, _at, style_for_terminal(), files=folder, columns=columns))
    else:
        write([f"Nothing was run or fixed yet in {path}." if folder else f"{path} was not run or fixed yet."])
    return 0


def _entries(path: Path, workspace: Path, limit: int, *, everything: bool) -> list[Entry]:
    from calibrant import change
    from calibrant.store import open_store

    name = None if everything else workflow_name(path, workspace)
    with open_store(app.state_dir(), workspace, create=False) as store:
        runs, going = store.history(name, limit), store.under_way(name)
        changes = change.history(change.Site(workspace, store.changes), None if everything else path, limit)
    return merged(runs, going, changes)[:limit]


def _at(seconds: float) -> str:
    """Return a time as people write it here, to the minute."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OverflowError, OSError, ValueError):  # no time at all: another version recorded something else there
        return "-"
