"""Checks rendered parameters against what a connector declares, as far as they are known."""

from collections.abc import Mapping, Sequence
from itertools import islice

from calibrant.expressions.follow import stands_for
from calibrant.model.closest import ranked
from calibrant.model.connector import ConnectorSpec, ParameterSpec, Params
from calibrant.model.expression import Reference
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.nodes import Node, Scalar
from calibrant.model.shape import TypeName, accepts
from calibrant.model.value import UNKNOWN, type_name
from calibrant.model.words import in_words
from calibrant.model.workflow import StepBody

_SHOWN = 60
_LOOKED_AT = 1_000
_SHOWN_DEEP = 4


def validate(
    body: StepBody, spec: ConnectorSpec, params: Params, failed: frozenset[str] = frozenset()
) -> list[Failure]:
    """Return what is wrong with the parameters; unknown values are never wrong. `failed` are names reported already."""
    found: list[Failure] = []
    for declared in spec.parameters:
        if declared.name in failed:
            continue
        if declared.name not in params:
            if declared.required:
                found.append(_missing(declared, spec))
            continue
        value = params[declared.name]
        if value is UNKNOWN or declared.role == "per_item":
            continue
        if not accepts(declared.type, type_name(value)):
            found.append(mismatch(declared.name, declared.type, _node(body, declared.name), value))
        elif declared.enum and isinstance(value, str) and value not in declared.enum:
            found.append(_not_allowed(declared, value))
    return found


def empties(body: StepBody, spec: ConnectorSpec, params: Params) -> list[Failure]:
    """Return a warning for each parameter that needs data and was given none."""
    found: list[Failure] = []
    for declared in spec.parameters:
        value = params.get(declared.name)
        if declared.needs_data and isinstance(value, (str, bytes, list, tuple, Mapping)) and not value:
            source = _source(_node(body, declared.name))
            what = f"‘{source}’ is empty" if source else "It is empty"
            message = f"{what}: there is nothing in it for ‘{declared.name}’ to work on."
            hint = "Check the step it comes from, or give this step a condition (if) so that it runs only when there is data."
            evidence = {"expression": source} if source else {}
            found.append(
                Failure(
                    "empty-data",
                    message,
                    Kind.EMPTY_DATA,
                    hint=hint,
                    parameter=(declared.name,),
                    subject=source or declared.name,
                    evidence=evidence,
                )
            )
    return found


def _node(body: StepBody, name: str) -> Node | None:
    given = body.parameter(name)
    return given.value if given else None


def _reference(node: Node | None) -> Reference | None:
    if isinstance(node, Scalar) and node.template and node.template.whole and node.template.whole.plain:
        return node.template.whole.references[0]
    return None


def _source(node: Node | None) -> str:
    return node.template.whole.source if isinstance(node, Scalar) and node.template and node.template.whole else ""


def _missing(declared: ParameterSpec, spec: ConnectorSpec) -> Failure:
    message = f"{spec.name} needs the parameter ‘{declared.name}’ ({declared.doc.rstrip('.')})."
    return Failure("missing-parameter", message, Kind.DEFINITION, subject=declared.name)


def _not_allowed(declared: ParameterSpec, value: str) -> Failure:
    allowed = ranked(value, declared.enum)
    message = f"‘{declared.name}’ cannot be ‘{value[:_SHOWN]}’. It takes: {', '.join(declared.enum)}."
    return Failure(
        "invalid-value",
        message,
        Kind.PARAMETER,
        parameter=(declared.name,),
        value=value,
        subject=value,
        candidates=allowed,
    )


def mismatch(name: str, wanted: TypeName, node: Node | None, value: object) -> Failure:
    """Return the failure of a value of the wrong type; says what came, from where, and which part of it would fit."""
    source = _source(node)
    reference = _reference(node)
    found = type_name(value)
    got = f"‘{source}’ gives {in_words(found)}" if source else f"got {in_words(found)}"
    message = f"‘{name}’ takes {in_words(wanted)}, but {got}."
    fitting = _fitting(value, wanted)
    evidence = {"wanted": str(wanted), "found": found}
    if source:
        evidence["expression"] = source
    evidence |= _more(value)
    if fitting:
        message += " " + _inside(value, fitting, wanted)
        evidence["field"] = str(fitting[0])
    candidates = tuple(_joined(str(reference), part) for part in fitting) if reference else tuple(map(str, fitting))
    deeper = _deeper(value, wanted) if reference and not fitting else []
    if deeper:
        message += f" In its field ‘{deeper[0][0]}’, ‘{deeper[0][1]}’ holds {in_words(wanted)}."
        candidates = tuple(_joined(_joined(str(reference), outer), inner) for outer, inner in deeper)
    return Failure(
        "shape-mismatch",
        message,
        Kind.DATA_SHAPE,
        parameter=(name,),
        value=_short(value),
        subject=source or name,
        candidates=candidates,
        evidence=evidence,
    )


def _more(value: object) -> dict[str, str]:
    """Return what a text stands for, and what type of elements a list has ("mixed": of several)."""
    if isinstance(value, str):
        return stands_for(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        types = {type_name(item) for item in value[:_LOOKED_AT]}
        return {"item": types.pop() if len(types) == 1 else "mixed"}
    return {}


def _fitting(value: object, wanted: str) -> list[str | int]:
    """Return the parts of a value that have the wanted type: fields of an object, the first item of an array."""
    word = "string" if wanted == "path" else wanted
    if isinstance(value, Mapping):
        return [str(key) for key, item in value.items() if type_name(item) == word]
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and value and type_name(value[0]) == word:
        return [0]
    return []


def _deeper(value: object, wanted: str) -> list[tuple[str, str]]:
    """Return where lists stand two levels deep: what an answer wraps its data in is often no more than that."""
    if wanted != "array" or not isinstance(value, Mapping):
        return []
    around = ((str(key), item) for key, item in value.items() if isinstance(item, Mapping))
    found = ((key, str(name)) for key, item in around for name, one in item.items() if type_name(one) == wanted)
    return list(islice(found, _SHOWN_DEEP))


def _inside(value: object, fitting: list[str | int], wanted: str) -> str:
    if not isinstance(value, Mapping):
        count = len(value) if isinstance(value, Sequence) else 0
        items = "its only item is" if count == 1 else f"each of its {count} items may be"
        return f"{items.capitalize()} {in_words(wanted)}."
    names = " and ".join(f"‘{field}’" for field in fitting[:3])
    return (
        f"Its field{'s' if len(fitting) > 1 else ''} {names} hold{'' if len(fitting) > 1 else 's'} {in_words(wanted)}."
    )


def _joined(reference: str, part: str | int) -> str:
    if isinstance(part, int):
        return f"{reference}[{part}]"
    return f"{reference}.{part}" if part.isidentifier() else f'{reference}["{part}"]'


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value) if not isinstance(value, (Mapping, list, tuple)) else ""
    return text[:200]
