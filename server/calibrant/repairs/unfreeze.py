"""An install that refuses a lock file which is out of date: the same one, taking the manifest as it is."""

from collections.abc import Iterator

import msgspec

from calibrant.model.change import Change
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.commanding import Scripted, given_to, program_of, scripted
from calibrant.repairs.sites import step_at
from calibrant.repairs.wording import change, quoted
from calibrant.syntax.shell import Command


class _Way(msgspec.Struct, frozen=True):
    """How a manager takes the manifest as it is: words that give way to others ("": they go), or what is run before."""

    words: dict[str, str] = {}
    before: str = ""


_NPM = dict.fromkeys(("ci", "clean-install", "install-clean", "ic"), "install")
_WAYS: dict[str, _Way] = {
    "npm": _Way(_NPM),
    "pnpm": _Way({"--frozen-lockfile": "--no-frozen-lockfile"}),
    "yarn": _Way({"--frozen-lockfile": "", "--immutable": "--no-immutable"}),
    "bun": _Way({"ci": "install", "--frozen-lockfile": ""}),
    "uv": _Way({"--locked": "", "--frozen": ""}),
    "poetry": _Way(before="poetry lock && "),
    "pdm": _Way({"sync": "install", "--frozen-lockfile": ""}),
    "pipenv": _Way({"sync": "install", "--deploy": ""}),
    "cargo": _Way({"--locked": "", "--frozen": ""}),
    "go": _Way(before="go mod tidy && "),
}
_INSTALLING = ("install", "sync", "build", "test", "vet", "run")


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    evidence, step = issue.finding.evidence, step_at(workflow, issue.finding)
    script = scripted(workflow, step) if step is not None else None
    manager = evidence.get("tool") or evidence.get("manager", "")
    way = _WAYS.get(manager)
    if script is None or way is None:
        return
    changes: list[Change] = []
    titles: list[str] = []
    for command in script.commands:
        if program_of(command) == manager and (made := _made(script, command, way)):
            changes += made[1]
            titles.append(made[0])
    if changes:
        # what is installed is then no longer exactly what was tried before
        yield Proposal(titles[0], tuple(changes), "review")


def _made(script: Scripted, command: Command, way: _Way) -> tuple[str, list[Change]] | None:
    words = [word for word in given_to(command) if word.text is not None]
    if way.before:
        if not any(word.text in _INSTALLING for word in words[:1]):
            return None
        return f"Run {quoted(way.before.removesuffix(' && '))} before it", [
            script.insert(command.span.start, way.before)
        ]
    changes: list[Change] = []
    for word in words:
        other = way.words.get(word.text or "")
        if other is not None:
            changes.append(script.replace(word.span, other) if other else script.remove(word))
    if not changes:
        return None
    old = [word.text or "" for word in command.plain.words]
    new = [other for text in old if (other := way.words.get(text, text))]
    return change(" ".join(old), " ".join(new)), changes


REPAIR = Repair("unfreeze", frozenset({"lock-outdated"}), 0.5, _propose)
