"""One calibration as a server makes it: beside the loop."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from calibrant import app
from calibrant.model.settings import Settings
from calibrant.workspace.calibration import RunOptions


def reads_elsewhere() -> bool:
    """Tell whether a thread other than this one is reading a workflow now."""
    for thread, frame in sys._current_frames().items():
        here = frame if thread != threading.get_ident() else None
        while here is not None:
            if here.f_code.co_name == "analyse":
                return True
            here = here.f_back
    return False


async def test_a_long_text_is_read_without_holding_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALIBRANT_STATE", str(tmp_path / "state"))
    path = tmp_path / "a.workflow.yaml"
    text = "steps:\n" + "".join(f"  - id: s{at}\n    uses: file.list\n    with: {{path: .}}\n" for at in range(4000))
    with app.calibration(tmp_path, Settings()) as calibration:
        run = asyncio.create_task(calibration.run(path, text, RunOptions(), lambda _event: None))
        async with asyncio.timeout(60):
            while not reads_elsewhere():  # the loop is free to look
                assert not run.done()
                await asyncio.sleep(0.002)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


@pytest.mark.parametrize("before", [0, 1])
async def test_what_is_known_of_a_text_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    monkeypatch.setenv("CALIBRANT_STATE", str(tmp_path / "state"))
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    path = tmp_path / "a.workflow.yaml"
    step = "  - id: {}\n    uses: file.read\n    with: {{path: {}}}\n"
    texts = [f"steps:\n{step.format('one', 'a.txt')}{step.format('two', name)}" for name in ("b.txt", "c.txt")]
    known = app.analyse(str(path), texts[before], Settings())
    assert known is not None
    with app.calibration(tmp_path, Settings()) as calibration:
        lent = await calibration.run(path, texts[1], RunOptions(), lambda _event: None, known=known)
        own = await calibration.run(path, texts[1], RunOptions(), lambda _event: None)
    shared = [one.body is other.body for one, other in zip(lent.workflow.steps, known.workflow.steps, strict=True)]
    assert shared == [True, before == 1]
    assert lent.workflow.text == texts[1]
    assert lent.result.issues == own.result.issues
    assert [(one.id, one.status) for one in lent.result.steps] == [(one.id, one.status) for one in own.result.steps]
