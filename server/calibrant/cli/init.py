"""`calibrant init`: a workflow to begin with, made of what the workspace is built with."""

import os
import shlex
import sys
from pathlib import Path
from typing import Literal

import click

from calibrant import change, dialects
from calibrant.cli.output import write
from calibrant.model.toolchain import HERE, Validation
from calibrant.workspace.starting import validations
from calibrant.workspace.surveying import survey_of

Form = Literal["native", "actions"]
_LANGUAGES: dict[Form, str] = {"native": "native", "actions": "github-workflow"}
_PATHS: dict[Form, str] = {"native": "{name}.workflow.yaml", "actions": ".github/workflows/{name}.yml"}
_SEPARATORS = frozenset(filter(None, (os.sep, os.altsep)))


def init(folder: Path, form: Form, name: str, *, dry_run: bool) -> int:
    """Write a workflow with what there is to validate in a folder; returns the exit status.

    Raises:
        click.UsageError: the folder or the name cannot be used, or the file is there already.
    """
    if not name or name.startswith(".") or not _SEPARATORS.isdisjoint(name):
        raise click.UsageError(f"‘{name}’ cannot be a file's name. Give one without folders, such as: --name checks")
    try:
        os.scandir(folder).close()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise click.UsageError(f"‘{folder}’ cannot be read: {reason}.") from error
    found = validations(survey_of(folder, os.environ))
    text = dialects.start(_LANGUAGES[form], found)
    if dry_run:
        write(text.splitlines())
        return 0
    path = folder / _PATHS[form].format(name=name)
    try:
        change.create(folder, path.relative_to(folder), text)
    except change.Refused as error:
        raise click.UsageError(str(error)) from error
    write([f"Wrote {path}", *map(_line, found)] if found else [f"Wrote {path}", _NOTHING])
    _say_next(path, form)
    return 0


_NOTHING = "  No toolchain was found here, so it only greets: put your own steps in."


def _line(one: Validation) -> str:
    where = "" if one.root == HERE else f" in {one.root}"
    return f"  {one.ecosystem} with {one.manager}{where}: {', '.join(purpose for purpose, _ in one.steps)}"


def _say_next(path: Path, form: Form) -> None:
    called = shlex.quote(str(path))
    command = f"calibrant calibrate {called} --trust" if form == "native" else f"calibrant check {called}"
    sys.stderr.write(f"Next: {command}\n")
