"""What an HTTP request sends: JSON, form fields, text, or files of the workspace as a multipart form."""

import mimetypes
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import msgspec

from calibrant.connectors import files, httptarget, jsontext, opening, parameters
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import Context, Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.value import type_name
from calibrant.model.words import in_words

_BODIES = ("json", "form", "body")
_UPLOAD = ("path", "name", "type")


class Upload(msgspec.Struct, frozen=True):
    """One file to send: its path as the workflow writes it, and as what."""

    field: str
    path: str
    name: str
    type: str


Opened = list[tuple[str, tuple[str, BinaryIO, str]]]


def read(params: Params, headers: dict[str, str]) -> bytes | None:
    """Return the request's body, naming its type in `headers` where they do not say; None where there is none.

    Raises:
        StepError: several are given, or one has no written form.
    """
    given = [name for name in _BODIES if params.get(name) is not None]
    if params.get("files") is not None:
        given = [*(name for name in given if name != "form"), "files"]
    if len(given) > 1:
        message = f"A request has one body, but {' and '.join(f'‘{name}’' for name in given)} are given."
        raise refuse("invalid-value", given[1], message, hint="Leave one of them out.")
    if not given or given == ["files"]:
        return None
    if given == ["body"]:
        body = params["body"]
        return body if isinstance(body, bytes) else parameters.text(params, "body").encode()
    if given == ["form"]:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        return httptarget.form(parameters.mapping(params, "form"))
    headers.setdefault("content-type", "application/json")
    try:
        return jsontext.render(params["json"]).encode()
    except (TypeError, ValueError) as error:
        message = f"‘json’ cannot be written as JSON: {error}."
        raise refuse("shape-mismatch", "json", message, kind=Kind.DATA_SHAPE) from error


def uploads(params: Params) -> tuple[Upload, ...]:
    """Return the files to send: for each field a path, an object of `path`, `name` and `type`, or a list of these.

    Raises:
        StepError: one is none of these.
    """
    out: list[Upload] = []
    for field, value in parameters.mapping(params, "files").items():
        entries = value if isinstance(value, (list, tuple)) else [value]
        out += [_upload(field, entry) for entry in entries if entry is not None]
    return tuple(out)


def _upload(field: str, entry: object) -> Upload:
    given = {"path": entry} if isinstance(entry, str) else entry
    if not isinstance(given, Mapping) or "path" not in given or set(given) - set(_UPLOAD):
        message = f"‘{field}’ in ‘files’ takes a path, or an object of ‘path’, ‘name’ and ‘type’."
        if not isinstance(given, Mapping):
            message = message[:-1] + f", but got {in_words(type_name(entry))}."
        failure = refuse("shape-mismatch", "files", message, kind=Kind.DATA_SHAPE, value=field).failure
        raise StepError(msgspec.structs.replace(failure, parameter=("files", field)))
    path = parameters.path({"files": given["path"]}, "files")
    texts = {name: httptarget.as_text(given[name], "files", name) for name in ("name", "type") if given.get(name)}
    kind = httptarget.header_text(texts.get("type", ""), "files", f"‘type’ of ‘{field}’", field)
    return Upload(field, path, texts.get("name") or path.replace("\\", "/").rpartition("/")[2], kind)


def look(sent: tuple[Upload, ...], context: Context) -> None:
    """Look whether the files are there.

    Raises:
        StepError: one is not, or is outside the workspace.
    """
    for upload in sent:
        _existing(upload, context)


def opened(sent: tuple[Upload, ...], context: Context, stack: ExitStack) -> Opened:
    """Return the files open for reading, for as long as `stack` lasts.

    Raises:
        StepError: one is not there, cannot be read, or is outside the workspace.
    """
    out: Opened = []
    for upload in sent:
        path = _existing(upload, context)
        try:
            file = stack.enter_context(open(path, "rb", opener=opening.without_links))  # noqa: SIM115 - by the stack
        except OSError as error:
            raise files.unusable(error, upload.path, "files") from error
        kind = upload.type or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        out.append((upload.field, (upload.name, file, kind)))
    return out


def _existing(upload: Upload, context: Context) -> Path:
    try:
        return files.existing(context, upload.path, "files")
    except StepError as error:
        raise StepError(msgspec.structs.replace(error.failure, parameter=("files", upload.field))) from error


def fields(params: Params) -> dict[str, list[str]]:
    """Return the form fields that go along with files, as texts; one that is null is left out."""
    return httptarget.query(parameters.mapping(params, "form"), "form")
