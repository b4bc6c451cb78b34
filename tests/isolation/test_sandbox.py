"""The sandbox: what a command inside can see, reach and change, tried from inside; and whose fault a failure is."""

import errno
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calibrant.engine.child import Ended
from calibrant.engine.sandbox import Walls, arguments, find_bwrap, program_folders, walls_of
from calibrant.engine.sandbox_faults import sandbox_fault
from calibrant.engine.workspace_copy import PrivateCopy
from isolation.building import Shell, fill, needs_bwrap

HOME_FILES = {
    ".ssh/id_rsa": "SECRET-1",
    ".config/gh/hosts.yml": "SECRET-2",
    ".aws/credentials": "SECRET-3",
    ".netrc": "SECRET-4",
    ".cargo/credentials.toml": "SECRET-5",
    ".local/state/calibrant/trust": "SECRET-6",
    ".local/share/uv/credentials/c.toml": "SECRET-7",
    ".config/bin/tool": "SECRET-8",
    "documents/taxes.txt": "SECRET-9",
    ".cargo/bin/tool": "#!/bin/sh\necho cargo\n",
    ".local/bin/helper": "#!/bin/sh\necho helper\n",
    "tools/own": "#!/bin/sh\necho own\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = fill(tmp_path / "home", HOME_FILES)
    for name in (".cargo/bin/tool", ".local/bin/helper", "tools/own"):
        (home / name).chmod(0o755)
    return home


@pytest.fixture
def workspace(home: Path) -> Path:
    return fill(home / "work", {"a.txt": "a", ".venv/pyvenv.cfg": "", ".venv/lib.py": "x"})


@pytest.fixture
async def shell(workspace: Path, home: Path) -> AsyncIterator[Shell]:
    shell = Shell(workspace, "sandbox", home)
    shell.environ["PATH"] = f"{home}/tools:{home}/.cargo/bin:{home}/.config/bin:{home}:{os.environ['PATH']}"
    yield shell
    shell.copy.close()


@needs_bwrap
async def test_home_shows_programs_and_no_secret(shell: Shell, home: Path, tmp_path: Path) -> None:
    shell.environ["CALIBRANT_STATE"] = str(fill(tmp_path / "state", {"trust": "SECRET-10"}))
    done = await shell.run(f"tool; helper; own; find {tmp_path} /home -type f 2>/dev/null | xargs cat 2>/dev/null")
    assert done.stdout.startswith("cargo\n"), "programs on PATH work"
    assert "own\n" in done.stdout
    assert "SECRET" not in done.stdout
    assert (await shell.run(f"{home}/.local/bin/helper")).stdout == "helper\n"
    assert (await shell.run("cat ~/.ssh/id_rsa")).exit_code != 0
    assert (await shell.run("ls -A ~/.config")).stdout == ""


@needs_bwrap
async def test_the_home_itself_as_workspace_does_not_show_secrets(home: Path, tmp_path: Path) -> None:
    shell = Shell(home, "sandbox", home)
    done = await shell.run("cat documents/taxes.txt .ssh/id_rsa .config/gh/hosts.yml .netrc .aws/credentials")
    shell.copy.close()
    assert done.stdout == "SECRET-9"


@needs_bwrap
async def test_what_lies_beside_a_workspace_in_a_secret_place_is_not_shown(home: Path) -> None:
    workspace = fill(home / ".config" / "mine", {"a.txt": "a"})
    shell = Shell(workspace, "sandbox", home)
    shell.environ["CALIBRANT_STATE"] = str(home / ".config")
    done = await shell.run("cat a.txt ../gh/hosts.yml; ls -A ..")
    shell.copy.close()
    assert done.stdout == "amine\n"


WRITES = ["/usr/planted", "/etc/planted", "/var/planted", "/planted", "/opt/planted"]


@needs_bwrap
@pytest.mark.parametrize("path", WRITES)
async def test_the_system_cannot_be_written_to(shell: Shell, path: str) -> None:
    reason = await shell.not_run(f"echo x > {path}")
    assert "read-only" in reason
    assert not Path(path).exists()


@needs_bwrap
async def test_the_workspace_and_its_neighbours_stay(shell: Shell, workspace: Path, home: Path) -> None:
    done = await shell.run(
        f"echo new > {workspace}/a.txt; echo x > {home}/planted; echo x > /tmp/planted; rm -rf {home}/documents; :"
    )
    assert done.changed_files == ("a.txt",)
    assert (workspace / "a.txt").read_text() == "a"
    assert not (home / "planted").exists()
    assert (home / "documents" / "taxes.txt").exists()
    assert not Path("/tmp/planted").exists()
    assert "read-only" in await shell.not_run("echo x > .venv/lib.py")
    assert (workspace / ".venv" / "lib.py").read_text() == "x"


ESCAPES = {
    "remount": "mount -o remount,rw / && echo x > /usr/planted",
    "unmount": "umount -l ~ && cat ~/.ssh/id_rsa",
    "a new namespace": "unshare -rm sh -c 'mount -o remount,rw / ; umount -l /tmp; echo x > /usr/planted'",
    "another root": "cat /proc/1/root/proc/self/root$HOME/.ssh/id_rsa",
    "a device": "mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk",
    "the kernel": "echo 1 > /proc/sys/kernel/sysrq",
    "a debugger's way": "ls /proc | grep -x {pid}",
}


@needs_bwrap
@pytest.mark.parametrize("script", ESCAPES.values(), ids=ESCAPES)
async def test_the_walls_hold_from_inside(shell: Shell, script: str) -> None:
    script = script.replace("{pid}", str(os.getpid())) + "; code=$?; [ $code = 0 ] && echo ESCAPED; exit 0"
    done = await shell.run(script)
    assert "ESCAPED" not in done.stdout or script.startswith("unshare")
    assert "SECRET" not in done.stdout
    assert not Path("/usr/planted").exists()


@needs_bwrap
async def test_there_is_no_network_but_its_own_loopback(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; print(socket.socket().connect_ex(('127.0.0.1', {port})))"
        done = await shell.runner.run((sys.executable, "-c", code), cwd=".", env={}, timeout=10)
        assert done.stdout == f"{errno.ECONNREFUSED}\n"
        told = f"{sys.executable} -c \"import socket; socket.create_connection(('127.0.0.1', {port}), 2)\""
        assert "a service on this machine" in await shell.not_run(told)
        reason = await shell.not_run(f"echo 'connect ECONNREFUSED 127.0.0.1:{port}' >&2; exit 1")
        assert "a service on this machine" in reason
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    own = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()); print('own')"
    assert (await shell.runner.run((sys.executable, "-c", own), cwd=".", env={}, timeout=10)).stdout == "own\n"


@needs_bwrap
async def test_a_failure_of_the_network_is_not_the_workflows(shell: Shell) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://example.com')"
    reason = await shell.not_run(f'{sys.executable} -c "{code}"')
    assert reason.startswith("It needs the network")
    assert "--live" in reason
    done = await shell.run("echo 'Temporary failure in name resolution' >&2")
    assert done.exit_code == 0, "what succeeded is not judged by its words"


@needs_bwrap
async def test_the_steps_environment_does_not_reach_bubblewrap_itself(
    shell: Shell, workspace: Path, home: Path
) -> None:
    done = await shell.run(
        "echo $LD_PRELOAD; tr '\\0' ' ' < /proc/1/cmdline", env={"LD_PRELOAD": "", "TOKEN": "s3cret"}
    )
    assert "s3cret" not in done.stdout, "values are not on a command line"
    done = await shell.run(
        "echo on", env={"LD_PRELOAD": f"{workspace}/evil.so", "LD_DEBUG": "files", "LD_DEBUG_OUTPUT": f"{home}/dump"}
    )
    assert done.stdout == "on\n"
    assert not list(home.glob("dump*"))


@needs_bwrap
async def test_live_has_the_network_and_the_workspace_but_still_no_secrets(workspace: Path, home: Path) -> None:
    shell = Shell(workspace, "sandbox", home, live=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]})); print('REACHED')"
        done = await shell.run(f'{sys.executable} -c "{code}"; echo real > a.txt; cat ~/.ssh/id_rsa')
    shell.copy.close()
    assert done.stdout == "REACHED\n"
    assert (workspace / "a.txt").read_text() == "real\n"


