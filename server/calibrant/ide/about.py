"""What is declared of connectors, parameters and keys, and written of inputs and secrets, as pages."""

import json
from collections.abc import Container, Iterator
from typing import Final

from calibrant.expressions.filter_words import FILTERS, TESTS
from calibrant.ide.listing import listing
from calibrant.ide.page import Block, Code, Page, Said, Text, Title, Value
from calibrant.ide.typed import Typed
from calibrant.model.connector import ConnectorSpec, Effect, ParameterSpec
from calibrant.model.language import KeySpec
from calibrant.model.nodes import Hole, plain
from calibrant.model.preview import NOTHING
from calibrant.model.words import in_words, shortened
from calibrant.model.workflow import Input

_EFFECTS: Final = {
    Effect.NOTHING: "",
    Effect.READ: "reads",
    Effect.WRITE_LOCAL: "writes files of the workspace (in calibration, those of a private copy)",
    Effect.WRITE: "changes something outside (in calibration this is rehearsed: nothing is sent or changed)",
    Effect.EXECUTE: "runs code (only in a trusted workspace)",
}
_VALUE: Final = 120
"""Characters of a default or of an allowed value that are shown."""
_VALUES: Final = 20
_PLACES: Final = {"workflow": "of a workflow", "input": "of an input", "step": "of a step", "retry": "of `retry`"}


def connector_page(spec: ConnectorSpec) -> Page:
    """Return what a connector does, takes and gives."""
    if spec.broken:
        return (Title(spec.name, "connector"), Text(f"It cannot be loaded: {spec.broken}"))
    return tuple(_connector(spec))


def _connector(spec: ConnectorSpec) -> Iterator[Block]:
    yield Title(spec.name, "connector")
    yield Text(spec.summary)
    yield Text(effects_words(spec.effects))
    if spec.parameters:
        yield Text("It takes:")
        yield Code("\n".join(_parameter_line(one) for one in spec.parameters), "yaml")
    if told := listing(Typed(spec.output)):
        yield Text("It gives:")
        yield Code(told, "yaml")
    if spec.example:
        yield Text("For example:")
        yield Code(spec.example.strip("\n"), "yaml")


def effects_words(effects: tuple[Effect, ...]) -> str:
    """Return in a sentence what a connector may touch."""
    told = [_EFFECTS[effect] for effect in effects if _EFFECTS[effect]]
    if not told:
        return "It touches nothing outside of the run."
    if effects == (Effect.READ,):
        return "It only reads."
    return f"It {', or '.join(told)}{', as the call says' if len(told) > 1 else ''}."


def _parameter_line(spec: ParameterSpec) -> str:
    notes = [one for one in (_need(spec), spec.doc.replace("`", "")) if one]
    return f"{spec.name}: {_type(spec)}" + (f"  # {' — '.join(notes)}" if notes else "")


def _type(spec: ParameterSpec) -> str:
    return "expression over item" if spec.takes_expression else spec.type


def _need(spec: ParameterSpec) -> str:
    if spec.required:
        return "required"
    return f"default {_written(spec.default)}" if spec.default is not None else ""


def parameter_page(spec: ParameterSpec, connector: str = "") -> Page:
    """Return what a parameter is for and what may be given for it."""
    return tuple(_parameter(spec, connector))


def _parameter(spec: ParameterSpec, connector: str) -> Iterator[Block]:
    yield Title(spec.name, f"parameter of {connector}" if connector else "parameter")
    if spec.doc:
        yield Text(spec.doc)
    yield Text(_takes(spec.type, required=spec.required))
    if spec.default is not None:
        yield Value("Default", _written(spec.default))
    if spec.enum:
        yield Text(f"One of {_choices(spec.enum)}.")
    if spec.role == "per_item":
        over = f" of `{spec.over}`" if spec.over else ""
        yield Text(f"It is worked out for each element{over}, which is `item` in it; `index` is its position.")
    elif spec.role == "script":
        yield Text("A script: in it, a reference stands for an environment variable with that value.")


def key_page(spec: KeySpec, place: str) -> Page:
    """Return what a key says where it stands; `place` is one of `Language.keys`, or what to call that ("a job")."""
    return tuple(_key(spec, place))


def _key(spec: KeySpec, place: str) -> Iterator[Block]:
    yield Title(spec.name, f"key {_PLACES.get(place, f'of {place}')}".replace("`", ""))
    if spec.doc:
        yield Text(spec.doc)
    yield Text(_takes(*spec.types, required=spec.required))
    if spec.values:
        yield Text(f"{'Such as' if spec.others else 'One of'} {_choices(spec.values)}.")


def input_page(item: Input, value: object = NOTHING, hidden: Container[str] = ()) -> Page:
    """Return what an input is; `value` is what the last run was given. What is among the `hidden` texts is not shown."""
    return tuple(_input(item, value, hidden))


def _input(item: Input, value: object, hidden: Container[str]) -> Iterator[Block]:
    yield Title(item.name, "input")
    if item.description:
        yield Said(item.description)
    yield Text(_takes(item.type, required=item.required))
    if item.enum:
        yield Text(f"One of {_choices(tuple(map(_written, item.enum)))}.")
    for name, node in (("Default", item.default), ("Sample", item.sample)):
        if node is not None and not isinstance(node, Hole):
            written = plain(node)
            told = "‹not shown›" if isinstance(written, str) and written in hidden else _written(written)
            yield Value(name, told)
    if value is not NOTHING:
        yield Value("In the last run", _written(value))


def secret_page(name: str, *, declared: bool, is_set: bool) -> Page:
    """Return where a secret comes from, and whether it is there: never its value."""
    where = f"Its value is that of the environment variable `{name.replace('`', '')}`"
    state = "which is set" if is_set else "which is not set"
    told = "" if declared else " It is not declared under `secrets`."
    return (Title(name, "secret"), Text(f"{where}, {state} for this server. It is never shown.{told}"))


def word_page(name: str, *, test: bool) -> Page:
    """Return what a filter does, or a test that follows `is`; nothing for one that is not known."""
    word = (TESTS if test else FILTERS).get(name)
    if word is None:
        return ()
    called = f"{name}({word.arguments})" if word.arguments else name
    same = (Text(f"Another name for `{word.alias}`."),) if word.alias else ()
    return (Title(called, "test" if test else "filter"), Text(word.doc), *same, Code(word.example))


def _choices(values: tuple[str, ...]) -> str:
    told = ", ".join(f"`{one.replace('`', '')}`" for one in values[:_VALUES])
    return f"{told} and {len(values) - _VALUES:,} more" if len(values) > _VALUES else told


def _written(value: object) -> str:
    if isinstance(value, str):
        return shortened(value, _VALUE) if value.strip() else json.dumps(value)
    return shortened(json.dumps(value, ensure_ascii=False, default=str), _VALUE)


def _takes(*types: str, required: bool) -> str:
    types = tuple(name for name in types if name != "null")
    if types in ((), ("any",)):
        return "Required." if required else ""
    return f"Takes {in_words(*types)}{'; required' if required else ''}."
