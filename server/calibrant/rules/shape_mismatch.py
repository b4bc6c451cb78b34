"""Parameters that get another type of value than they take, and `for_each` over what is no list."""

from collections.abc import Iterator

from calibrant.model.expression import Expression, Path, Reference
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Node, Scalar
from calibrant.model.shape import Shape, TypeName, accepts
from calibrant.model.words import in_words
from calibrant.rules.flow import Flow
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.uses import FOR_EACH


def _check(flow: Flow, _known: Known) -> Iterator[Finding]:
    if flow.body.for_each is not None:
        yield from _given(flow, FOR_EACH, "array", flow.body.for_each, (FOR_EACH,), "")
    for given in flow.body.parameters:
        declared = flow.spec.parameter(given.name) if flow.spec else None
        if declared is not None and declared.role == "value" and flow.body.parameter(given.name) is given:
            yield from _given(flow, given.name, declared.type, given.value, given.path, FOR_EACH)


def _given(flow: Flow, name: str, wanted: TypeName, node: Node, where: Path, over: str) -> Iterator[Finding]:
    whole = node.template.whole if isinstance(node, Scalar) and node.template else None
    if whole is None or not whole.plain or not whole.references:
        return  # what more than a reference gives is not known
    reference = whole.references[0]
    shape, stop = flow.follow(reference, over)
    if stop is None and not _may_be(shape, wanted):
        yield _mismatch(name, wanted, whole, reference, shape, where)


def _may_be(shape: Shape, wanted: TypeName) -> bool:
    """Tell whether a value of the shape can be of the type: a number may be a whole one."""
    if shape.type == "any" or (shape.type == "number" and wanted == "integer"):
        return True
    return accepts(wanted, "string" if shape.type == "path" else shape.type)


def _mismatch(
    name: str, wanted: TypeName, whole: Expression, reference: Reference, shape: Shape, where: Path
) -> Finding:
    found = "string" if shape.type == "path" else shape.type
    message = f"‘{name}’ takes {in_words(wanted)}, but ‘{whole.source}’ gives {in_words(found)}."
    fitting = [key for key, field in shape.fields if field.type != "any" and _may_be(field, wanted)]
    deeper = [] if fitting or wanted != "array" else _deeper(shape)
    within = [_joined(reference, field) for field in fitting]
    within += [_joined(_joined(reference, outer), inner) for outer, inner in deeper]
    evidence = {"wanted": str(wanted), "found": found, "expression": whole.source}
    if shape.item is not None:
        evidence["item"] = shape.item.type
    hint = ""
    if fitting:
        names = " and ".join(f"‘{field}’" for field in fitting[:3])
        more = len(fitting) > 1
        message += f" Its field{'s' if more else ''} {names} hold{'' if more else 's'} {in_words(wanted)}."
        hint = f"Write ‘{_joined(reference, fitting[0])}’ instead."
        evidence["field"] = fitting[0]
    elif deeper:
        outer, inner = deeper[0]
        message += f" In its field ‘{outer}’, ‘{inner}’ holds {in_words(wanted)}."
        hint = f"Write ‘{_joined(_joined(reference, outer), inner)}’ instead."
    elif wanted in ("string", "path") and found in ("integer", "number", "boolean"):
        hint = f"Make it text: ‘{whole.source} | string’."
    elif wanted in ("integer", "number") and found == "string":
        hint = f"If the text is a number, write ‘{whole.source} | {'int' if wanted == 'integer' else 'float'}’."
    return Finding(
        code="shape-mismatch",
        kind=Kind.DATA_SHAPE,
        span=whole.span,
        message=message,
        hint=hint,
        where=where,
        subject=whole.source,
        candidates=tuple(within),
        evidence=evidence,
    )


def _deeper(shape: Shape) -> list[tuple[str, str]]:
    """Return where lists stand two levels deep."""
    around = [(key, field) for key, field in shape.fields if field.type == "object"]
    return [(key, name) for key, field in around for name, one in field.fields if one.type == "array"]


def _joined(reference: Reference | str, field: str) -> str:
    return f"{reference}.{field}" if field.isidentifier() else f'{reference}["{field}"]'


RULE = Rule(("shape-mismatch",), flow=_check)
