"""Installs of exactly what a lock file pins, where that does not fit the manifest any more."""

from collections.abc import Iterator
from typing import Final

from calibrant.rules.commands import Call
from calibrant.rules.ground.claim import Claim, Site
from calibrant.rules.ground.managers import MANAGERS

CODE: Final = "lock-outdated"
_FAILING: Final = {
    "npm": frozenset({"ci", "clean-install", "install-clean", "ic"}),
    "pnpm": frozenset({"--frozen-lockfile"}),
    "yarn": frozenset({"--frozen-lockfile", "--immutable"}),
    "bun": frozenset({"--frozen-lockfile", "ci"}),
    "uv": frozenset({"--locked"}),
    "poetry": frozenset({"install", "sync"}),
    "pdm": frozenset({"--frozen-lockfile", "sync"}),
    "pipenv": frozenset({"--deploy"}),
    "cargo": frozenset({"--locked", "--frozen"}),
}
"""By the manager, the words with which it refuses a lock file that is out of date."""

_LOCKING: Final = {
    "npm": "npm install",
    "pnpm": "pnpm install --no-frozen-lockfile",
    "yarn": "yarn install",
    "bun": "bun install",
    "uv": "uv lock",
    "poetry": "poetry lock",
    "pdm": "pdm lock",
    "pipenv": "pipenv lock",
    "cargo": "cargo update --workspace",
}


def check(call: Call, site: Site) -> Iterator[Claim]:
    """Tell of an install that refuses a lock file which is out of date."""
    folder = site.folder(call.cwd)
    words = _FAILING.get(call.program)
    if words is None or folder is None or not call.sure:
        return
    said = {call.sub, *(name for name, _ in call.arguments.options)}
    manager = MANAGERS.get(call.program)
    if not said & words or (manager is not None and call.sub not in (*manager.subs, "run")):
        return
    for one in site.survey.holding(folder):
        if one.outdated and one.lock and one.manager.partition(" ")[0].partition("-")[0] == call.program:
            yield site.claim(
                CODE,
                call.head,
                f"{site.from_base(one.lock)} is out of date: {one.outdated.rstrip('.')}.",
                hint=f"Run ‘{_LOCKING[call.program]}’ where you develop, and commit the file.",
                subject=site.from_base(one.lock),
                names=[path.rpartition("/")[2] for path in (one.lock, one.manifest) if path],
                absent=False,
                evidence={
                    "manager": call.program,
                    "file": site.from_base(one.lock),
                    "root": site.from_base(one.root),
                    "instead": _LOCKING[call.program],
                },
            )
