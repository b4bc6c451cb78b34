"""What is said of the place that one points at: what stands there, and what became of it when it last ran."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from calibrant import dialects
from calibrant.ide.about import connector_page, input_page, key_page, parameter_page, secret_page, word_page
from calibrant.ide.ground import said_at as said_of_tools
from calibrant.ide.hiding import hidden_page
from calibrant.ide.lexical.hover import said_at
from calibrant.ide.listing import is_list, listing, sample
from calibrant.ide.outcome import state_words
from calibrant.ide.page import Block, Code, Page, Said, Text, Title
from calibrant.ide.things import (
    ConnectorName,
    FilterName,
    InputName,
    KeyName,
    ParameterName,
    ParameterValue,
    ReferencePart,
    SecretName,
    StepName,
    thing_at,
)
from calibrant.ide.typed import Typed, fields, follow, output, words
from calibrant.ide.view import View
from calibrant.model.nodes import Scalar
from calibrant.model.preview import NOTHING
from calibrant.model.shape import accepts
from calibrant.model.text import Span
from calibrant.model.words import counted, shortened
from calibrant.model.workflow import Step

_NAME: Final = 80
_LONGEST: Final = 400
"""Characters of what others wrote that are shown."""
_WRONG: Final = 3
"""Issues of a step that are told."""
_VALUE: Final = 60
"""Characters of a value that one may point at to be told of its parameter: a longer one is a text of its own."""


class World(msgspec.Struct, frozen=True):
    """What is asked of the world.

    How long ago a session began, in words (empty: not known); whether a variable is set; what is wrong with a step, in words.
    """

    ago: Callable[[str], str]
    is_set: Callable[[str], bool]
    wrong: Callable[[Step], Sequence[str]] = lambda _step: ()


class Hover(msgspec.Struct, frozen=True):
    """What to say, and of which part of the document."""

    page: Page
    span: Span


def hover(view: View, offset: int, world: World) -> Hover | None:
    """Return what is said of what an offset is in or right behind; None where there is nothing to say.

    Where a step says what it runs, the tools that this finds are told too.
    """
    thing = _thing(view, offset, world)
    tools = said_of_tools(view, offset)
    if tools is None:
        return thing
    page = hidden_page(tools[0], view.checked.confidential)
    return Hover((*thing.page, *page), thing.span) if thing is not None else Hover(page, tools[1])


def _thing(view: View, offset: int, world: World) -> Hover | None:
    lexicon = dialects.lexicon(view.workflow.language.name)
    if lexicon is not None:
        said = said_at(lexicon, view, offset)
        return Hover(hidden_page(said[0], view.checked.confidential), said[1]) if said is not None else None
    thing = thing_at(view.workflow, view.specs, offset)
    page: Page = ()
    match thing:
        case StepName():
            step = thing.step if thing.definition else view.workflow.step(thing.name)
            page = step_page(view, step, world) if step else ()
        case ReferencePart():
            page = _reference(view, thing, world)
        case ConnectorName(spec=spec):
            page = connector_page(spec) if spec else ()
        case ParameterName(declared=declared):
            page = parameter_page(declared, thing.step.body.action or "") if declared else ()
        case ParameterValue():
            page = _value(thing)
        case KeyName():
            page = _key(thing)
        case InputName():
            page = _input(view, thing.input.name)
        case SecretName():
            page = secret_page(thing.secret.name, declared=True, is_set=world.is_set(thing.secret.name))
        case FilterName():
            page = word_page(thing.name, test=thing.test)
    return Hover(page, thing.span) if thing and page else None


def step_page(view: View, step: Step, world: World) -> Page:
    """Return what a step is, what became of it and what it gave."""
    return tuple(_step(view, step, world))


def _step(view: View, step: Step, world: World) -> Iterator[Block]:
    body = step.body
    yield Title(shortened(step.label, _NAME), f"step, {body.action}" if body.action else "step")
    if body.name:
        yield Said(shortened(body.name, _LONGEST))
    ran = view.steps.get(step.label)
    if ran is None:
        yield Text("It has not run yet.")
    else:
        yield Text(state_words(ran, world.ago(ran.session)))
        if ran.reason:
            yield Said(shortened(ran.reason, _LONGEST))
        if ran.outdated:
            yield Text("The step was edited since.")
    wrong = world.wrong(step)
    for each in wrong[:_WRONG]:
        yield Said(f"✗ {shortened(each, _LONGEST)}")
    if len(wrong) > _WRONG:
        yield Text(f"… and {counted(len(wrong) - _WRONG, 'more issue')}.")
    typed = output(view, step)
    it = "For each element it" if is_list(typed) else "It"
    if ran is not None and ran.observed is not None:
        yield from _shown(typed, f"{it} gave:", "In an earlier run:" if ran.earlier else "In the last run:")
    elif typed.observed is not None:
        yield from _shown(typed, f"{it} gives (as its sample does):", "Its sample:")
    else:
        yield from _shown(typed, f"{it} gives (declared, not seen yet):", "")


def _shown(typed: Typed, has: str, was: str) -> Iterator[Block]:
    """Yield the fields of a value, and what it was."""
    if told := listing(typed):
        yield Text("Each has:" if is_list(typed) and has == "It has:" else has)
        yield Code(told, "yaml")
    if typed.preview is not NOTHING and not typed.secret:
        yield Text(was)
        yield Code(sample(typed.preview), "yaml")


def _reference(view: View, thing: ReferencePart, world: World) -> Page:
    reference, path = thing.reference, thing.reference.path[: thing.part]
    if reference.root == "inputs" and len(path) == 1:
        return _input(view, str(path[0]))
    if reference.root == "secrets" and len(path) == 1:
        declared = any(secret.name == path[0] for secret in view.workflow.secrets)
        return secret_page(str(path[0]), declared=declared, is_set=world.is_set(str(path[0])))
    if reference.root == "env" and len(path) == 1:
        state = "set" if world.is_set(str(path[0])) else "not set"
        return (Title(str(path[0]), "environment variable"), Text(f"It is {state} for this server."))
    step = view.workflow.step(reference.root)
    if step is not None and not path:
        return step_page(view, step, world)
    typed = follow(view, thing.step, reference, thing.over, thing.part)
    return tuple(_part(view, thing, typed)) if typed is not None else ()


def _part(view: View, thing: ReferencePart, typed: Typed) -> Iterator[Block]:
    reference, path = thing.reference, thing.reference.path[: thing.part]
    told = words(typed)
    yield Title(shortened(_written(reference.root, path), _NAME), told or "nothing is known of its type yet")
    if reference.root == "item" and not path:
        yield Text("The element that is gone through.")
    elif reference.root == "index":
        yield Text("The position of the element, from 0.")
    if path:
        yield from _notes(view, thing, typed)
    yield from _shown(typed, "It has:", _when(typed, of_first=reference.root == "item"))


def _when(typed: Typed, *, of_first: bool) -> str:
    """Return what is said above a value: where it is from."""
    told = "as it is written" if typed.written else "in an earlier run" if typed.earlier else "in the last run"
    return f"Of the first element, {told}:" if of_first else f"{told[0].upper()}{told[1:]}:"


def _notes(view: View, thing: ReferencePart, typed: Typed) -> Iterator[Block]:
    """Yield how what was seen and what is declared go together."""
    name = thing.reference.path[thing.part - 1]
    above = follow(view, thing.step, thing.reference, thing.over, thing.part - 1)
    field = next((one for one in fields(above) if one.name == name), None) if above and isinstance(name, str) else None
    seen = typed.observed
    if field is not None and field.optional:
        yield Text("It was not always there.")
    if seen is None:
        if above is not None and above.observed is not None and not above.written:
            yield Text("It was not seen in a run yet.")
        return
    if not all(one == "null" or accepts(typed.shape.type, one) for one in seen.types):
        yield Text(f"Declared as {words(Typed(typed.shape))}.")
    elif field is not None and not field.declared and not typed.written:
        yield Text("It is not declared; runs had it.")


def _value(thing: ParameterValue) -> Page:
    """Return what is said of a parameter whose value one points at; nothing of long texts and what lies deeper."""
    node, body = thing.node, thing.step.body
    short = isinstance(node, Scalar) and thing.span.end - thing.span.start <= _VALUE
    own = thing.path == thing.parameter.path and not body.short
    return parameter_page(thing.declared, body.action or "") if thing.declared and short and own else ()


def _key(thing: KeyName) -> Page:
    if thing.spec is not None:
        return key_page(thing.spec, thing.place)
    if thing.declared is not None:
        return parameter_page(thing.declared, thing.step.body.action or "" if thing.step else "")
    return ()


def _input(view: View, name: str) -> Page:
    item = next((one for one in view.workflow.inputs if one.name == name), None)
    if item is None:
        return ()
    value = view.inputs.get(name, NOTHING) if view.previews else NOTHING
    return input_page(item, value, view.checked.confidential)


def _written(root_name: str, path: tuple[str | int, ...]) -> str:
    simple = [
        f"[{part}]" if isinstance(part, int) else f".{part}" if part.isidentifier() else f'["{part}"]' for part in path
    ]
    return root_name + "".join(simple)
