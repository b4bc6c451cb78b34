"""What is wrong with the commands of one step's script in its workspace, as long as nothing before it changed that."""

import re
from collections.abc import Iterable, Iterator

from calibrant.model.nodes import Scalar
from calibrant.model.text import Span
from calibrant.rules.commands import Call, call
from calibrant.rules.ground import files, folders, locks, managers, tasks, versions
from calibrant.rules.ground.claim import Claim, Site
from calibrant.rules.ground.doings import Doing, Done, doings
from calibrant.rules.rule import Noted
from calibrant.syntax.shell import Command, commands

CODES = (managers.CODE, files.CODE, tasks.CODE, folders.CODE, locks.CODE, versions.CODE)

STEERING = re.compile(
    r"(?i:npm_config_|pnpm_config_|yarn_|uv_|poetry_|pdm_|pipenv_|bundle_|cargo_|go(?:flags|work|path|111module)$|go111module"
    r"|make(?:flags|files)$|tox_|nox|maven_|mvn_|gradle_|dotnet_|cdpath$|shellopts$|bash_env$|env$)"
)
"""Variables by which programs are told to work elsewhere or otherwise; where one is set, nothing is said."""

_HARMLESS = frozenset(
    (
        *("UV_CACHE_DIR", "UV_SYSTEM_PYTHON", "UV_LINK_MODE", "UV_NO_PROGRESS", "UV_VERSION", "POETRY_VERSION"),
        *("POETRY_VIRTUALENVS_IN_PROJECT", "POETRY_VIRTUALENVS_CREATE", "POETRY_CACHE_DIR", "PIPENV_VENV_IN_PROJECT"),
        *("CARGO_TERM_COLOR", "CARGO_INCREMENTAL", "CARGO_NET_RETRY", "DOTNET_CLI_TELEMETRY_OPTOUT", "DOTNET_NOLOGO"),
        *("DOTNET_SKIP_FIRST_TIME_EXPERIENCE", "MAVEN_OPTS", "GRADLE_OPTS", "NPM_CONFIG_FUND", "NPM_CONFIG_AUDIT"),
    )
)


_ASSIGNED = re.compile(r"(?:^|[\s;&|(\"'])([A-Za-z_]\w{0,100})=", re.MULTILINE)


_MOST = 50
"""Things of one script that are told: a very long one may be wrong all over."""


class Script(Noted, frozen=True, gc=False):
    """What is known of a script by itself: its commands, what they may do to files, and what seems wrong with them."""

    commands: tuple[Command, ...] = ()
    doings: tuple[Doing, ...] = ()
    claims: tuple[Claim, ...] = ()


def steers(names: Iterable[str]) -> bool:
    """Tell whether one of some variables may make a program work elsewhere than its command says."""
    return any(STEERING.match(name) and name.upper() not in _HARMLESS for name in names)


def read(script: Scalar, unknown: Iterable[Span]) -> tuple[tuple[Command, ...], tuple[Doing, ...]]:
    """Return the commands of a script, none where it steers its programs itself, and what they may do to files."""
    text = script.value
    if not isinstance(text, str) or script.aliased:
        return (), (Doing(-1, makes=True, changes=True),)
    found = commands(text, unknown)
    if steers(one[1] for one in _ASSIGNED.finditer(text)):
        return (), (*doings(found, text), Doing(-1, changes=True))
    if text.strip() and not found and any(line.strip()[:1] not in ("", "#") for line in text.split("\n")):
        return (), (Doing(-1, makes=True, changes=True),)
    return found, doings(found, text)


def claims(found: Iterable[Command], done: tuple[Doing, ...], site: Site) -> tuple[Claim, ...]:
    """Return what seems wrong with the commands of a script, those that hold whatever else the script does."""
    out: list[Claim] = []
    before, waiting, at = Done(), sorted(done, key=lambda one: one.at), 0
    for command in found:
        first = at
        while at < len(waiting) and waiting[at].at < command.span.start:
            at += 1
        before.add(waiting[first:at])
        if command.certain and not steers(command.assigned):
            out += [one for one in _of(command, site) if before.leaves(one)]
        if len(out) > _MOST:
            break
    return tuple(out)


def _of(command: Command, site: Site) -> Iterator[Claim]:
    yield from folders.check_moved(command, site)
    yield from files.check_called(command, site)
    called = call(command)
    if called is not None:
        yield from _of_call(called, site)
    inner = command.unwrapped
    if inner != command.plain:
        yield from files.check_called(inner, site)
        run = call(inner)
        if run is not None and run.program not in managers.MANAGERS:
            yield from files.check(run, site)
            yield from tasks.check(run, site)


def _of_call(called: Call, site: Site) -> Iterator[Claim]:
    found = list(managers.check(called, site))
    yield from found
    yield from files.check(called, site)
    yield from tasks.check(called, site)
    yield from folders.check(called, site)
    yield from versions.check(called, site)
    if not found:
        yield from locks.check(called, site)
