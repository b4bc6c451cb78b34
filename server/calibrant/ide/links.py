"""Files and addresses that a workflow names literally."""

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from calibrant import dialects
from calibrant.ide.texts import scalars
from calibrant.model.lexicon import Lexicon
from calibrant.model.nodes import Node, Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known


class Link(NamedTuple):
    """What a text names: a file or folder as the workflow writes it, an address for the browser, or what is called of the
    same repository.
    """

    span: Span
    kind: Literal["path", "address", "called"]
    target: str


_REFUSED = r"\s\x00-\x1f\x7f<>\"\\^`{|}"
_ADDRESS: Final = re.compile(rf"https?://(?![^/?#]*@)[^{_REFUSED}/?#]+(?:[/?#][^{_REFUSED}]*)?", re.IGNORECASE)
"""A whole address without a name or password in it."""
_FOLDER_ITSELF: Final = re.compile(r"[./\\]*")


def in_step(body: StepBody, known: Known) -> tuple[Link, ...]:
    """Return the links of a step, relative to it: whole values only, for a part of a path or address leads nowhere."""
    lexicon = dialects.lexicon(known.language.name)
    if lexicon is not None:
        return in_piece(body, lexicon)
    spec = known.spec(body)
    found: list[Link] = []
    for parameter in body.parameters:
        declared = spec.parameter(parameter.name) if spec else None
        if declared is not None and declared.type == "path":
            found += _path(parameter.value)
        else:
            found += _addresses(parameter.value)
    return tuple(found)


def in_piece(body: StepBody | JobBody, lexicon: Lexicon) -> tuple[Link, ...]:
    """Return the links of a step or a job in a language with a lexicon, relative to it: what it calls, and addresses."""
    found: list[Link] = []
    node = body.action_node
    if node is not None and (name := _literal(node)):
        address = lexicon.page(name)
        found += [Link(_inside(node), "address", address)] if address else []
        found += [Link(_inside(node), "called", name)] if lexicon.is_near(name) else []
    found += _addresses(body.node)
    return tuple(found)


def in_head(workflow: Workflow) -> tuple[Link, ...]:
    """Return the links of what the inputs are given."""
    if workflow.jobs:
        return tuple(_addresses(workflow.root))
    found: list[Link] = []
    for one in workflow.inputs:
        for node in (one.default, one.sample):
            if node is not None:
                found += _path(node) if one.type == "path" else _addresses(node)
    return tuple(found)


def _path(node: Node) -> Iterator[Link]:
    text = _literal(node)
    if text.isprintable() and not _FOLDER_ITSELF.fullmatch(text):
        yield Link(_inside(node), "path", text)


def _addresses(node: Node) -> Iterator[Link]:
    for scalar in scalars(node):
        text = _literal(scalar)
        if text and _ADDRESS.fullmatch(text):
            yield Link(_inside(scalar), "address", text)


def _literal(node: Node) -> str:
    """Return the text of a value that stands there as it is: no template in it, and no alias."""
    if not isinstance(node, Scalar) or node.aliased or node.template is not None:
        return ""
    return node.value.strip() if isinstance(node.value, str) else ""


def _inside(node: Node) -> Span:
    """Return the place of a text without the quotes around it."""
    return node.locate(0, len(str(node.value))) if isinstance(node, Scalar) else node.span
