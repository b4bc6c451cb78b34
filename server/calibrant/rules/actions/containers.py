"""Ports and options of containers, how long things may take, and how long scripts may be."""

import re
from collections.abc import Iterator

from calibrant.github.languages import ACTION
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import JobBody, StepBody
from calibrant.rules.actions.walking import Value, dynamic, of_job, of_step, text_of
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_PORT = re.compile(
    r"(?:(?:\[[0-9a-fA-F:]+\]|\d{1,3}(?:\.\d{1,3}){3}):)?"
    r"(?P<ports>\d*(?:-\d+)?(?::\d+(?:-\d+)?)?)"
    r"(?:/(?:tcp|udp|sctp))?"
)
_NUMBER = re.compile(r"\d+")
_NOT_TAKEN = re.compile(r"(?<!\S)(--network|--net)(?=[=\s]|$)")
_HIGHEST = 65535
_LONGEST = 21_000
"""Characters of a text that GitHub puts values into; it refuses a longer one."""


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    for value in of_step(body, known):
        if value.spec.name == "timeout-minutes":
            yield from _minutes(value)
        elif value.spec.name == "run" and isinstance(value.node, Scalar) and value.node.template is not None:
            yield from _length(value, value.node)


def _length(value: Value, node: Scalar) -> Iterator[Finding]:
    length = len(node.value) if isinstance(node.value, str) else 0
    if length > _LONGEST and not node.aliased:
        message = f"A text with expressions in it has at most {_LONGEST:,} characters, and this one has {length:,}."
        hint = "Pass the values by ‘env’, or put the script into a file of the repository."
        yield Finding(
            "invalid-value",
            Kind.DEFINITION,
            value.key.key.span if value.key is not None else node.span,
            message,
            hint=hint,
            where=value.path,
            subject="run",
        )


def _check_job(body: JobBody, known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION:
        return
    for value in of_job(body, known):
        if value.spec.name == "timeout-minutes":
            yield from _minutes(value)
        elif value.spec.name == "max-parallel":
            yield from _least(value)
        elif value.spec.name == "port" and isinstance(value.node, Scalar):
            yield from _port(value, value.node)
        elif value.spec.name == "options" and isinstance(value.node, Scalar):
            yield from _options(value, value.node)


def _minutes(value: Value) -> Iterator[Finding]:
    minutes = value.node.value if isinstance(value.node, Scalar) else None
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        return
    if minutes <= 0:
        yield _finding(
            value,
            f"‘timeout-minutes’ must be more than 0, but this is {minutes:g}.",
            "Write minutes, such as ‘10’.",
            f"{minutes:g}",
        )


def _least(value: Value) -> Iterator[Finding]:
    number = value.node.value if isinstance(value.node, Scalar) else None
    if isinstance(number, int | float) and not isinstance(number, bool) and number < 1:
        yield _finding(
            value,
            f"‘max-parallel’ must be 1 or more, but this is {number:g}.",
            "Remove it to run all at once.",
            f"{number:g}",
        )


def _port(value: Value, node: Scalar) -> Iterator[Finding]:
    text = text_of(node)
    if text is None or dynamic(node):
        return
    match = _PORT.fullmatch(text.strip())
    numbers = [int(number) for number in _NUMBER.findall(match["ports"])] if match and len(text) < 60 else []
    if match is None or not numbers:
        message = f"‘{text}’ is no port: it must be ‘container’ or ‘host:container’."
        yield _finding(value, message, "Write such as ‘8080:80’ or ‘6379/tcp’.", text)
    elif max(numbers) > _HIGHEST:
        yield _finding(
            value, f"There is no port {max(numbers)}: the highest is {_HIGHEST}.", "Write another port.", text
        )


def _options(value: Value, node: Scalar) -> Iterator[Finding]:
    text = node.value if isinstance(node.value, str) else ""
    found = _NOT_TAKEN.search(text)
    if found is not None:
        span = node.locate(found.start(1), found.end(1))
        message = f"GitHub puts the containers of a job into a network of its own: ‘{found[1]}’ is not taken."
        yield Finding(
            "invalid-value",
            Kind.DEFINITION,
            span,
            message,
            hint="Remove it: containers reach each other by their names.",
            where=value.path,
            subject=found[1],
        )


def _finding(value: Value, message: str, hint: str, subject: str, severity: Severity = "error") -> Finding:
    return Finding(
        "invalid-value",
        Kind.DEFINITION,
        value.node.span,
        message,
        hint=hint,
        severity=severity,
        where=value.path,
        subject=subject,
    )


RULE = Rule(("invalid-value",), step=_check_step, job=_check_job)
