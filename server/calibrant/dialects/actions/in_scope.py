"""Which names the expressions at a place may use: contexts, what is in them, functions."""

from collections.abc import Iterable, Iterator

import msgspec

from calibrant.dialects.actions import own_names
from calibrant.dialects.actions.around import job_node, shown, used
from calibrant.dialects.actions.event_values import payload
from calibrant.expressions.actions.functions import FUNCTIONS, Function
from calibrant.github.availability import available
from calibrant.github.contexts import CONTEXTS, NEED_FIELDS, SERVICE_FIELDS, STEP_FIELDS, FieldSpec
from calibrant.model.lexicon import Mention, Standing, Word
from calibrant.model.nodes import Map, Seq
from calibrant.model.shape import Shape

Chain = tuple[str | int, ...]


def roots(standing: Standing) -> Iterator[Word]:
    """Yield the contexts and functions that an expression may begin with."""
    there = available(standing.path)
    if there is None or there.nothing:
        return
    for name, context in CONTEXTS.items():
        if name in there.contexts:
            yield Word(name, "context", "context", context.doc)
    for name, one in FUNCTIONS.items():
        if not one.special or name in there.functions:
            yield _function(one)
    for name in ("true", "false", "null"):
        yield Word(name, "constant")


def function(name: str) -> Word | None:
    """Return what a function does."""
    found = FUNCTIONS.get(name.lower())
    return _function(found) if found is not None else None


def _function(one: Function) -> Word:
    arguments = one.signature.partition("(")[2].removesuffix(")")
    gives = "any value" if one.gives.type == "any" else one.gives.type
    return Word(one.name, "function", gives, f"{one.doc} For example `{one.example}`.", arguments)


def word(standing: Standing, chain: Chain) -> Word | None:
    """Return what a chain of names stands for, None where that is not known."""
    if not chain:
        return None
    name = str(chain[-1]).lower()
    if len(chain) == 1:
        context = CONTEXTS.get(name)
        return Word(context.name, "context", "context", context.doc) if context else None
    return next((one for one in members(standing, chain[:-1]) if one.name.lower() == name), None)


def named(standing: Standing, mention: Mention) -> Word | None:
    """Return what a name stands for that stands outside of expressions: a step of the whole job, or any job."""
    everywhere = msgspec.structs.replace(standing, step=-1, step_body=None)
    root = {"step": "steps", "job": "jobs"}.get(mention.sort)
    return word(everywhere, (root, mention.name)) if root is not None else None


def gives(standing: Standing, of: Word) -> Iterator[Word]:
    """Yield the outputs of a step or a job."""
    everywhere = msgspec.structs.replace(standing, step=-1, step_body=None)
    if of.sort in ("step", "job"):
        yield from members(everywhere, ("steps" if of.sort == "step" else "jobs", of.name, "outputs"))


def members(standing: Standing, chain: Chain) -> Iterator[Word]:
    """Yield what may follow a chain of names: the fields of a context, the names in it, and what those have."""
    root, path = str(chain[0]).lower(), tuple(str(part).lower() for part in chain[1:])
    match root, path:
        case "steps", ():
            yield from own_names.steps(standing)
        case "steps", (_,):
            yield from _fields(STEP_FIELDS)
        case "steps", (name, "outputs"):
            yield from own_names.step_outputs(standing, name)
        case "needs", ():
            yield from own_names.needs(standing)
        case "jobs", ():
            yield from (own_names.job_word(one.body) for one in standing.workflow.jobs if one.body.id)
        case "needs" | "jobs", (_,):
            yield from _fields(NEED_FIELDS)
        case "needs" | "jobs", (name, "outputs"):
            yield from own_names.job_outputs(standing, name)
        case "inputs", ():
            yield from own_names.inputs(standing)
        case "secrets", ():
            yield from own_names.secrets(standing)
        case "vars", ():
            yield from (Word(name, "variable", "used in this file") for name in used(standing, "vars"))
        case "env", ():
            yield from own_names.variables(standing)
        case "matrix", _:
            yield from own_names.matrix(standing, path)
        case "github", ("event", "inputs"):
            yield from own_names.inputs(standing)
        case "github", ("event", *below):
            yield from payload(standing, tuple(below))
        case "job", ("services",):
            services = job_node(standing, "services")
            for entry in services.entries if isinstance(services, Map) else ():
                yield Word(entry.name, "service", "service", shown(entry.value))
        case "job", ("services", _):
            yield from _fields(SERVICE_FIELDS)
        case "job", ("services", name, "ports"):
            ports = job_node(standing, "services", name, "ports")
            for item in ports.items if isinstance(ports, Seq) else ():
                yield Word(shown(item).rpartition(":")[2].partition("/")[0], "field", "port")
        case _ if root in CONTEXTS:
            yield from _of_context(root, path)


def _of_context(root: str, path: tuple[str, ...]) -> Iterator[Word]:
    context = CONTEXTS[root]
    if not path:
        yield from _fields(context.fields)
        return
    field = context.field(path[0])
    shape: Shape | None = field.shape if field else None
    for part in path[1:]:
        shape = next((inner for name, inner in shape.fields if name.lower() == part), None) if shape else None
    for name, inner in shape.fields if shape is not None else ():
        yield Word(name, "field", _type(inner))


def _fields(fields: Iterable[FieldSpec]) -> Iterator[Word]:
    for field in fields:
        yield Word(field.name, "field", _type(field.shape), field.doc)


def _type(shape: Shape) -> str:
    return "" if shape.type == "any" else shape.type
