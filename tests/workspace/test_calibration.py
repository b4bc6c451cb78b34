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
