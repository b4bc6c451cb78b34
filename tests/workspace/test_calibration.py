"""One calibration as a server makes it: beside the loop."""

import asyncio
import time
from pathlib import Path

import pytest

from calibrant import app
from calibrant.model.settings import Settings
from calibrant.workspace.calibration import RunOptions


async def test_a_long_text_is_read_without_holding_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALIBRANT_STATE", str(tmp_path / "state"))
    path = tmp_path / "a.workflow.yaml"
    text = "steps:\n" + "".join(f"  - id: s{at}\n    uses: file.list\n    with: {{path: .}}\n" for at in range(4000))
    began = time.perf_counter()
    app.analyse(str(path), text, Settings())
    reading = time.perf_counter() - began
    with app.calibration(tmp_path, Settings()) as calibration:
        run = asyncio.create_task(calibration.run(path, text, RunOptions(), lambda _event: None))
        longest, last = 0.0, time.perf_counter()
        while last - began < 2.5 * reading:
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    assert longest < reading / 2
