"""A real Neovim with the plugin as a package, driven over its socket."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from editors.installed import program

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "editors" / "nvim"
PATIENCE = 40.0


def neovim() -> Path:
    """Return Neovim 0.11 or newer; the test is skipped where there is none."""
    return program("nvim")


class Home:
    """A person's folders: the configuration, the plugin as a built-in package, and the server on the PATH."""

    def __init__(self, folder: Path, settings: str = "", package: bool = True) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        config = folder / "config" / "nvim"
        for made in (config, self.bin, folder / "run"):
            made.mkdir(parents=True)
        self.config = config / "init.lua"
        self.config.write_text(settings)
        if package:
            start = folder / "data" / "nvim" / "site" / "pack" / "calibrant" / "start"
            start.mkdir(parents=True)
            (start / "calibrant").symlink_to(PLUGIN)
        self.provide(f'exec "{sys.executable}" -P -m calibrant "$@"')

    def provide(self, script: str) -> Path:
        """Put a `calibrant` on the PATH."""
        path = self.bin / "calibrant"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of everything that runs there."""
        ours = {name: str(self.folder / name.split("_")[1].lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        system = [each for each in os.environ["PATH"].split(os.pathsep) if not (Path(each) / "calibrant").exists()]
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("NVIM", "VIM", "CALIBRANT"))},
            **ours,
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "PATH": os.pathsep.join([str(self.bin), *system]),
            "CALIBRANT_STATE": str(self.folder / "calibrant"),
            "CALIBRANT_CONFIG": str(self.folder / "none.toml"),
            **(more or {}),
        }


class Neovim:
    """A Neovim without a screen. What it would tell and ask is kept; questions are answered by what `answer` was given."""

    def __init__(self, home: Home, *arguments: str | Path, cwd: Path, environ: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._program = neovim()
        self._environ = home.environ(environ)
        self._socket = home.folder / "run" / "nvim"
        driver = Path(__file__).with_name("neovim.lua")
        self.process = subprocess.Popen(
            [self._program, "--headless", "--listen", self._socket, "--cmd", f"luafile {driver}", *arguments],
            cwd=cwd,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE
        while not self._listens():
            assert self.process.poll() is None, "Neovim has ended"
            assert time.monotonic() < end, "Neovim does not start"
            time.sleep(0.02)
        self.until("return vim.v.vim_did_enter == 1", "the end of Neovim's start")

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self._socket)) == 0

    def lua(self, code: str) -> Any:
        """Run Lua and return what it returns."""
        script = self.home.folder / "run" / "code.lua"
        script.write_text(code, encoding="utf-8")
        done = subprocess.run(
            [self._program, "--headless", "--server", self._socket, "--remote-expr", f"v:lua.Run('{script}')"],
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        answer = done.stdout or done.stderr
        assert done.returncode == 0, answer
        found: dict[str, Any] = json.loads(answer)
        assert "problem" not in found, f"{found['problem']}\nin:\n{code}"
        return found.get("value")

    def until(self, code: str, what: str) -> Any:
        """Run Lua until it returns something that holds; returns that."""
        end = time.monotonic() + PATIENCE
        while not (found := self.lua(code)):
            assert time.monotonic() < end, (
                f"{what} did not come; told: {self.told()}, asked: {[one['prompt'] for one in self.asked()]}"
            )
            time.sleep(0.1)
        return found

    def do(self, *commands: str) -> None:
        """Run commands as they are typed behind a colon."""
        for command in commands:
            self.lua(f"vim.cmd({_quoted(command)})")

    def answer(self, **answers: str) -> None:
        """Answer questions by a word of them: with a part of the line to choose, or the text to type. Others are dismissed."""
        for word, answer in answers.items():
            prompt = word.replace("_", " ")
            self.lua(f"table.insert(Answers, {{ prompt = {_quoted(prompt)}, answer = {_quoted(answer)} }})")

    def told(self) -> list[str]:
        """Return all messages so far."""
        return [one["message"] for one in self.lua("return Told")]

    def until_told(self, words: str) -> str:
        """Wait for a message with these words."""
        self.until(
            f"for _, one in ipairs(Told) do if one.message:find({_quoted(words)}, 1, true) then return true end end",
            f"‘{words}’",
        )
        return next(message for message in reversed(self.told()) if words in message)

    def asked(self) -> list[dict[str, Any]]:
        """Return all questions so far, each with what was on the screen."""
        found: list[dict[str, Any]] = self.lua("return #Asked > 0 and Asked or nil") or []
        return [one for one in found if "Not now" not in one["items"]]  # but whether to trust the workspace

    def until_asked(self, words: str) -> dict[str, Any]:
        """Wait for a question with these words, and return it."""
        self.until(
            f"for _, one in ipairs(Asked) do if one.prompt:find({_quoted(words)}, 1, true) then return true end end",
            f"the question ‘{words}’",
        )
        return next(question for question in reversed(self.asked()) if words in question["prompt"])

    def text(self) -> str:
        """Return the text of the current buffer."""
        found: str = self.lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
        return found + "\n"

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return what is shown in the current buffer: severity, code, message, and the very characters."""
        found: list[dict[str, Any]] = self.lua(_DIAGNOSTICS)
        return found

    def quickfix(self) -> list[dict[str, Any]]:
        """Return the entries of the current quickfix list."""
        found: list[dict[str, Any]] = self.lua("return vim.fn.getqflist()")
        return found

    def checked(self) -> None:
        """Wait until the server has looked at the current buffer."""
        self.until("return vim.b.calibrant_status ~= nil", "the server's status")

    def calibrate(self, command: str = "Calibrant calibrate") -> dict[str, Any]:
        """Calibrate the current buffer, and wait until the run and the trials after it have ended."""
        self.lua("""
            Ended = nil
            vim.api.nvim_create_autocmd('User', { pattern = 'CalibrantSession', once = true, callback = function(event)
              Ended = event.data
            end })
        """)
        self.do(command)
        ended: dict[str, Any] = self.until("return Ended", "the end of the run")
        self.idle()
        return ended

    def idle(self) -> None:
        """Wait until nothing goes on, and has not for a while."""
        self.until(
            "return vim.wait(700, function() return vim.b.calibrant_status.state ~= 'idle' end, 20) == false",
            "the end of all that goes on",
        )

    def close(self) -> None:
        """End it."""
        if self.process.poll() is None:
            with suppress(AssertionError, subprocess.TimeoutExpired):
                self.lua("vim.schedule(function() vim.cmd('qall!') end)")
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


_DIAGNOSTICS = """
local shown = vim.tbl_map(function(one)
  local text = one.lnum == one.end_lnum
    and vim.api.nvim_buf_get_text(0, one.lnum, one.col, one.end_lnum, one.end_col, {})[1] or ''
  return { line = one.lnum + 1, text = text, code = one.code, message = one.message, severity = one.severity }
end, vim.diagnostic.get(0))
return shown
"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@contextmanager
def editing(home: Home, path: str | Path, *, cwd: Path, environ: Mapping[str, str] | None = None) -> Iterator[Neovim]:
    """Edit a file, and end Neovim afterwards."""
    opened = Neovim(home, path, cwd=cwd, environ=environ)
    try:
        yield opened
    finally:
        opened.close()


def copy_of_plugin(folder: Path) -> Path:
    """Copy the plugin, as a plugin manager has it in its own folder."""
    return Path(shutil.copytree(PLUGIN, folder, ignore=shutil.ignore_patterns("tags")))
