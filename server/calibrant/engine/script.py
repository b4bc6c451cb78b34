"""A script's references as environment variables: a value never becomes part of the shell's text."""

import json
from collections.abc import Mapping
from datetime import date, time

from calibrant.expressions import Evaluator
from calibrant.expressions.shell import quotings, variable
from calibrant.model.expression import Expression, Template
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN

VARIABLE_LIMIT = 128 * 1024 - 1
"""Bytes that one environment variable may have on Linux (MAX_ARG_STRLEN, with its name and end)."""

_SHELLS = frozenset({"sh", "bash"})


def render_script(
    template: Template, shell: object, scope: Mapping[str, object], evaluator: Evaluator
) -> tuple[str, dict[str, object]]:
    """Return shell text in which every expression is a variable, and the variables' values.

    `shell` is the shell's name, None for the usual one.

    Raises:
        StepError: an expression cannot be evaluated, or stands where the shell replaces nothing (`script-reference`); a
            value cannot be handed to a command (`unfit-for-command`).
    """
    parts = (part if isinstance(part, str) else None for part in template.parts)
    bash = isinstance(shell, str) and shell.split()[:1] != [] and shell.split()[0].rpartition("/")[2] == "bash"
    places = iter(quotings(parts, bash=bash))
    _check_shell(shell, template.expressions[0])
    text: list[str] = []
    variables: dict[str, object] = {}
    for part in template.parts:
        if isinstance(part, str):
            text.append(part)
            continue
        name = f"CALIBRANT_{len(variables) + 1}"
        written = variable(name, next(places))
        if written is None:
            raise StepError(_unseen(part))
        variables[name] = as_variable(evaluator.evaluate(part, scope), part)
        text.append(written)
    return "".join(text), variables


def as_variable(value: object, expression: Expression) -> object:
    """Return the text that stands for a value in the environment of a command; objects and arrays as JSON.

    Raises:
        StepError: it is too long or holds a character that no variable can hold.
    """
    if value is UNKNOWN:
        return UNKNOWN
    text = _as_text(value)
    problem = ""
    if "\0" in text:
        problem = "holds a NUL character, which cannot be handed to a command"
    elif len(text.encode("utf-8", "surrogateescape")) > VARIABLE_LIMIT - 32:
        problem = f"has {len(text):,} characters, too many to be handed to a command at once"
    if problem:
        message = f"The value of ‘{expression.source}’ {problem}."
        hint = "Write it to a file with file.write and let the command read that file."
        raise StepError(
            Failure(
                "unfit-for-command",
                message,
                Kind.DATA_SHAPE,
                hint=hint,
                span=expression.span,
                subject=expression.source,
            )
        )
    return text


def _as_text(value: object) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bytes():
            return value.decode("utf-8", "surrogateescape")
        case bool() | Mapping() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=_json_leaf)
        case _:
            return str(_json_leaf(value))


def _json_leaf(value: object) -> object:
    if value is UNKNOWN:
        return ""  # the call is not made then
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _check_shell(shell: object, first: Expression) -> None:
    if not isinstance(shell, str) or shell.split()[:1] == [] or shell.split()[0].rsplit("/", 1)[-1] in _SHELLS:
        return
    message = f"‘{{{{ {first.source} }}}}’ cannot stand in a script for ‘{shell}’: how it quotes values is not known."
    hint = "Hand the value over by ‘env’, and read that variable in the script."
    raise StepError(
        Failure("unsafe-interpolation", message, Kind.DEFINITION, hint=hint, span=first.span, subject=first.source)
    )


def _unseen(expression: Expression) -> Failure:
    place = "in single quotes, or behind a backslash or ‘$’"
    message = f"‘{{{{ {expression.source} }}}}’ stands {place}: the shell replaces nothing there."
    hint = "Use double quotes there, or hand the value over by ‘env’ and write its variable outside single quotes."
    return Failure(
        "unsafe-interpolation", message, Kind.DEFINITION, hint=hint, span=expression.span, subject=expression.source
    )
