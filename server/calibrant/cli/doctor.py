"""`calibrant doctor`: how Calibrant is set up here, what does not work, and how far repairs are trusted."""

import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

import click
import msgspec

from calibrant import __version__, app
from calibrant.cli.output import write
from calibrant.model.applied import Outcome
from calibrant.model.ports import StoreError
from calibrant.model.settings import Settings
from calibrant.report import dumps
from calibrant.workspace.locate import NAMED, find_workflows, is_run, workspace_of
from calibrant.workspace.settings import user_file

Mark = Literal["ok", "note", "wrong"]


class Line(msgspec.Struct, frozen=True):
    """One thing that doctor looked at."""

    mark: Mark
    what: str
    says: str


class Trusted(msgspec.Struct, frozen=True):
    """How far a strategy is trusted: its prior, how many of its fixes came to what, and the confidence now."""

    strategy: str
    prior: float
    verified: int
    kept: int
    rolled_back: int
    undone: int
    confidence: float


def doctor(folder: Path, style: Literal["text", "json"]) -> int:
    """Show how Calibrant is set up; status 2 where something that it needs does not work."""
    lines = list(_look(folder))
    trusted, total = _repairs(workspace_of(folder), lines)
    if style == "json":
        told = {"checks": msgspec.to_builtins(lines), "repairs": msgspec.to_builtins(trusted)}
        write([dumps(told)])
    else:
        signs = {"ok": "✓", "note": "·", "wrong": "✗"}
        width = max(len(line.what) for line in lines)
        for line in lines:
            click.echo(f"{signs[line.mark]} {line.what:{width}}  {line.says}")
        write(_table(trusted, total))
    return 2 if any(line.mark == "wrong" for line in lines) else 0


def _backups(count: int, days: int) -> str:
    changes = "change" if count == 1 else f"{count:,} changes"
    return f"of the newest {changes}, for {days:,} {'day' if days == 1 else 'days'}"


def _look(folder: Path) -> Iterator[Line]:
    workspace = workspace_of(folder)
    yield Line("ok", "calibrant", f"{__version__}, Python {platform.python_version()} ({sys.executable})")
    yield Line("ok", "workspace", str(workspace))
    settings, problems = app.settings_for(workspace)
    workflows = list(find_workflows(workspace, settings.exclude))
    count, checked = len(workflows), sum(not is_run(path) for path in workflows)
    found = f"{count} found" + (f", {checked} of them of GitHub Actions: checked, not run yet" if checked else "")
    yield Line(
        "ok" if count else "note",
        "workflows",
        found if count else f"none found ({NAMED})",
    )
    yield from _connectors()
    yield _settings_file()
    for problem in problems:
        yield Line("wrong", "settings", problem)
    yield _state(workspace)
    yield Line("ok", "backups", _backups(settings.backup_count, settings.backup_days))
    yield _trust(workspace)
    yield _sandbox(workspace, settings)


def _connectors() -> Iterator[Line]:
    from calibrant import connectors
    from calibrant.connectors import plugins

    builtin = {connector.spec.name for connector in connectors.BUILTIN}
    others = sorted(set(plugins.found()) - builtin)
    yield Line(
        "ok", "connectors", f"{len(builtin)} built in" + (f", {len(others)} of other packages" if others else "")
    )
    for name in sorted(plugins.found()):
        package = plugins.package_of(name)
        if name in builtin:
            yield Line("note", name, f"of {package} is not used: the built-in connector has that name")
        elif why := plugins.load(name).spec.broken:
            yield Line("wrong", name, f"of {package} cannot be loaded: {why}")
        else:
            yield Line("ok", name, f"of {package}")


def _settings_file() -> Line:
    path = user_file(os.environ)
    return Line("ok" if path.is_file() else "note", "your settings", f"{path}{'' if path.is_file() else ' (none yet)'}")


def _state(workspace: Path) -> Line:
    from calibrant.store import open_store

    state = app.state_dir()
    try:
        open_store(state, workspace).close()
    except StoreError as error:
        return Line("wrong", "state", str(error))
    size = sum(_size(path) for path in state.rglob("*"))
    return Line("ok", "state", f"{state} ({size / 1e6:.1f} MB)")


def _size(path: Path) -> int:
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:  # another process's temporary file, gone meanwhile
        return 0


def _trust(workspace: Path) -> Line:
    from calibrant.store import open_store

    try:
        with closing(open_store(app.state_dir(), workspace, create=False)) as store:
            trusted = store.trusted()
    except StoreError as error:
        return Line("wrong", "trust", str(error))
    if trusted:
        return Line("ok", "trust", "this workspace is trusted: its workflows may run commands and reach the network")
    return Line("note", "trust", "this workspace is not trusted: no commands, no network. To trust it: calibrant trust")


def _sandbox(workspace: Path, settings: Settings) -> Line:
    from calibrant.engine.sandbox import find_bwrap

    found = find_bwrap(os.environ, workspace)
    if found:
        return Line("ok", "sandbox", f"{found}: commands run without network, in a private copy of the workspace")
    if settings.execute == "unsandboxed":
        return Line("note", "sandbox", "none (bubblewrap is not installed); your settings let commands run without one")
    return Line(
        "note",
        "sandbox",
        'none: install bubblewrap, or commands run only with `calibrate --trust` or `execute = "unsandboxed"`',
    )


def _repairs(workspace: Path, lines: list[Line]) -> tuple[list[Trusted], int]:
    """Return the strategies that were measured here, and how many there are in all; adds to `lines` what is wrong."""
    from calibrant.repairs import REPAIRS
    from calibrant.repairs.trust import measured
    from calibrant.store import open_store

    outcomes: Mapping[str, Mapping[Outcome, int]] = {}
    try:
        with open_store(app.state_dir(), workspace, create=False) as store:
            outcomes = store.changes.outcomes()
    except StoreError as error:
        lines.append(Line("wrong", "repairs", str(error)))
    now = measured(outcomes)
    known = [repair for repair in REPAIRS if repair.name in now]
    found = [_trusted(repair.name, repair.prior, outcomes[repair.name], now[repair.name]) for repair in known]
    return found, len(REPAIRS)


def _trusted(name: str, prior: float, counts: Mapping[Outcome, int], confidence: float) -> Trusted:
    return Trusted(
        name,
        prior,
        verified=counts.get("verified", 0),
        kept=counts.get("kept", 0),
        rolled_back=counts.get("rolled_back", 0),
        undone=counts.get("undone", 0),
        confidence=round(confidence, 3),
    )


def _table(trusted: Sequence[Trusted], total: int) -> Iterator[str]:
    yield ""
    if trusted:
        yield "How far repairs are trusted here, by what became of their fixes:"
        yield f"  {'STRATEGY':<18}  PRIOR  VERIFIED  KEPT  ROLLED BACK  UNDONE  CONFIDENCE"
    for one in trusted:
        counts = f"{one.verified:>8}  {one.kept:>4}  {one.rolled_back:>11}  {one.undone:>6}"
        yield f"  {one.strategy:<18}  {one.prior:>5.2f}  {counts}  {one.confidence:>10.2f}"
    rest = total - len(trusted)
    if rest:
        yield f"{'The other' if trusted else 'All'} {rest} kinds of repair stand at their priors: none was measured here yet."
