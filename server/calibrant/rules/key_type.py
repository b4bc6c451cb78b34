"""Keys whose value has another type than the language asks for, or is none of the values that it allows."""

from collections.abc import Iterator

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.language import KeySpec
from calibrant.model.nodes import Entry, Hole, Node, Scalar, Seq
from calibrant.model.words import in_words
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known
from calibrant.rules.places import Keyed, empty, own, step_maps, workflow_maps
from calibrant.rules.rule import Rule
from calibrant.rules.wording import KEEPS_TYPE, did_you_mean, listed, type_of

_TEXTS_INSIDE = {
    ("step", "needs"): "step ids",
    ("step", "scope"): "patterns of files",
    ("workflow", "secrets"): "names",
}
"""Lists that hold nothing but texts, and what to call these."""

_LEAST = {("step", "timeout"): (0.0, False), ("retry", "attempts"): (1.0, True), ("retry", "delay"): (0.0, True)}
"""The least value of a number, and whether it is itself allowed."""

_UNQUOTED = frozenset({"number", "integer", "boolean"})

_EXAMPLES = {
    ("step", "retry"): "Write it as ‘retry: {attempts: 3}’.",
    ("step", "for_each"): "Put an expression in braces: ‘{{ step.list }}’.",
    ("workflow", "inputs"): "Write each input as ‘name: {type: string}’.",
    ("workflow", "secrets"): "Write a list of names: ‘secrets: [NAME]’.",
    ("step", "with"): "Write the parameters as keys: ‘with: {name: value}’.",
    ("step", "env"): "Write the variables as keys: ‘env: {NAME: value}’.",
}


def _check_step(body: StepBody, known: Known) -> Iterator[Finding]:
    for keyed in step_maps(body, known):
        yield from _check(keyed)


def _check_workflow(workflow: Workflow, known: Known) -> Iterator[Finding]:
    for keyed in workflow_maps(workflow, known):
        yield from _check(keyed)
    for item in workflow.inputs:
        if isinstance(item.node, Scalar | Seq) and not empty(item.node):
            word = item.node.value if isinstance(item.node, Scalar) else None
            types = next((key.values for key in known.language.keys.get("input", ()) if key.name == "type"), ())
            key = "type" if word in types else "default"
            shown = f"{{{key}: {word}}}" if isinstance(word, str | int | float) else "{type: array}"
            message = f"The input ‘{item.name}’ must be described by keys, but this is {in_words(type_of(item.node))}."
            yield _finding(("inputs", item.name), item.node, message, f"Write ‘{item.name}: {shown}’.", item.name)


def _check(keyed: Keyed) -> Iterator[Finding]:
    for key in keyed.keys:
        entry = keyed.node.entry(key.name)
        if entry is None or own(entry) or empty(entry.value):
            continue
        path = (*keyed.path, key.name)
        if not _fits(key, entry.value):
            yield _mismatch(keyed, key, entry)
        elif key.values and isinstance(entry.value, Scalar):
            yield from _allowed(key, entry.value, path)
        elif (keyed.place, key.name) in _LEAST and isinstance(entry.value, Scalar):
            yield from _not_too_small(keyed.place, key, entry.value, path)
        elif (keyed.place, key.name) in _TEXTS_INSIDE and isinstance(entry.value, Seq):
            yield from _texts(entry.value, _TEXTS_INSIDE[keyed.place, key.name], path)


def _fits(key: KeySpec, node: Node) -> bool:
    if "any" in key.types or (isinstance(node, Hole) and not node.missing):
        return True
    whole = isinstance(node, Scalar) and node.template is not None and node.template.whole is not None
    found = type_of(node)
    if "expression" in key.types:
        if found in key.types or whole:
            return True
        # a list that comes from an expression needs its braces, a condition does not
        return "array" not in key.types and found in ("string", "boolean")
    if whole:
        return key.name != "with"
    return found in key.types or (found == "integer" and "number" in key.types)


def _mismatch(keyed: Keyed, key: KeySpec, entry: Entry) -> Finding:
    found = type_of(entry.value)
    got = "an expression" if found == "unknown" else in_words(found)
    message = f"‘{key.name}’ takes {in_words(*key.types)}, but this is {got}."
    value = entry.value
    mixed = isinstance(value, Scalar) and value.template is not None and value.template.whole is None
    hint = KEEPS_TYPE if mixed else _EXAMPLES.get((keyed.place, key.name), "")
    if not hint and isinstance(value, Scalar) and "string" in key.types:
        hint = "Put it in quotes to make it text."
    elif not hint and isinstance(value, Scalar) and isinstance(value.value, str) and "{{" in value.value:
        hint = "Expressions are not worked out here: write the value itself."
    elif not hint and found == "string" and _UNQUOTED.issuperset(key.types):
        hint = "Write it without quotes."
    return _finding((*keyed.path, key.name), value, message, hint, key.name, ",".join(key.types))


def _allowed(key: KeySpec, node: Scalar, path: Path) -> Iterator[Finding]:
    value = str(node.value)
    if value not in key.values:
        hint, near = did_you_mean(value, key.values)
        yield Finding(
            code="invalid-value",
            kind=Kind.DEFINITION,
            span=node.span,
            message=f"‘{key.name}’ cannot be ‘{value}’. It takes: {listed(key.values)}.",
            hint=hint,
            where=path,
            subject=value,
            candidates=near or key.values,
        )


def _not_too_small(place: str, key: KeySpec, node: Scalar, path: Path) -> Iterator[Finding]:
    least, itself = _LEAST[place, key.name]
    value = node.value
    if isinstance(value, int | float) and (value < least or (value == least and not itself)):
        bound = f"{least:g} or more" if itself else f"more than {least:g}"
        message = f"‘{key.name}’ must be {bound}, but this is {value:g}."
        candidates = (f"{least:g}",) if itself else ()
        yield Finding(
            "invalid-value",
            Kind.DEFINITION,
            node.span,
            message,
            where=path,
            subject=str(value),
            candidates=candidates,
            evidence={"wanted": key.types[0]},
        )


def _texts(node: Seq, what: str, path: Path) -> Iterator[Finding]:
    for index, item in enumerate(node.items):
        found = type_of(item)
        if found not in ("string", "unknown") and not empty(item):
            message = f"This list holds {what}, which are text, but this is {in_words(found)}."
            hint = "Put it in quotes to make it text." if isinstance(item, Scalar) else "Write a name."
            yield _finding((*path, index), item, message, hint, str(path[-1]), "string")


def _finding(path: Path, node: Node, message: str, hint: str, subject: str, wanted: str = "") -> Finding:
    evidence = {"wanted": wanted, "found": type_of(node)} if wanted else {}
    return Finding(
        "wrong-type", Kind.DEFINITION, node.span, message, hint=hint, where=path, subject=subject, evidence=evidence
    )


RULE = Rule(("wrong-type", "invalid-value"), step=_check_step, workflow=_check_workflow)
