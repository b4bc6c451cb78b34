"""The sandbox: what bubblewrap shows to a command, as its arguments.

Everything is read-only but the private copy, which stands at the workspace's own path, a private home at the path of the
user's home, and a private /tmp. Home folders and /run are hidden; folders of programs in them are put back, read-only.
There is no network unless the run is live.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from calibrant.engine.scrub import absolute_folders
from calibrant.engine.workspace_copy import PrivateCopy

if sys.platform != "win32":
    import pwd

PROGRAM_FOLDERS = (
    *(".pyenv", ".rbenv", ".rustup", ".cargo/bin", ".nvm", ".volta", ".asdf", ".goenv", ".bun/bin", ".deno/bin"),
    *("miniconda3", "anaconda3", "miniforge3", "mambaforge", "go/bin", "sdk", ".sdkman/candidates", ".nix-profile"),
    *(".local/bin", ".local/lib", ".local/pipx/venvs", ".local/share/pipx/venvs", ".local/share/mise/installs"),
    *(
        ".local/share/uv/python",
        ".local/share/uv/tools",
        ".local/share/fnm",
        ".local/share/pnpm",
        ".local/share/pypoetry",
    ),
    *(
        ".local/share/virtualenvs",
        ".cache/pypoetry/virtualenvs",
        ".conda/envs",
        ".pixi",
        ".rye",
        ".rvm",
        ".jenv",
        ".jdks",
    ),
    *(".dotnet", ".gem/ruby"),
)
"""Folders below a home that hold programs and no secrets."""

SECRET_PLACES = (
    *(
        ".ssh",
        ".gnupg",
        ".aws",
        ".azure",
        ".kube",
        ".docker",
        ".config",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".git-credentials",
    ),
    *(".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".gem/credentials", ".password-store"),
    *(".dotnet/corefx", ".rye/config.toml", ".pixi/credentials.json", ".local/share/pypoetry/auth.toml"),
    *(".local/share/keyrings", ".local/share/uv/credentials", ".local/state", ".mozilla", ".pgpass", ".my.cnf"),
)
"""Places below a home that are never shown, also where a folder above them is."""

_SECRET_VARIABLES = ("CALIBRANT_STATE", "CALIBRANT_CONFIG", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")
_HIDDEN = ("/tmp", "/var/tmp", "/run", "/home", "/root")  # noqa: S108 - hidden, not used
_BWRAP_FOLDERS = ("/usr/bin", "/usr/local/bin", "/bin", "/run/current-system/sw/bin")

NO_HOME = Path("/tmp/home")  # noqa: S108 - the sandbox's own
"""Where the private home is shown to commands of a user without a home."""

_CACHES = (".vite", ".vite-temp")
"""What Vite and Vitest keep in `node_modules`, and fail where they cannot; each command has an empty one of its own.

Where there is none yet, a place for it cannot be made in what is read-only.
"""


class Walls(msgspec.Struct, frozen=True):
    """What the sandbox of one run stands on; every path is absolute, resolved and there.

    `private` is the run's private folder; `copy` what is shown at `workspace`; `home` where the private home is shown;
    `environments` are relative to the workspace. What lies in `hidden` is not seen, but for `programs` and `open_paths`,
    which are read-only; `secrets` are not seen in any case. `resolver` is what a network needs to find names. `writable` are
    folders of programs of which commands have a private copy, each with where that is.
    """

    workspace: Path
    copy: Path
    private: Path
    home: Path
    hidden: tuple[Path, ...]
    environments: tuple[str, ...] = ()
    programs: tuple[Path, ...] = ()
    open_paths: tuple[Path, ...] = ()
    secrets: tuple[Path, ...] = ()
    network: bool = False
    resolver: Path | None = None
    writable: tuple[tuple[Path, Path], ...] = ()


def walls_of(copy: PrivateCopy, environ: Mapping[str, str], programs: Iterable[Path] = ()) -> Walls:
    """Return the walls for commands that work on `copy`; a live run's commands work on the workspace and have a network.

    `programs` are more folders of programs than those that are known by name.
    """
    home = home_of(environ)
    folders = [Path(name) for name in _HIDDEN]
    present = tuple(folder for folder in folders if folder.is_dir() and not folder.is_symlink())
    resolver = Path("/etc/resolv.conf").resolve()
    return Walls(
        workspace=copy.overlay.workspace,
        copy=copy.overlay.root,
        private=copy.overlay.private,
        home=home or NO_HOME,
        hidden=tuple(dict.fromkeys((*present, *_homes(environ)))),
        environments=() if copy.overlay.live else copy.overlay.environments,
        programs=program_folders(environ, programs),
        open_paths=tuple(path for path in copy.overlay.open_paths if path.exists()),
        secrets=tuple(dict.fromkeys((*secret_places(environ), *copy.overlay.hidden))),
        network=copy.overlay.live,
        resolver=resolver if copy.overlay.live and resolver.is_relative_to("/run") and resolver.exists() else None,
        writable=tuple((real, own) for real, own in shims(environ, copy.overlay.private) if own.is_dir()),
    )


def standing(walls: Walls) -> Walls:
    """Return the walls without the environments whose folders a command moved away, or put a link in the place of."""
    there = tuple(one for one in walls.environments if _is_folder(walls.copy / one))
    return walls if there == walls.environments else msgspec.structs.replace(walls, environments=there)


def _is_folder(place: Path) -> bool:
    return place.is_dir() and os.path.realpath(place) == str(place)


def shims(environ: Mapping[str, str], private: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the folders in which version managers write a word for each program, and where a run keeps its own of them."""
    for home in _homes(environ):
        for variable, name in (("PYENV_ROOT", ".pyenv"), ("RBENV_ROOT", ".rbenv")):
            named = Path(environ.get(variable, ""))
            real = (named if named.is_absolute() else home / name) / "shims"
            if real.is_dir():
                yield real.resolve(), private / f"shims{name}"


