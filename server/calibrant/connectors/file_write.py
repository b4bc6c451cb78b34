"""file.write: write one file, whole or not at all."""

from calibrant.connectors import atomic, files, jsontext, parameters
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import (
    Connector,
    ConnectorSpec,
    Context,
    Effect,
    Freshness,
    Output,
    ParameterSpec,
    Params,
)
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import INTEGER, STRING, object_of

SPEC = ConnectorSpec(
    name="file.write",
    summary="Write a file, or add to its end.",
    parameters=(
        ParameterSpec("path", "path", "The file; its folder is made where there is none.", required=True),
        ParameterSpec("content", "any", "Text as it is; any other value is written as JSON.", required=True),
        ParameterSpec("append", "boolean", "Add to the end of what is there.", default=False),
    ),
    output=object_of(path=STRING, size=INTEGER),
    effects=(Effect.WRITE_LOCAL,),
    example='- id: save\n  uses: file.write\n  with: {path: out/urgent.json, content: "{{ urgent.items }}"}',
)


async def run(params: Params, context: Context) -> Output:
    """Write the content and return the file's name and its new size in bytes.

    Raises:
        StepError: the file cannot be written, or the content has no written form.
    """
    name = parameters.path(params, "path")
    data = _encode(params.get("content"))
    size = await in_thread(_write, context, data, name, append=parameters.flag(params, "append", default=False))
    return {"path": name, "size": size}


async def check(params: Params, context: Context) -> None:
    """Look whether a folder stands where the file should go.

    Raises:
        StepError: one does.
    """
    if parameters.known(params, "path"):
        name = parameters.path(params, "path")
        if context.read_path(name, "path").is_dir():
            raise _is_folder(name)


def fresh(params: Params) -> Freshness:
    """Return which file is written."""
    return Freshness(files=(parameters.path(params, "path"),))


def _is_folder(name: str) -> StepError:
    return refuse("not-a-file", "path", f"‘{name}’ is a folder; a file is needed here.", value=name)


def _encode(content: object) -> bytes:
    if isinstance(content, (bytes, bytearray)):
        return bytes(content)
    try:
        text = content if isinstance(content, str) else jsontext.render(content, indent=2) + "\n"
        return text.encode()
    except (TypeError, ValueError) as error:
        why = "it holds characters that no text file can" if isinstance(error, UnicodeEncodeError) else error
        message = f"‘content’ cannot be written: {why}."
        raise refuse("shape-mismatch", "content", message, kind=Kind.DATA_SHAPE) from error


def _write(context: Context, data: bytes, name: str, *, append: bool) -> int:
    target = context.write_path(name, "path")
    if target.is_dir():
        raise _is_folder(name)
    with atomic.alone(target, name, "path"):
        if append and target.exists():
            data = files.read_bytes(target, name, "path") + data
        atomic.replace(target, data, name, "path")
    return len(data)


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.WRITE_LOCAL, check=check, fresh=fresh)
