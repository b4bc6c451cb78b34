"""Parameters that a connector needs and does not get, or that have no value yet."""

from collections.abc import Iterator

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.places import empty, unreadable
from calibrant.rules.rule import Rule
from calibrant.rules.unknown_key import ELSEWHERE
from calibrant.rules.wording import misspelt


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    if spec is None or body.action_node is None or not isinstance(body.node, Map):
        return
    for given in body.parameters:
        if isinstance(given.value, Hole) and given.value.missing and spec.parameter(given.name) and not body.short:
            message = f"The parameter ‘{given.name}’ has no value yet."
            yield _finding(given.name, given.name_span, given.path, message, "Write a value, or remove the key.")
    written = body.node.get("with")
    if unreadable(body) or not (empty(written) or isinstance(written, Map)):
        return
    keys = [entry.name for entry in body.node.entries]
    names = [key.name for key in known.language.keys.get("step", ())]
    if written is None and (misspelt("with", keys, names) or any(ELSEWHERE.get(key.lower()) == "with" for key in keys)):
        return  # told as an unknown key
    names = [parameter.name for parameter in spec.parameters]
    given_names = [given.name for given in body.parameters]
    for parameter in spec.parameters:
        if (
            parameter.required
            and parameter.name not in given_names
            and not misspelt(parameter.name, given_names, names)
        ):
            message = f"{spec.name} needs the parameter ‘{parameter.name}’. {parameter.doc}"
            path = (parameter.name,) if body.short else ("with", parameter.name)
            hint = f"Add ‘{parameter.name}: …’ under ‘with’."
            yield _finding(parameter.name, body.action_node.span, path, message, hint)


def _finding(name: str, span: Span, path: Path, message: str, hint: str) -> Finding:
    return Finding("missing-parameter", Kind.DEFINITION, span, message, hint=hint, where=path, subject=name)


RULE = Rule(("missing-parameter",), step=_check)
