"""Programs that call another one, which they are given behind their own options."""

import posixpath
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from calibrant.model.text import Span
from calibrant.syntax.shell.commands import Command
from calibrant.syntax.shell.reading import Word


class Wrapper(msgspec.Struct, frozen=True):
    """How a program that calls another one is written.

    `words` stand behind its name (`exec` in `bundle exec`), `valued` are its options that take the next word, `folder` those of
    them that say where to run, `first` is how many words of its own stand before the other program, `assigns` whether
    assignments may, and `not_with` are options with which it does something else.
    """

    words: tuple[str, ...] = ()
    valued: frozenset[str] = frozenset()
    folder: frozenset[str] = frozenset()
    first: int = 0
    assigns: bool = False
    not_with: frozenset[str] = frozenset()


Wrappers = Mapping[str, tuple[Wrapper, ...]]

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_MOST = 10
"""How many such programs may call each other."""


def _w(valued: str = "", folder: str = "", first: int = 0, *, assigns: bool = False, not_with: str = "") -> Wrapper:
    return Wrapper(
        (),
        frozenset(f"{valued} {folder}".split()),
        frozenset(folder.split()),
        first,
        assigns,
        frozenset(not_with.split()),
    )


def _r(words: str, valued: str = "", folder: str = "", not_with: str = "") -> Wrapper:
    return msgspec.structs.replace(_w(valued, folder, not_with=not_with), words=tuple(words.split()))


_SUDO = "-u --user -g --group -h --host -p --prompt -C --close-from -T --command-timeout -r --role -t --type -U --other-user"
_UV = (
    "-p --python --with --with-editable --with-requirements --extra --no-extra --group --no-group --only-group --package"
    " --env-file --index --default-index -i --index-url --extra-index-url -f --find-links --config-file --cache-dir"
    " --resolution --prerelease --link-mode -C --config-setting --color --refresh-package -P --upgrade-package"
)

AROUND: Final[Wrappers] = MappingProxyType(
    {
        "sudo": (_w(_SUDO, "-D --chdir", assigns=True, not_with="-l -e -v -V --list --edit --validate --version"),),
        "doas": (_w("-u -C"),),
        "env": (_w("-u --unset", "-C --chdir", assigns=True, not_with="-S --split-string"),),
        "time": (_w("-f --format -o --output"),),
        "exec": (_w("-a"),),
        "command": (_w(not_with="-v -V"),),
        "builtin": (_w(),),
        "nohup": (_w(),),
        "setsid": (_w(),),
        "nice": (_w("-n --adjustment"),),
        "ionice": (_w("-c --class -n --classdata"),),
        "stdbuf": (_w("-i -o -e --input --output --error"),),
        "timeout": (_w("-s --signal -k --kill-after", first=1),),
        "xvfb-run": (
            _w("-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait"),
        ),
        "dbus-run-session": (_w("--config-file --dbus-daemon"),),
        "dbus-launch": (_w(),),
        "unbuffer": (_w(),),
        "chronic": (_w(),),
        "cross-env": (_w(assigns=True),),
    }
)
"""Programs of the system."""

ALL: Final[Wrappers] = MappingProxyType(
    {
        **AROUND,
        "npx": (_w("-p --package -w --workspace", not_with="-c --call"),),
        "bunx": (_w("-p --package"),),
        "npm": (_r("exec", "-p --package -w --workspace", "--prefix -C", "-c --call"), _r("x", "-p --package")),
        "pnpm": (_r("exec", "-F --filter", "-C --dir", "-r --recursive"), _r("dlx", "--package")),
        "yarn": (_r("exec", "", "--cwd"), _r("dlx", "-p --package")),
        "bun": (_r("x", "-p --package"),),
        "uv": (_r("run", _UV, "--project --directory", "-m --module"),),
        "uvx": (_w(f"--from {_UV}"),),
        "pipx": (_r("run", "--spec --python --pip-args --index-url"),),
        "poetry": (_r("run", "-P --project", "-C --directory"),),
        "pdm": (_r("run", "--venv", "-p --project", "-l --list"),),
        "pipenv": (_r("run", "--python"),),
        "rye": (_r("run", "", "", "-l --list"),),
        "bundle": (_r("exec", "--gemfile"),),
        "conda": (_r("run", "-n --name -p --prefix", "--cwd"),),
        "mamba": (_r("run", "-n --name -p --prefix", "--cwd"),),
        "micromamba": (_r("run", "-n --name -p --prefix", "--cwd"),),
        "mise": (_r("exec"), _r("x")),
        "asdf": (_r("exec"),),
        "pyenv": (_r("exec"),),
        "rbenv": (_r("exec"),),
        "corepack": (_w(not_with="enable disable install use up pack prepare cache"),),
    }
)
"""Those, and what package managers run a program by."""


def unwrapped(command: Command, wrappers: Wrappers) -> Command:
    """Return what a command calls in the end, as far as that can be told; itself where it is called by none of these."""
    for _ in range(_MOST):
        inner = next((one for each in wrappers.get(command.name, ()) if (one := _inner(command, each))), None)
        if inner is None:
            return command
        command = inner
    return command


def _inner(command: Command, wrapper: Wrapper) -> Command | None:
    """Return the command behind a wrapper; None where it is not called like that, or calls nothing that can be told."""
    rest, cwd, left = list(command.words[1:]), command.cwd, list(wrapper.words)
    first = wrapper.first
    while rest:
        text = rest[0].text
        if text is None:
            return None
        option = text.partition("=")[0]
        if option in wrapper.not_with:
            return None
        if text == "--":
            rest.pop(0)
            if not left:
                break
        elif text.startswith("-") and len(text) > 1:
            cwd = _folder(rest, option, wrapper, cwd)
            del rest[: 2 if option in wrapper.valued and "=" not in text else 1]
        elif left:
            if left.pop(0) != text:
                return None
            rest.pop(0)
        elif (wrapper.assigns and _ASSIGNMENT.match(text)) or first:
            first -= not (wrapper.assigns and _ASSIGNMENT.match(text))
            rest.pop(0)
        else:
            break
    if left or not rest:
        return None
    span = Span(rest[0].span.start, max(command.span.end, rest[0].span.end))
    return msgspec.structs.replace(command, words=tuple(rest), span=span, cwd=cwd)


def _folder(rest: list[Word], option: str, wrapper: Wrapper, cwd: str | None) -> str | None:
    """Return the folder after an option."""
    if option not in wrapper.folder or cwd is None:
        return cwd
    text = rest[0].text or ""
    given = text.partition("=")[2] if "=" in text else rest[1].text if len(rest) > 1 else None
    return posixpath.normpath(posixpath.join(cwd, given)) if given else None