def find_bwrap(environ: Mapping[str, str], workspace: Path) -> str | None:
    """Return where bubblewrap is, never one that the workspace itself brings along."""
    if not sys.platform.startswith("linux"):
        return None
    for folder in (*_BWRAP_FOLDERS, *absolute_folders(environ.get("PATH", ""))):
        found = shutil.which("bwrap", path=folder)
        if found and not Path(found).resolve().is_relative_to(workspace):
            return found
    return None


def home_of(environ: Mapping[str, str]) -> Path | None:
    """Return the user's home folder where there is a real one."""
    home = Path(environ.get("HOME", ""))
    if not home.is_absolute() or not home.is_dir() or home.resolve() == Path(home.anchor):
        return None
    return home.resolve()


def _homes(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the user's home and, where HOME names another folder, the account's: programs and secrets may lie in both."""
    homes = [home_of(environ), home_of({"HOME": _account_home()})]
    return tuple(dict.fromkeys(home for home in homes if home is not None))


def _account_home() -> str:
    if sys.platform == "win32":
        return ""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a container may run under a number that no account has
        return ""


def secret_places(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the user's places for credentials and settings, and Calibrant's own state, where there are any."""
    places = [home / name for home in _homes(environ) for name in SECRET_PLACES]
    named = [Path(environ.get(name, "")) for name in _SECRET_VARIABLES]
    places += [place for place in named if place.is_absolute()]
    return tuple(dict.fromkeys(place.resolve() for place in places if place.exists()))


def program_folders(environ: Mapping[str, str], more: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return folders of programs that may lie in a hidden place: known ones, those on PATH, our own Python's, and `more`."""
    folders = [home / name for home in _homes(environ) for name in PROGRAM_FOLDERS]
    folders += [Path(entry) for entry in absolute_folders(environ.get("PATH", ""))]
    folders += [Path(sys.prefix), Path(sys.base_prefix), *more]
    # A parent's real path with the name as written: a link such as ~/.pyenv is then found under both its names.
    named = [folder.parent.resolve() / folder.name for folder in folders if folder.is_dir()]
    return tuple(dict.fromkeys(path for folder in named for path in (folder, folder.resolve())))


def arguments(walls: Walls, environment: Mapping[str, str], cwd: Path) -> list[str]:
    """Return bubblewrap's options for one command; what lies deeper is put in place later, so that it wins."""
    mounts = sorted(_mounts(walls), key=lambda mount: len(Path(mount[-1]).parts))
    options = ["--unshare-all", *(["--share-net"] if walls.network else []), "--die-with-parent", "--new-session"]
    options += ["--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    options += [word for mount in mounts for word in mount]
    options += [word for name, value in environment.items() for word in ("--setenv", name, value)]
    return [*options, "--chdir", str(cwd)]


def _mounts(walls: Walls) -> Iterable[tuple[str, ...]]:
    for folder in walls.hidden:
        if folder == Path("/tmp"):  # noqa: S108 - the sandbox's own
            yield "--bind", str(walls.private / "tmp"), "/tmp"  # noqa: S108
        else:
            yield "--tmpfs", str(folder)
    yield "--bind", str(walls.private / "home"), str(walls.home)
    shown = [path for path in walls.programs if _may_show(path, walls)] + list(walls.open_paths)
    for path in shown:
        if path != walls.workspace and any(path.is_relative_to(folder) for folder in walls.hidden):
            yield "--ro-bind", str(path), str(path)
    for secret in walls.secrets:
        if _in_sight(secret, shown, walls):
            yield ("--tmpfs", str(secret)) if secret.is_dir() else ("--ro-bind", os.devnull, str(secret))
    for real, own in walls.writable:
        yield "--bind", str(own), str(real)
    yield "--bind", str(walls.copy), str(walls.workspace)
    for relative in walls.environments:
        yield "--ro-bind", str(walls.workspace / relative), str(walls.workspace / relative)
        for cache in _CACHES if Path(relative).name == "node_modules" else ():
            if _is_folder(walls.workspace / relative / cache):
                yield "--tmpfs", str(walls.workspace / relative / cache)
    if walls.resolver is not None:
        yield "--ro-bind", str(walls.resolver), str(walls.resolver)


def _may_show(path: Path, walls: Walls) -> bool:
    """Tell whether a folder of programs may be put back: not one that is, or lies in, a secret place, nor a whole home."""
    if any(path.is_relative_to(secret) for secret in walls.secrets) or path.is_relative_to(walls.workspace):
        return False
    return not any(folder.is_relative_to(path) for folder in walls.hidden)


def _in_sight(secret: Path, shown: list[Path], walls: Walls) -> bool:
    in_hidden = any(secret.is_relative_to(folder) for folder in walls.hidden)
    return not in_hidden or any(secret.is_relative_to(path) for path in (*shown, walls.workspace))
