"""What a workflow is read into is out of the garbage collector's sight, and so must be values all the way down."""

import gc
from collections.abc import Iterator

import msgspec

from calibrant import connectors, dialects, rules

TEXT = """\
name: all
inputs:
  folder: {type: path, default: ., enum: [., ..]}
secrets: [TOKEN]
steps:
  # calibrant: ignore[unknown-step]
  - id: a
    uses: data.filter
    for_each: "{{ inputs.folder }}"
    needs: [b]
    retry: {attempts: 2}
    with:
      items: &anchor "x {{ b.items[0] }}"
      where: "'x' in item and nowhere.y"
  - id: b
    uses: data.map
    with: {items: *anchor, to: [1, {}, ], odd: 1}
    sample: {items: []}
  - id: b
"""


def values(start: object) -> Iterator[msgspec.Struct]:
    """Yield every struct below a value, each once."""
    waiting, seen = [start], set[int]()
    while waiting:
        here = waiting.pop()
        if isinstance(here, msgspec.Struct):
            if id(here) in seen:
                continue
            seen.add(id(here))
            yield here
            waiting += [getattr(here, name) for name in here.__struct_fields__]
        elif isinstance(here, tuple | list):
            waiting += here
        elif isinstance(here, dict):
            waiting += here.values()


def test_what_there_are_many_of_is_not_looked_through_for_circles() -> None:
    workflow = dialects.read("/x.workflow.yaml", TEXT)
    assert workflow
    checked = rules.check(workflow, connectors.specs())
    found = [*values((workflow.root, workflow.steps, workflow.inputs, workflow.secrets)), *values(checked.findings)]
    assert {type(one).__name__ for one in found} >= {"Span", "Scalar", "Expression", "StepBody", "Finding", "Input"}
    assert {type(one).__name__ for one in found if gc.is_tracked(one)} == set()


def test_only_what_cannot_change_is_kept_from_the_collector() -> None:
    waiting: list[type[msgspec.Struct]] = [msgspec.Struct]
    while waiting:
        here = waiting.pop()
        waiting += here.__subclasses__()
        if not here.__struct_config__.gc:
            assert here.__struct_config__.frozen, f"{here} can come to hold itself"
