"""What is declared of what steps and jobs call, as pages."""

from collections.abc import Iterator
from typing import Final

from calibrant.ide.about import parameter_page
from calibrant.ide.page import Block, Code, Page, Said, Text, Title, sayable
from calibrant.model.connector import ConnectorSpec, ParameterSpec
from calibrant.model.words import shortened

_LINE: Final = 110
_NAME: Final = 80


def called_page(spec: ConnectorSpec) -> Page:
    """Return what an action or a reusable workflow does, takes and gives; what it says itself is shown as it is."""
    return tuple(_called(spec))


def _called(spec: ConnectorSpec) -> Iterator[Block]:
    yield Title(shortened(spec.name, _NAME))
    if spec.broken:
        yield Text(f"It cannot be called: {spec.broken}.")
        return
    if spec.summary:
        yield Said(spec.summary)
    if takes := taken(spec):
        yield Text("It takes:")
        yield Code(takes, "yaml")
    if spec.secrets:
        yield Text("It is given the secrets:")
        yield Code("\n".join(sayable(one.name) for one in spec.secrets), "yaml")
    if spec.output.fields:
        yield Text("It gives:")
        yield Code("\n".join(sayable(name) for name, _ in spec.output.fields), "yaml")


def taken(spec: ConnectorSpec) -> str:
    """Return what something that is called takes, an input to a line."""
    lines = (sayable(_line(one)) for one in spec.parameters)
    return "\n".join(line if len(line) <= _LINE else f"{line[: _LINE - 1]}…" for line in lines)


def _line(one: ParameterSpec) -> str:
    notes = ["required"] * one.required
    notes += [f"default {one.default}"] if one.default not in (None, "") else []
    notes += [" ".join(one.doc.split())] if one.doc else []
    return f"{one.name}:" + (f"  # {' — '.join(notes)}" if notes else "")


def input_of(spec: ConnectorSpec, name: str) -> ParameterSpec | None:
    """Return the input of that name; the case does not count."""
    return next((one for one in spec.parameters if one.name.lower() == name.lower()), None)


def given_page(spec: ConnectorSpec, one: ParameterSpec) -> Page:
    """Return what an input is for and what may be given for it."""
    title = Title(shortened(one.name, _NAME), f"input of {shortened(spec.name, _NAME)}")
    said = (Said(one.doc),) if one.doc else ()
    rest = (block for block in parameter_page(one)[1:] if block != Text(one.doc))
    old = (Said(f"Deprecated: {one.deprecated}"),) if one.deprecated else ()
    return (title, *said, *rest, *old)
