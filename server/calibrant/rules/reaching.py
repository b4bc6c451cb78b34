"""Follows shapes from step to step, and runs the rules that need them; keeps what has not changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec

from calibrant.model.nodes import Map
from calibrant.model.shape import ANY, OBJECT, STRING, Shape, TypeName, accepts, array
from calibrant.model.workflow import Input, StepBody, Workflow
from calibrant.rules.flow import Flow, borrows
from calibrant.rules.ignoring import silenced
from calibrant.rules.known import Known
from calibrant.rules.places import empty, unreadable
from calibrant.rules.rule import Reached, Rule
from calibrant.rules.unknown_key import ELSEWHERE
from calibrant.rules.uses import FOR_EACH, uses
from calibrant.rules.wording import misspelt, type_of

_OF_TYPE: Mapping[str, Shape] = {"array": array(), "object": OBJECT}


def reach(
    rules: Sequence[Rule], workflow: Workflow, known: Known, previous: Mapping[int, Reached]
) -> tuple[Reached, ...]:
    """Return what is known of each step; `previous` lends it by the identity of the steps' bodies."""
    return _Reaching(rules, workflow, known, previous).all()


class _Reaching:
    def __init__(
        self, rules: Sequence[Rule], workflow: Workflow, known: Known, previous: Mapping[int, Reached]
    ) -> None:
        self._checks = [rule.flow for rule in rules if rule.flow is not None]
        self._bodies = [step.body for step in workflow.steps]
        self._known = known
        self._found = [previous.get(id(body)) or _first_look(body, known) for body in self._bodies]
        self._done: set[int] = set()
        self._places: dict[str, int] = {}
        for position, body in enumerate(self._bodies):
            if body.id is not None:
                self._places.setdefault(body.id, position)
        self._shapes = {
            root: found.output
            for root, position in self._places.items()
            if not (found := self._found[position]).borrows
        }
        self._shapes["inputs"] = Shape("object", fields=tuple(_inputs(workflow.inputs, known)), open=True)
        self._shapes["secrets"] = Shape(
            "object", fields=tuple((item.name, STRING) for item in workflow.secrets), open=True
        )
        self._shapes["env"] = OBJECT

    def all(self) -> tuple[Reached, ...]:
        """Return what is known of all steps."""
        for root, position in self._places.items():
            if root not in self._shapes:
                self._follow(root, position)
        done, found = self._done, self._found
        return tuple([found[at] if at in done else self._checked(at) for at in range(len(self._bodies))])

    def _follow(self, root: str, position: int) -> None:
        """Find the shape of a step's output, those that it hangs on first. In a circle nothing is known."""
        entered = {root}
        way = [(root, position, iter(self._found[position].roots))]
        while way:
            here, position, roots = way[-1]
            for other in roots:
                if other in self._places and other not in self._shapes and other not in entered:
                    entered.add(other)
                    way.append((other, self._places[other], iter(self._found[self._places[other]].roots)))
                    break
            else:
                found = self._checked(position)
                if all(other in self._shapes or other not in self._places for other in found.roots):
                    self._done.add(position)  # not so in a circle, where one has to be first
                self._shapes[here] = found.output
                way.pop()

    def _checked(self, position: int) -> Reached:
        found = self._found[position]
        given = tuple([self._shapes.get(root, ANY) for root in found.roots])
        if found.given == given:
            return found
        body = self._bodies[position]
        flow = Flow(body, self._known.spec(body), found.uses, dict(zip(found.roots, given, strict=True)))
        findings = tuple(
            finding
            for check in self._checks
            for finding in check(flow, self._known)
            if not silenced(finding, body.ignores)
        )
        output = flow.output() if found.borrows else found.output
        found = msgspec.structs.replace(found, given=given, output=output, findings=findings)
        self._found[position] = found
        return found


def _first_look(body: StepBody, known: Known) -> Reached:
    spec = known.spec(body)
    found = tuple(uses(body, known))
    names = (reference.root for use in found for reference in use.expression.references)
    roots = tuple(dict.fromkeys(name for name in names if name not in ("item", "index")))
    if spec is None or unreadable(body) or _perhaps_looped(body, known):
        return Reached(found, roots, borrows=False)
    if borrows(spec.output):
        return Reached(found, roots, borrows=True)
    return Reached(found, roots, borrows=False, output=Flow(body, spec, found, {}).output())


def _perhaps_looped(body: StepBody, known: Known) -> bool:
    """Tell whether a key that cannot be read yet may be meant to make a list of the step's output."""
    if body.for_each is not None or not isinstance(body.node, Map):
        return not isinstance(body.node, Map)
    names = [entry.name for entry in body.node.entries]
    keys = [key.name for key in known.language.keys.get("step", ())]
    return (
        FOR_EACH in names
        or any(ELSEWHERE.get(name.lower()) == FOR_EACH for name in names)
        or misspelt(FOR_EACH, names, keys)
    )


def _inputs(inputs: Sequence[Input], known: Known) -> Iterator[tuple[str, Shape]]:
    """Yield the shapes of the inputs whose type can be relied on: a value of their own of another type is taken as it is."""
    types = next((key.values for key in known.language.keys.get("input", ()) if key.name == "type"), ())
    for item in inputs:
        wanted = cast("TypeName", item.type)
        own = (node for node in (item.default, item.sample) if node is not None and not empty(node))
        if isinstance(item.node, Map) and item.type in types and all(accepts(wanted, type_of(node)) for node in own):
            yield item.name, _OF_TYPE.get(wanted) or Shape(wanted)
