"""The private file by which commands get and give back what is large."""

import sys
from pathlib import Path

import pytest

from calibrant.engine import exchange
from calibrant.model.failure import StepError
from isolation.building import MODES, Mode, Shell, fill


@pytest.mark.parametrize("mode", MODES)
async def test_a_command_reads_and_overwrites_its_exchange(tmp_path: Path, mode: Mode) -> None:
    with_folder = Shell(fill(tmp_path / "ws", {"a.txt": ""}), mode, fill(tmp_path / "home", {"x": ""}))
    content = bytes(range(256)) * 8192
    script = "import os; d = os.read(0, 1); os.ftruncate(0, 0); os.lseek(0, 0, 0); os.write(0, d + b'\\xff!')"
    with with_folder.copy:
        done = await with_folder.runner.run(
            (sys.executable, "-c", script), cwd=".", env={}, timeout=20.0, exchange=b"\x07" + content
        )
        assert (done.exit_code, done.stderr, done.exchange) == (0, "", b"\x07\xff!")
        untouched = await with_folder.runner.run(("true",), cwd=".", env={}, timeout=20.0, exchange=content)
        assert untouched.exchange == content
        without = await with_folder.runner.run(("cat",), cwd=".", env={}, timeout=20.0)
        assert (without.stdout, without.exchange) == ("", b"")


@pytest.mark.parametrize("mode", MODES)
async def test_paths_of_the_private_copy_are_told_as_the_workspace_s(tmp_path: Path, mode: Mode) -> None:
    shell = Shell(fill(tmp_path / "ws", {"a.txt": ""}), mode, fill(tmp_path / "home", {"x": ""}))
    with shell.copy:
        done = await shell.runner.run(("sh", "-c", "pwd >&0"), cwd=".", env={}, timeout=20.0, exchange=b"")
        assert done.exchange.decode() == f"{tmp_path / 'ws'}\n"


async def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "ANSWER_LIMIT", 1 << 20)
    shell = Shell(fill(tmp_path / "ws", {"a.txt": ""}), "open", fill(tmp_path / "home", {"x": ""}))
    with shell.copy, pytest.raises(StepError) as caught:
        await shell.runner.run(
            ("sh", "-c", "head -c 1048577 /dev/zero >&0"), cwd=".", env={}, timeout=20.0, exchange=b""
        )
    assert caught.value.failure.code == "too-large"
