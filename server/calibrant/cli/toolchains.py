"""`calibrant toolchains`: with which tools a folder is built, and how that is known."""

import os
from pathlib import Path
from typing import Literal

import click

from calibrant.cli.output import style_for_terminal, write
from calibrant.report import dumps
from calibrant.report.toolchains import survey_objects, survey_text
from calibrant.workspace.surveying import survey_of


def toolchains(folder: Path, style: Literal["text", "json"]) -> int:
    """Print the toolchains of a folder and the projects in it.

    Raises:
        click.UsageError: the folder cannot be read.
    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise click.UsageError(f"‘{folder}’ cannot be read: {reason}.") from error
    survey = survey_of(folder, os.environ)
    write([dumps(survey_objects(survey))] if style == "json" else survey_text(survey, style_for_terminal()))
    return 0
