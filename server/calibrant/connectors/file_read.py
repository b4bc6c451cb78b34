"""file.read: the content of one file."""

from collections.abc import Callable
from pathlib import Path

from calibrant.connectors import csvtext, files, jsontext, parameters, rows
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.closest import ranked
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import StepError
from calibrant.model.shape import ANY, INTEGER, STRING, object_of

_FORMATS = ("text", "json", "yaml", "csv", "bytes")
_BY_SUFFIX = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".csv": "csv", ".tsv": "csv"}

SPEC = ConnectorSpec(
    name="file.read",
    summary="Read a file: its text, or the data in it.",
    parameters=(
        ParameterSpec("path", "path", "The file.", required=True),
        ParameterSpec(
            "as",
            "string",
            "What to read it as; by its suffix where not given (.json, .yaml, .yml, .csv, .tsv, else text).",
            enum=_FORMATS,
        ),
    ),
    output=object_of(content=ANY, path=STRING, size=INTEGER),
    effects=(Effect.READ,),
    example="- id: settings\n  uses: file.read\n  with: {path: settings.json}",
)


async def run(params: Params, context: Context) -> Output:
    """Return the file's content, its name and its size in bytes.

    Raises:
        StepError: it is not there, cannot be read, or is not what it is read as.
    """
    name = parameters.path(params, "path")
    format_ = parameters.text(params, "as") or _BY_SUFFIX.get(Path(name).suffix.lower(), "text")
    if format_ not in _FORMATS:
        message = f"A file cannot be read as ‘{format_}’. The choices are: {', '.join(_FORMATS)}."
        raise refuse("invalid-value", "as", message, value=format_, candidates=ranked(format_, _FORMATS))
    return await in_thread(_read, context, name, format_)


def _read(context: Context, name: str, format_: str) -> Output:
    data = files.read_bytes(files.existing(context, name, "path"), name, "path")
    content = data if format_ == "bytes" else parse(data, format_, name, "path")
    return {"content": content, "path": name, "size": len(data)}


async def check(params: Params, context: Context) -> None:
    """Look whether the file is there.

    Raises:
        StepError: it is not.
    """
    if parameters.known(params, "path"):
        await in_thread(files.existing, context, parameters.path(params, "path"), "path")


def parse(data: bytes, format_: str, name: str, parameter: str) -> object:
    """Return what the bytes of the file `name` say, as `format_`.

    Raises:
        StepError: they are no text (`wrong-encoding`), nothing (`empty-file`) or not of that format (`bad-content`).
    """
    text, _encoding = files.decode(data, name, parameter)
    if format_ == "text":
        return text
    word = format_.upper()
    if format_ == "json" and not text.strip():
        raise refuse("empty-file", parameter, f"‘{name}’ is empty; it should hold JSON.", value=name)
    try:
        return _PARSERS[format_](text)
    except BadTextError as error:
        raise bad_content(error, word, name, parameter) from error


def bad_content(error: BadTextError, word: str, name: str, parameter: str) -> StepError:
    """Return the error of a file whose text is not of its format."""
    message = f"‘{name}’ cannot be read as {word}: {error.reason}{error.place}."
    evidence = {"line": str(error.line), "column": str(error.column)} if error.line else None
    return refuse("bad-content", parameter, message, value=name, evidence=evidence)


def _csv(text: str) -> object:
    grid = csvtext.parse(text)
    rows.check_widths(grid)
    return rows.named(grid, header=True)[0]


def _yaml(text: str) -> object:
    from calibrant.connectors import yamltext

    return yamltext.parse(text)


_PARSERS: dict[str, Callable[[str], object]] = {"json": jsontext.parse, "yaml": _yaml, "csv": _csv}

CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.READ, check=check, reads=("path",))
