"""Opening Excel workbooks, and saying in plain words why one cannot be opened."""

import io
import zipfile
from typing import TYPE_CHECKING

from calibrant.connectors import files
from calibrant.connectors.refusal import refuse
from calibrant.model.failure import StepError

if TYPE_CHECKING:
    from openpyxl import Workbook

_UNPACKED_LIMIT = 1 << 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check(data: bytes, name: str) -> None:
    """Check that the bytes are a workbook that can be opened.

    Raises:
        StepError: empty, encrypted, of the old format, no workbook, or too large when unpacked.
    """
    if not data:
        raise refuse("empty-file", "file", f"‘{name}’ is empty; it should hold an Excel workbook.", value=name)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            message, hint = f"‘{name}’ is protected with a password.", "Save it without a password."
        else:
            message, hint = f"‘{name}’ is in the old .xls format, whatever its name says.", "Save it as .xlsx."
        raise refuse("unsupported-file", "file", message, value=name, hint=hint)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            is_workbook = "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise _no_workbook(name) from error
    if not is_workbook:
        raise _no_workbook(name)
    if size > _UNPACKED_LIMIT:
        raise files.too_large(f"‘{name}’ unpacks to {size >> 20} MB", "file", name)


def _no_workbook(name: str) -> StepError:
    return refuse("unsupported-file", "file", f"‘{name}’ is not an Excel workbook, or is damaged.", value=name)


def open_workbook(data: bytes, name: str, *, values: bool) -> "Workbook":
    """Return the workbook; with `values`, formulas are replaced with the results that were last stored.

    Raises:
        StepError: it cannot be opened (see `check`).
    """
    import openpyxl

    check(data, name)
    keep_macros = name.lower().endswith(".xlsm") and not values
    try:
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values, keep_vba=keep_macros)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, zipfile.BadZipFile) as error:
        # what openpyxl lets through for parts that are missing or malformed (an XML error is a SyntaxError)
        raise _no_workbook(name) from error
