"""What is known of values that stand in a workflow's text, and of what its inputs were given."""

from collections.abc import Mapping
from typing import Final, cast, get_args

from calibrant.ide.value import Typed
from calibrant.ide.view import View
from calibrant.model.nodes import Hole, Node, plain
from calibrant.model.observed import observe
from calibrant.model.preview import NOTHING, preview
from calibrant.model.shape import OBJECT, Shape, TypeName, array
from calibrant.model.workflow import Input
from calibrant.rules.concealing import concealer
from calibrant.rules.credential_words import is_password_key, is_secret_key, snake

_OF_TYPE: Final[Mapping[str, Shape]] = {"array": array(), "object": OBJECT}


def written(view: View, shape: Shape, node: Node | None) -> Typed:
    """Return what a value in the text gives away beside its shape."""
    if node is None or isinstance(node, Hole):
        return Typed(shape)
    value = plain(node)
    seen = observe(value)
    hide = concealer(view.checked.confidential)
    return Typed(shape, seen, seen, preview(value, hide) if view.previews else NOTHING, written=True)


def given_input(view: View, item: Input) -> Typed:
    """Return what is known of an input: its type, and what the last run was given, else its default or its sample."""
    wanted = cast("TypeName", item.type) if item.type in get_args(TypeName) else "any"
    shape = _OF_TYPE.get(wanted) or Shape(wanted)
    key = snake(item.name)
    if is_password_key(key) or is_secret_key(key):
        return Typed(shape, secret=True)
    if item.name in view.inputs:
        value = view.inputs[item.name]
        seen = observe(value)
        return Typed(shape, seen, seen, preview(value) if view.previews else NOTHING)
    own = (node for node in (item.default, item.sample) if node is not None and not isinstance(node, Hole))
    return written(view, shape, next(own, None))