def test_a_bubblewrap_of_the_workspaces_own_is_not_used(tmp_path: Path) -> None:
    fake = fill(tmp_path, {".venv/bin/bwrap": "#!/bin/sh\n"}) / ".venv" / "bin" / "bwrap"
    fake.chmod(0o755)
    found = find_bwrap({"PATH": str(fake.parent)}, tmp_path)
    assert found is None or not Path(found).is_relative_to(tmp_path)


def test_deeper_places_are_put_later_and_secrets_over_what_shows_them(tmp_path: Path) -> None:
    home = tmp_path
    for name in (".ssh", "shown/.secret", "work"):
        (home / name).mkdir(parents=True)
    walls = Walls(
        workspace=home / "work",
        copy=Path("/private/files"),
        private=Path("/private"),
        home=home,
        hidden=(Path("/tmp"), home),
        environments=(".venv",),
        programs=(home / "shown", home / ".ssh" / "bin", home),
        secrets=(home / ".ssh", home / "shown" / ".secret"),
    )
    options = arguments(walls, {"A": "b c"}, home / "work")
    order = [options.index(str(path)) for path in (home, home / "shown", home / "work", home / "shown" / ".secret")]
    assert order == sorted(order)
    assert options[options.index(str(home / "shown" / ".secret")) - 1] == "--tmpfs"
    assert str(home / ".ssh" / "bin") not in options, "nothing below a secret place is shown"
    assert options[options.index("--setenv") + 1 :][:2] == ["A", "b c"]
    assert options[-2:] == ["--chdir", str(home / "work")]
    assert {"--unshare-all", "--die-with-parent", "--new-session"} <= set(options)
    assert "--share-net" not in options
    assert options[options.index("--cap-drop") + 1] == "ALL"


