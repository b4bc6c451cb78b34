"""A literal that someone points at: made an input, or a secret, here or wherever it stands. It answers no issue."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from calibrant.model.change import Change
from calibrant.model.connector import ParameterSpec, Specs
from calibrant.model.fix import Fix, fix_id
from calibrant.model.nodes import plain
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Workflow
from calibrant.repairs.alike import alike, hidden_in
from calibrant.repairs.declaring import declare_input, declare_secret
from calibrant.repairs.extract_input import used_by
from calibrant.repairs.names import fresh
from calibrant.repairs.naming import input_name, names_secret, secret_name
from calibrant.repairs.standing import Standing, literal_at
from calibrant.repairs.wording import is_name, literal, quoted

_TELLING = 4
"""Characters from which on a text that is an input's default is hardly so by accident."""

_CONFIDENCE: Mapping[str, float] = {"to-secret": 0.8, "reuse-input": 0.8, "extract-input": 0.7}


def extractions(workflow: Workflow, span: Span, specs: Specs, confidential: Collection[str] = ()) -> tuple[Fix, ...]:
    """Return what can be made of the literal under a selection (a cursor, where it is empty); the likeliest first.

    An input that has the literal as its default already, a new one, each here or everywhere; of what holds one of the
    `confidential` texts only a secret. Nothing where no reference could stand for the literal.
    """
    if not workflow.language.runs:
        from calibrant.repairs.actions import extract  # who has no such files pays nothing for them

        return extract.extractions(workflow, span, confidential)
    found = literal_at(workflow, specs, span)
    if found is None:
        return ()
    told = _text(found.value)
    secret = next((text for text in confidential if text and (text in told or (len(told) > 2 and told in text))), None)
    if secret is None and found.whole and names_secret(found.name) and not isinstance(found.value, bool | list | dict):
        secret = told
    if secret is not None:
        return tuple(_to_secret(workflow, specs, found, secret))
    everywhere = alike(workflow, specs, found)
    places = [[found], everywhere] if len(everywhere) > 1 else [[found]]
    return (*_reused(workflow, found, places), *_declared(workflow, found, places))


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _fix(strategy: str, title: str, changes: Sequence[Change]) -> Fix:
    made = tuple(changes)
    return Fix(fix_id("", strategy, made), "", strategy, title, made, confidence=_CONFIDENCE[strategy])


def _reused(workflow: Workflow, found: Standing, places: Sequence[Sequence[Standing]]) -> Iterator[Fix]:
    for item in workflow.inputs:
        if _has_default(item, found):
            reference = f"inputs.{item.name}" if is_name(item.name) else f"inputs[{literal(item.name)}]"
            for several in places:
                where = _where(several, places)
                title = f"Use the input {quoted(item.name)} for {quoted(found.value)}{where}"
                yield _fix("reuse-input", title, [one.to(reference) for one in several])
            return


def _has_default(item: Input, found: Standing) -> bool:
    default = plain(item.default) if item.default is not None else None
    if default is None or type(default) is not type(found.value) or default != found.value:
        return False
    return item.name == found.name or (isinstance(default, str) and len(default) >= _TELLING)


def _declared(workflow: Workflow, found: Standing, places: Sequence[Sequence[Standing]]) -> Iterator[Fix]:
    taken = {item.name for item in workflow.inputs}
    name = fresh(input_name(found.value, found.name, found.step.label, whole=found.whole), taken)
    for several in places:
        paths = [one.path for one in several]
        described = _described(found.value, found.declared if found.whole else None) | {
            "description": used_by(workflow, paths)
        }
        declaration = declare_input(workflow, name, described)
        if declaration is not None:
            title = f"Make {quoted(found.value)} the input {quoted(name)}{_where(several, places)}"
            yield _fix("extract-input", title, [declaration, *(one.to(f"inputs.{name}") for one in several)])


def _where(several: Sequence[Standing], places: Sequence[Sequence[Standing]]) -> str:
    if len(several) > 1:
        return f", in {len(several)} places"
    return ", here" if len(places) > 1 else ""


def _described(value: object, declared: ParameterSpec | None) -> dict[str, object]:
    described: dict[str, object] = {"type": _type(value, declared), "default": value}
    if declared is not None and declared.enum and value in declared.enum:
        described["enum"] = list(declared.enum)
    return described


def _type(value: object, declared: ParameterSpec | None) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "number" if declared is not None and declared.type == "number" else "integer"
        case float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"
    return "path" if declared is not None and declared.type == "path" else "string"


def _to_secret(workflow: Workflow, specs: Specs, found: Standing, secret: str) -> Iterator[Fix]:
    """Yield the fix that takes a credential out of every place where it stands; its title does not say it."""
    taken = {item.name for item in workflow.secrets}
    name = fresh(secret_name(found.name), taken)
    places = hidden_in(workflow, specs, secret)
    declaration = declare_secret(workflow, name)
    if places and declaration is not None and any(one.meets(found) for one in places):
        where = f", in {len(places)} places" if len(places) > 1 else ""
        changes = [declaration, *(one.to(f"secrets.{name}") for one in places)]
        yield _fix("to-secret", f"Take it from the secret {quoted(name)}{where}", changes)
