"""What is found in steps is found once for each text, a few steps at a time."""

import asyncio

from calibrant import dialects
from calibrant.lsp.by_and_by import by_and_by
from calibrant.model.workflow import StepBody, Workflow

STEP = "  - id: s{}\n    run: ls\n"


def read(text: str, previous: Workflow | None = None) -> Workflow:
    workflow = dialects.read("x.workflow.yaml", text, previous)
    assert workflow is not None
    return workflow


def text_of(steps: int) -> str:
    return "steps:\n" + "".join(STEP.format(number) for number in range(steps))


async def test_an_edit_costs_its_step() -> None:
    looked: list[str] = []

    def find(body: StepBody) -> str:
        looked.append(body.id or "")
        return f"found in {body.id}"

    first = await by_and_by(read(text_of(4)), find)
    assert looked == ["s0", "s1", "s2", "s3"]
    looked.clear()
    edited = text_of(4).replace("steps:", "# moved\n\nsteps:").replace("id: s2", "id: new")
    second = await by_and_by(read(edited, first.workflow), find, first)
    assert looked == ["new"]
    assert second.found == ("found in s0", "found in s1", "found in new", "found in s3")
    third = await by_and_by(read("steps: []\n", second.workflow), find, second)
    assert third.found == ()


async def test_others_come_to_their_turn() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    found = await by_and_by(read(text_of(1000)), lambda body: body.id)
    beside.cancel()
    assert len(found.found) == 1000
    assert turns >= 9