def test_programs_are_found_under_every_name_of_their_folder(tmp_path: Path) -> None:
    home = fill(tmp_path / "home", {"x": ""})
    fill(tmp_path / "opt" / "pyenv", {"bin/python": ""})
    (home / ".pyenv").symlink_to(tmp_path / "opt" / "pyenv")
    found = program_folders({"HOME": str(home), "PATH": f"{home}/.pyenv/bin"})
    assert home / ".pyenv" in found
    assert tmp_path / "opt" / "pyenv" in found
    assert Path(sys.prefix).resolve() in found


def test_a_home_that_is_none_is_replaced(tmp_path: Path) -> None:
    with PrivateCopy(tmp_path, tmp_path, live=False, limit=1 << 20) as copy:
        for environ in ({}, {"HOME": "/"}, {"HOME": "/no/such/home"}, {"HOME": "relative"}):
            assert walls_of(copy, environ).home == Path("/tmp/home")


FAULTS = {
    "curl: (6) Could not resolve host: example.com": "needs the network",
    "requests.exceptions.ConnectionError: [Errno -3] Temporary failure in name resolution": "needs the network",
    "OSError: [Errno 101] Network is unreachable": "needs the network",
    "npm error code EAI_AGAIN": "needs the network",
    "All attempts to connect to packages.example failed.\n\nProbable Causes:": "needs the network",
    "error: DNSResolveFailed downloading package manifest left-pad": "needs the network",
    "Could not reach host packages.example. Check your network connection and try\nagain.": "needs the network",
    "  [6] Could not resolve hostname (Could not resolve host: index.example)": "needs the network",
    "  cause: failed to lookup address information: Temporary failure in name resolution": "needs the network",
    "go: github.com/pkg/errors@v0.9.1: dial tcp: lookup proxy.example on 10.0.0.1:53: dial udp": "needs the network",
    "E: setgroups 0 failed - setgroups (1: Operation not permitted)": "needs rights",
    "dial tcp: lookup modules.example.com on [::1]:53: connection refused": "needs the network",
    "touch: cannot touch '/usr/lib/x': Read-only file system": "‘/usr/lib/x’",
    "OSError: [Errno 30] Read-only file system: '/opt/app/cache'": "‘/opt/app/cache’",
    "Error: EROFS: read-only file system, open '/etc/x.conf'": "‘/etc/x.conf’",
    "AssertionError: 1 != 2": "",
    "Permission denied": "",
    "ConnectionRefusedError: [Errno 111] Connection refused": "",
    "connect ECONNREFUSED 127.0.0.1:1": "",
    "bash: network: command not found": "",
}


@pytest.mark.parametrize(("output", "reason"), FAULTS.items())
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_whose_fault_a_failure_is(output: str, reason: str, stream: str) -> None:
    ended = Ended(1, output if stream == "stdout" else "", output if stream == "stderr" else "", False, False)
    assert bool(sandbox_fault(ended)) is bool(reason)
    assert reason in sandbox_fault(ended)


def test_judging_very_long_lines_takes_no_time() -> None:
    started = time.monotonic()
    for word in ("x", "a: ", "/", "'", "connection refused ", "EROFS ", "127.0.0.1:9 ECONNREFUSED "):
        sandbox_fault(Ended(1, word * (1 << 20), word * 1000, False, False))
    assert time.monotonic() - started < 20
