"""What a run starts with: inputs, secrets and environment variables, as far as they are known."""

import json
from collections.abc import Iterable, Mapping
from typing import get_args

import msgspec

from calibrant.engine.mask import is_credential_name
from calibrant.model.closest import ranked
from calibrant.model.event import RunProblem
from calibrant.model.expression import Reference
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.nodes import Hole, plain
from calibrant.model.shape import TypeName, accepts
from calibrant.model.value import UNKNOWN, type_name
from calibrant.model.words import in_words
from calibrant.model.workflow import Input, Workflow

_WORDS: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_TYPES = frozenset(get_args(TypeName))
_JSON_TYPES = frozenset({"array", "object"})


class Start(msgspec.Struct, frozen=True):
    """The values under `inputs`, `secrets` and `env`, what is wrong with them, and the values that must not be shown."""

    scope: dict[str, dict[str, object]]
    problems: tuple[RunProblem, ...]
    hidden: tuple[str, ...]


def make_start(
    workflow: Workflow, references: Iterable[Reference], given: Mapping[str, object], environ: Mapping[str, str]
) -> Start:
    """Return what the steps of a run may refer to beside each other; `references` are all that they make.

    Only the environment variables that the workflow names are looked at. Never raises.
    """
    used = _used(references)
    problems: list[RunProblem] = []
    inputs = {item.name: _input(item, given, item.name in used["inputs"], problems) for item in workflow.inputs}
    problems += [_undeclared(name, inputs) for name in given if name not in inputs]
    secrets: dict[str, object] = {}
    for secret in workflow.secrets:
        secrets[secret.name] = environ.get(secret.name) or UNKNOWN
        if secrets[secret.name] is UNKNOWN and secret.name in used["secrets"]:
            problems.append(_no_secret(secret.name))
    env = {name: environ[name] for name in used["env"] if name in environ}
    hidden = [value for value in secrets.values() if isinstance(value, str)]
    hidden += [value for name, value in env.items() if is_credential_name(name)]
    return Start({"inputs": inputs, "secrets": secrets, "env": dict(env)}, tuple(problems), tuple(hidden))


def _used(references: Iterable[Reference]) -> dict[str, set[str]]:
    used: dict[str, set[str]] = {"inputs": set(), "secrets": set(), "env": set()}
    for reference in references:
        names = used.get(reference.root)
        if names is not None and reference.path:
            names.add(str(reference.path[0]))
    return used


def _input(item: Input, given: Mapping[str, object], used: bool, problems: list[RunProblem]) -> object:
    if item.name in given:
        value, failure = converted(item, given[item.name])
        if failure is not None:
            problems.append(RunProblem(failure, item.name))
            return UNKNOWN
        return value
    for node in (item.default, item.sample):
        if node is not None and not isinstance(node, Hole):
            return plain(node)
    if item.required or used:
        message = f"The input ‘{item.name}’ has no value: none was given, and it has neither a default nor a sample."
        hint = f"Give it a ‘sample’ for calibration, or run with --input {item.name}=…"
        failure = Failure("missing-input", message, Kind.MISSING_DATA, hint=hint, subject=item.name)
        problems.append(RunProblem(failure, item.name))
    return UNKNOWN


def converted(item: Input, value: object) -> tuple[object, Failure | None]:
    """Return a given value as the input's type, text being read as that type; or what is wrong with it."""
    out = _read(item.type, value) if isinstance(value, str) else value
    if item.type in ("number", "integer") and isinstance(out, float) and out.is_integer() and item.type == "integer":
        out = int(out)
    if item.type in _TYPES and not accepts(item.type, type_name(out)):  # type: ignore[arg-type]
        message = f"The input ‘{item.name}’ takes {in_words(item.type)}, but was given {_shown(value)}."
        failure = Failure("wrong-input-value", message, Kind.PARAMETER, subject=item.name, value=_shown(value))
        return UNKNOWN, failure
    if item.enum and out not in item.enum:
        allowed = tuple(map(str, item.enum))
        message = f"The input ‘{item.name}’ cannot be {_shown(value)}. It takes: {', '.join(allowed)}."
        candidates = ranked(str(out), allowed)
        failure = Failure("wrong-input-value", message, Kind.PARAMETER, subject=item.name, candidates=candidates)
        return UNKNOWN, failure
    return out, None


def _read(type_: str, text: str) -> object:
    """Return a text given on a command line as the type, or as it is where it cannot be read so."""
    try:
        if type_ == "integer":
            return int(text)
        if type_ == "number":
            return int(text) if text.strip().lstrip("+-").isdigit() else float(text)
        if type_ == "boolean":
            return _WORDS.get(text.strip().lower(), text)
        if type_ in _JSON_TYPES:
            return json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return f"‘{text[:60]}{'…' if len(text) > 60 else ''}’"


def _undeclared(name: str, inputs: Mapping[str, object]) -> RunProblem:
    known = ranked(name, inputs)
    has = f"It has: {', '.join(known)}." if known else "It has no inputs."
    message = f"A value was given for the input ‘{name}’, but the workflow has no such input. {has}"
    return RunProblem(
        Failure("unknown-input-value", message, Kind.PARAMETER, subject=name, candidates=tuple(known)), name
    )


def _no_secret(name: str) -> RunProblem:
    message = f"The secret ‘{name}’ has no value: there is no environment variable ‘{name}’."
    hint = f"Set {name} in the environment that Calibrant is started from."
    return RunProblem(Failure("missing-secret", message, Kind.DEFINITION, hint=hint, subject=name))
