"""Files with rows in them, told apart by their names."""

from pathlib import Path

from calibrant.connectors import parameters
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Freshness, Params

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv")


def is_csv(name: str) -> bool:
    """Tell whether a file is CSV by its name.

    Raises:
        StepError: it is neither CSV nor a workbook that can be read (code `unsupported-file`).
    """
    suffix = Path(name).suffix.lower()
    if suffix in (".csv", ".tsv"):
        return True
    if suffix in (".xlsx", ".xlsm"):
        return False
    message, hint = f"‘{name}’ is no sheet that can be used: only .xlsx and .csv files are.", ""
    if suffix in (".xls", ".xlsb", ".ods"):
        message = f"‘{name}’ is a {suffix} file; only .xlsx and .csv files can be used."
        hint = "Save it as .xlsx."
    raise refuse("unsupported-file", "file", message, value=name, hint=hint)


def fresh(params: Params) -> Freshness:
    """Return which file a call that changes one changes."""
    return Freshness(files=(parameters.path(params, "file"),))
