"""`calibrant init`: a workflow to begin with, made of what the workspace is built with."""

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click

from calibrant import change, dialects
from calibrant.cli.output import write
from calibrant.model.toolchain import HERE, Survey, Validation, upwards
from calibrant.report.visible import one_line
from calibrant.workspace.locate import repository_of, too_wide, workspace_of
from calibrant.workspace.starting import aside, seen_from, validations
from calibrant.workspace.surveying import survey_of

Form = Literal["native", "actions"]
_LANGUAGES: dict[Form, str] = {"native": "native", "actions": "github-workflow"}
_PATHS: dict[Form, str] = {"native": "{name}.workflow.yaml", "actions": ".github/workflows/{name}.yml"}
_SEPARATORS = frozenset(filter(None, (os.sep, os.altsep)))


_SHOWN = 3


def init(folder: Path, form: Form, name: str, *, dry_run: bool) -> int:
    """Write a workflow with what there is to validate in a folder; returns the exit status.

    Raises:
        click.UsageError: the folder or the name cannot be used, or the file is there already.
    """
    if not name.isprintable() or not name or name[0] in ".-" or not _SEPARATORS.isdisjoint(name):
        raise click.UsageError(
            f"‘{one_line(name)}’ cannot be a file's name. Give one without folders, such as: --name checks"
        )
    try:
        os.scandir(folder).close()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise click.UsageError(f"‘{folder}’ cannot be read: {reason}.") from error
    here = folder.resolve()
    top = _top(here, form)
    survey = survey_of(top, os.environ)
    within = here.relative_to(top).as_posix()
    home = folder if form == "native" or top == here else _as_called(top)
    found = validations(survey, within)
    text = dialects.start(_LANGUAGES[form], seen_from(within, found) if form == "native" else found)
    if dry_run:
        write(text.splitlines())
        return 0
    path = home / _PATHS[form].format(name=name)
    try:
        change.create(home, path.relative_to(home), text)
    except change.Refused as error:
        raise click.UsageError(str(error)) from error
    write(
        [
            f"Wrote {one_line(str(path))}",
            *(map(_line, found) if found else [_nothing(survey, within)]),
            *_left_out(aside(survey, within)),
        ]
    )
    _say_next(path, form)
    return 0


def _top(folder: Path, form: Form) -> Path:
    """Return the folder to survey: what a project belongs to may lie above it, and GitHub reads workflows only at the top."""
    top = workspace_of(folder) if form == "native" else _repository(folder)
    return folder if too_wide(top) else top


def _as_called(top: Path) -> Path:
    """Return a folder as it is named from the current one, where that lies in it."""
    return Path(os.path.relpath(top)) if Path.cwd().is_relative_to(top) else top


def _repository(folder: Path) -> Path:
    marked = (one for one in (folder, *folder.parents) if os.path.lexists(one / ".git"))
    return next(marked, None) or repository_of(folder / ".git") or folder


def _left_out(folders: Sequence[str]) -> list[str]:
    if not folders:
        return []
    more = f" and {len(folders) - _SHOWN} more" if len(folders) > _SHOWN else ""
    return [f"  Left out, as examples, test data or templates: {', '.join(map(one_line, folders[:_SHOWN]))}{more}"]


def _nothing(survey: Survey, within: str) -> str:
    there = any(within in upwards(one.root) for one in survey.toolchains)
    why = "Nothing that validates is set up here" if there else "No toolchain was found here"
    return f"  {why}, so it only greets: put your own steps in."


def _line(one: Validation) -> str:
    where = "" if one.root == HERE else f" in {one_line(one.root)}"
    return f"  {one.ecosystem} with {one.manager}{where}: {', '.join(purpose for purpose, _ in one.steps)}"


def _say_next(path: Path, form: Form) -> None:
    called = shlex.quote(f"./{path}" if str(path).startswith("-") else str(path))
    command = f"calibrant calibrate {called} --trust" if form == "native" else f"calibrant check {called}"
    sys.stderr.write(f"Next: {command}\n")
