"""python.call: call a function of a Python module of the workspace."""

import re
from pathlib import Path

from calibrant.connectors import jsontext, parameters, python_words
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import ANY, object_of

_FUNCTION = re.compile(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)")
_PATHS = re.compile(r"(?P<module>[\w./-]+?)(?:\.py)?[:.](?P<name>\w+)(?:\(\))?")
_ENVIRONMENTS = (".venv", "venv")
_LEVELS = 8

SPEC = ConnectorSpec(
    name="python.call",
    summary="Call a function of a Python module of the workspace.",
    parameters=(
        ParameterSpec(
            "function",
            "string",
            "`module:name`; the module is looked for in the workflow's folder first.",
            required=True,
        ),
        ParameterSpec("args", "object", "Its arguments by name."),
    ),
    output=object_of(result=ANY),
    effects=(Effect.EXECUTE,),
    example='- id: total\n  uses: python.call\n  with: {function: "prices:total", args: {orders: "{{ orders.rows }}"}}',
)


async def run(params: Params, context: Context) -> Output:
    """Call the function in a process of its own, with the workspace's Python, and return what it returns.

    Raises:
        StepError: there is no such function, it does not take these arguments, raises, or returns what is no plain data.
        NotRun: the workspace is not trusted, or the sandbox stopped it.
    """
    written = parameters.text(params, "function")
    function = _function(written)
    try:
        args = jsontext.render(parameters.mapping(params, "args"))
    except (TypeError, ValueError) as error:
        message = f"‘args’ cannot be handed to Python: {error}."
        raise refuse("shape-mismatch", "args", message, kind=Kind.DATA_SHAPE) from error
    request = f'{{"module": "{function["module"]}", "name": "{function["name"]}", "args": {args}}}'
    program = await in_thread(Path(__file__).with_name("python_runner.py").read_text, encoding="utf-8")
    python = await in_thread(_python, context)
    done = await context.execute(
        (python, "-I", "-c", program), cwd=".", env={}, exchange=request.encode("utf-8", "surrogatepass")
    )
    try:
        answer = jsontext.parse(done.exchange.decode("utf-8", "surrogatepass"))
    except BadTextError:  # it died before it could answer
        answer = None
    if isinstance(answer, dict) and "result" in answer:
        return {"result": answer["result"]}
    if isinstance(answer, dict) and "error" in answer:
        raise StepError(python_words.explain(answer, written, done))
    raise StepError(python_words.died(written, done))


async def check(params: Params, _context: Context) -> None:
    """Look whether the function's name can be one.

    Raises:
        StepError: it cannot.
    """
    if parameters.known(params, "function"):
        _function(parameters.text(params, "function"))


def _function(written: str) -> re.Match[str]:
    found = _FUNCTION.fullmatch(written.strip())
    if found is not None and not found["module"].endswith(".py"):
        return found
    likely = _PATHS.fullmatch(written.strip())
    meant = [f"{likely['module'].strip('./').replace('/', '.')}:{likely['name']}"] if likely else []
    meant = [name for name in meant if _FUNCTION.fullmatch(name)]
    message = f"‘{written}’ names no function: write the module, a colon and the function, such as tools:summarise."
    raise refuse("invalid-value", "function", message, value=written, candidates=meant)


def _python(context: Context) -> str:
    """Return the Python of the nearest environment at or above the workflow's folder, in the workspace; else the usual one."""
    above = ""
    for _level in range(_LEVELS):
        for name in _ENVIRONMENTS:
            try:
                marker = context.read_path(f"{above}{name}/pyvenv.cfg", "function")
            except StepError:  # out of the workspace
                return "python3"
            if marker.is_file():
                return f"{above}{name}/bin/python3"
        above += "../"
    return "python3"


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.EXECUTE, check=check)
