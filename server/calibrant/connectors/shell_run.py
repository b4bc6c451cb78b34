"""shell.run: run a script in a shell."""

import posixpath
import re
from datetime import date, datetime, time
from decimal import Decimal

import msgspec

from calibrant.connectors import parameters
from calibrant.connectors.ended import report_of
from calibrant.connectors.refusal import refuse
from calibrant.model.connector import (
    Completed,
    Connector,
    ConnectorSpec,
    Context,
    Effect,
    Output,
    ParameterSpec,
    Params,
)
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.shape import INTEGER, STRING, array, object_of

_POSIX = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh"})
_TAIL = 16 << 10
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127
_BEFORE = r"^(?:\S+: )?(?:(?:line )?\d+: )?(?:exec: )?(?P<name>[^\s:]+): "
_MISSING = (
    re.compile(_BEFORE + r"(?:command )?not found$", re.MULTILINE),
    re.compile(r"command not found: (?P<name>\S+)$", re.MULTILINE),
    re.compile(_BEFORE + r"(?:No such file or directory|[Pp]ermission denied)$", re.MULTILINE),
)

SPEC = ConnectorSpec(
    name="shell.run",
    summary="Run a script in a shell; it ends at the first command that fails.",
    parameters=(
        ParameterSpec("command", "string", "The script.", required=True, role="script"),
        ParameterSpec("cwd", "path", "The folder to run in; the workflow's own where none is given.", default="."),
        ParameterSpec("env", "object", "Environment variables to add."),
        ParameterSpec(
            "shell",
            "string",
            "The shell: `sh`, `bash`, or another program that takes a script after `-c`.",
            default="sh",
        ),
    ),
    output=object_of(stdout=STRING, stderr=STRING, exit_code=INTEGER, changed_files=array(STRING)),
    effects=(Effect.EXECUTE,),
    example="- id: tests\n  run: python3 -m pytest -q",
)


async def run(params: Params, context: Context) -> Output:
    """Run the script and return what it wrote.

    Raises:
        StepError: it ended with another status than 0; `kind` is left open, for the output to tell.
    """
    script = parameters.text(params, "command")
    shell = parameters.text(params, "shell", "sh")
    if not shell or shell.startswith("-") or re.search(r"[\s\0]", shell):
        raise refuse("invalid-value", "shell", "‘shell’ must be the name of a shell, such as sh or bash.", value=shell)
    if "\0" in script:
        raise refuse("invalid-value", "command", "The script has a NUL character in it, which no shell can read.")
    options = ("-e", "-c") if posixpath.basename(shell) in _POSIX else ("-c",)
    try:
        done = await context.execute(
            (shell, *options, script), cwd=parameters.text(params, "cwd", "."), env=_environment(params)
        )
    except StepError as error:
        if error.failure.code == "command-not-found" and not error.failure.parameter:
            raise StepError(msgspec.structs.replace(error.failure, parameter=("shell",))) from error
        raise
    if done.exit_code != 0:
        raise StepError(failure_of(done, script))
    return {
        "stdout": done.stdout,
        "stderr": done.stderr,
        "exit_code": done.exit_code,
        "changed_files": list(done.changed_files),
    }


def _environment(params: Params) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, value in parameters.mapping(params, "env").items():
        if not name or "=" in name or "\0" in name:
            raise refuse("invalid-value", "env", f"‘{name}’ cannot be the name of an environment variable.", value=name)
        if isinstance(value, bool):
            out[name] = "true" if value else "false"
        elif isinstance(value, (str, int, float, Decimal)):
            out[name] = str(value)
        elif isinstance(value, (datetime, date, time)):
            out[name] = value.isoformat()
        elif value is not None:
            raise parameters.mismatch(f"env.{name}", "string", value)
    return out


def failure_of(done: Completed, script: str) -> Failure:
    """Return the failure of a process that ended with another status than 0, with its two outputs, bounded."""
    if done.exit_code in (_NOT_FOUND, _NOT_EXECUTABLE) and (name := _missing_command(done.stderr)):
        cannot, hint = "was not found", "Check its spelling, or install it where the workflow runs."
        if done.exit_code == _NOT_EXECUTABLE:
            cannot = "is there but cannot be run"
            hint = f"Make it a program (chmod +x {name}), or name the one that reads it, such as: sh {name}."
        return Failure(
            "command-not-found",
            f"The command ‘{name}’ {cannot}.",
            Kind.RUNTIME,
            hint=hint,
            details=done.stderr[-_TAIL:],
            parameter=("command",),
            value=name if name in script else "",
            subject=name,
            **report_of(done),
        )
    return Failure(
        "command-failed",
        f"The command ended with exit status {done.exit_code}.",
        parameter=("command",),
        details="\n".join(part for part in (done.stdout[-_TAIL:], done.stderr[-_TAIL:]) if part),
        **report_of(done),
    )


def _missing_command(stderr: str) -> str:
    for pattern in _MISSING:
        if match := pattern.search(stderr):
            return match["name"].strip("'\"‘’`")
    return ""


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.EXECUTE)
