"""Literals that are most likely the same, wherever in a workflow they stand."""

import re
from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.sites import sources
from calibrant.repairs.slots import Slot, slots
from calibrant.repairs.standing import Standing, of_collection, of_part, of_value, tokens

_VERBATIM = re.compile(r"[\w./:@-]+", re.ASCII)
"""A text that stands as it is wherever it is written, but for escapes."""

_DISTINCT = re.compile(r"(?=.{4})(?=.*[^A-Za-z\s])", re.DOTALL)
"""A text that is hardly the same as another by accident: no plain word."""


def alike(workflow: Workflow, specs: Specs, first: Standing) -> list[Standing]:
    """Return a literal and those that are most likely the same wherever they stand, none meeting another."""
    kept = [first]
    verbatim = isinstance(first.value, str) and _VERBATIM.fullmatch(first.value) is not None
    for step in workflow.steps:
        text = step.body.text
        if verbatim and str(first.value) not in text and "\\" not in text and step.body.anchors is not None:
            continue
        here = [first] if step.index == first.step.index else []
        for other in (*_of_slots(step, specs, first), *_of_expressions(workflow, step, first)):
            if not any(one.meets(other) for one in here):
                here.append(other)
                kept.append(other)
    return kept


def _of_slots(step: Step, specs: Specs, first: Standing) -> Iterator[Standing]:
    for slot in slots(step, specs):
        if slot.is_code and isinstance(slot.node, Scalar) and slot.node.template is None:
            continue
        whole = of_value(slot) if isinstance(slot.node, Scalar) else of_collection(slot)
        if whole is not None and _same(whole, first):
            yield whole
        elif isinstance(slot.node, Scalar) and isinstance(slot.node.value, str) and isinstance(first.value, str):
            yield from parts(slot, slot.node.value, first.value)


def _same(one: Standing, first: Standing) -> bool:
    if type(one.value) is not type(first.value) or one.value != first.value or isinstance(one.value, bool):
        return False
    return isinstance(one.value, str) or one.name == first.name


def parts(slot: Slot, text: str, literal: str) -> Iterator[Standing]:
    """Yield where a literal that is no plain word stands in a longer text, on its own."""
    if not _DISTINCT.match(literal):
        return
    behind = r"(?![\w@-]|\.\w)" if "://" in literal else r"(?![\w@-]|[./]\w)"
    for match in re.finditer(rf"(?<![\w./@-]){re.escape(literal)}{behind}", text):
        found = of_part(slot, text, *match.span())
        if found is not None:
            yield found


def _of_expressions(workflow: Workflow, step: Step, first: Standing) -> Iterator[Standing]:
    if isinstance(first.value, str) or first.code:
        for source in sources(step):
            for one in tokens(workflow, source):
                if _same(one, first):
                    yield one


def hidden_in(workflow: Workflow, specs: Specs, secret: str) -> list[Standing]:
    """Return every place where a confidential text stands, as a whole value or in a longer one."""
    found: list[Standing] = []
    for step in workflow.steps:
        for slot in slots(step, specs):
            value = slot.node.value if isinstance(slot.node, Scalar) else None
            text = value if isinstance(value, str) else ""
            whole = of_value(slot) if str(value) == secret and not slot.is_script else None
            at = [match.span() for match in re.finditer(re.escape(secret), text)]
            several = [whole] if whole else [of_part(slot, text, *place) for place in at]
            found += [one for one in several if one is not None]
    return found
