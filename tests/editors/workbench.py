"""VS Code's workbench with the extension in it, served to one browser: the real programs, with folders of their own."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from editors.confinement import confinement
from editors.installed import program

PATIENCE = 60.0
"""Seconds for anything to show: wide, since the machine may be slow and busy. What is there is seen at once."""

SETTINGS: dict[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.fontFamily": "'DejaVu Sans Mono', monospace",
    "editor.fontSize": 11,
    "editor.lineHeight": 14,
    "editor.minimap.enabled": False,
    "extensions.ignoreRecommendations": True,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.restoreWindows": "none",
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
_BROWSER = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# The sign is taken away by the one that it ends.
_WATCH = """\
if [ "$1" = serve ]; then
  (until rm {sign} 2>/dev/null; do sleep 0.1; done; kill -9 $$) </dev/null >/dev/null 2>&1 &
fi
"""


@dataclass(frozen=True)
class Workbench:
    """A running server of the workbench and a browser that shows it."""

    home: Path
    browser: Browser
    port: int

    @property
    def calibrant(self) -> Path:
        """The `calibrant` that is found on PATH; a test may put another one in its place."""
        return self.home / "bin" / "calibrant"

    def configure(self, **settings: Any) -> None:
        """Write the user's settings (a dot in a name is written as two underscores); windows that are open take them too."""
        given = {name.replace("__", "."): value for name, value in settings.items()}
        folder = self.home / "user" / "User"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.json").write_text(json.dumps(SETTINGS | given), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the editor and of what it starts."""
        return _environment(self.home)

    def address(self, folder: Path | None) -> str:
        return f"http://127.0.0.1:{self.port}/" + (f"?folder={quote(str(folder))}" if folder else "?ew=true")

    def logs(self, since: float) -> str:
        """Return what the extension and the language server wrote since a time."""
        files = [
            path
            for path in (self.home / "user").rglob("*.log")
            if "calibrant" in path.relative_to(self.home).as_posix().lower()
        ]
        texts = {
            path: path.read_text(encoding="utf-8", errors="replace") for path in files if path.stat().st_mtime >= since
        }
        return "\n".join(f"--- {path.relative_to(self.home)}\n{text[-8000:]}" for path, text in texts.items() if text)

    def provide_calibrant(self, *, mortal: bool = False) -> None:
        """Put the `calibrant` under test on PATH; a mortal one can be killed, wherever its process is seen from."""
        self.calibrant.parent.mkdir(parents=True, exist_ok=True)
        self.calibrant.unlink(missing_ok=True)
        watch = _WATCH.format(sign=shlex.quote(str(self._end))) if mortal else ""
        self.calibrant.write_text(
            f'#!/bin/sh\n{watch}exec {shlex.quote(sys.executable)} -m calibrant "$@"\n', encoding="utf-8"
        )
        self.calibrant.chmod(0o755)

    def kill_server(self) -> None:
        """Kill the language server, without a warning."""
        self._end.touch()

    @property
    def _end(self) -> Path:
        return self.home / "end"


@contextlib.contextmanager
def serve(home: Path, extension: Path) -> Iterator[Workbench]:
    """Serve the workbench with an extension installed, until the block ends."""
    within = confinement()
    # Alone in its network a browser can have any port; without that, one that nobody has.
    port = 8080 if within else _free_port()
    pipe = home / "pipe"
    server = [str(program("code-server")), "--auth", "none", "--user-data-dir", str(home / "user")]
    server += ["--extensions-dir", str(home / "extensions"), "--disable-telemetry", "--disable-update-check"]
    server += ["--disable-getting-started-override"]
    environment = _environment(home)
    with (home / "server.log").open("wb") as log:
        installing = [*within, *server, "--install-extension", str(extension)]
        subprocess.run(installing, env=environment, stdout=log, stderr=log, check=True)
        with (
            _running([*within, *server, "--socket", str(pipe)], environment, log.fileno()),
            sync_playwright() as driver,
        ):
            _wait_for(pipe)
            shown = driver.chromium.launch(
                executable_path=_browser(home, within, pipe, port), args=_BROWSER, env=dict(environment)
            )
            with contextlib.closing(shown):
                workbench = Workbench(home, shown, port)
                workbench.provide_calibrant()
                workbench.configure()
                yield workbench


def _environment(home: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's is found, and no `calibrant` but the one under test."""
    own = {
        name: str(home / name.lower())
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    }
    for folder in (*own.values(), str(home / "tmp")):
        Path(folder).mkdir(parents=True, exist_ok=True)
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if not (Path(folder) / "calibrant").exists()]
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return (
        theirs
        | own
        | {
            "CALIBRANT_CONFIG": str(home / "calibrant.toml"),
            "CALIBRANT_STATE": str(home / "state"),
            "CODE_SERVER_CONFIG": str(home / "code-server.yaml"),
            "EXTENSIONS_GALLERY": "{}",
            "PATH": os.pathsep.join([str(home / "bin"), *path]),
            "TMPDIR": str(home / "tmp"),
            "VIRTUAL_ENV": "",
            "VSCODE_CLI": "1",  # else the extension gets the PATH of a login shell
        }
    )


def _browser(home: Path, within: tuple[str, ...], pipe: Path, port: int) -> Path:
    """Write the program that Playwright starts in a browser's place."""
    relay = [sys.executable, str(Path(__file__).with_name("relay.py")), str(pipe), str(port)]
    script = home / "browser"
    script.write_text(
        f'#!/bin/sh\nexec {shlex.join([*within, *relay, str(program("browser"))])} "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    return script


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} does not appear"
        time.sleep(0.05)


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], log: int) -> Iterator[None]:
    """Run a server while the block lasts, and end it with its children."""
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    ) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
