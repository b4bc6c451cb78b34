"""What a GitHub Actions file calls of its own repository, read from the disk."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import msgspec

from calibrant.dialects import read
from calibrant.model.connector import ConnectorSpec
from calibrant.model.shape import OBJECT
from calibrant.model.workflow import Workflow
from calibrant.workspace.files import load
from calibrant.workspace.locate import LOCAL, find_workflows, is_run, repository_of

HERE = "./"
MISSING = "it is not there"
_WORKFLOWS = (".github", "workflows")
_ACTION_FILES = ("action.yml", "action.yaml")
_CONTAINERS = ("Dockerfile", "dockerfile")
_MOST = 500
"""How many files of a repository are named as what may have been meant."""
_IN_TURN = 50
"""How many workflows are followed that are called by what is called: GitHub takes no more of them in one run."""


class Found(msgspec.Struct, frozen=True):
    """What a name stands for: the file that says what it takes (None: there is none), and what that says (None: nothing)."""

    path: Path | None = None
    spec: ConnectorSpec | None = None


def called(workflow: Workflow) -> tuple[str, ...]:
    """Return what a workflow calls of its own repository, as it is written there, each once."""
    if workflow.language.runs:
        return ()
    names = [step.body.action for step in workflow.steps] + [job.body.action for job in workflow.jobs]
    return tuple(dict.fromkeys(name for name in names if name and name.startswith(LOCAL) and "${{" not in name))


def find(root: Path, name: str) -> Found:
    """Return what a name such as ‘./.github/actions/x’ (or ‘$/…’) stands for in a repository; nothing outside is looked at."""
    target = Path(os.path.normpath(root / name[2:]))
    if not _inside(target, root):
        return Found()
    for path in places(root, name):
        if _is_there(path):
            return Found(path, interface(path, name)) if _inside(path, root) else Found()
    if any(_is_there(target / file) for file in _CONTAINERS) or _in_submodule(root, target):
        return Found()
    return Found(None, missing(name))


def file_called(path: Path, name: str) -> Path | None:
    """Return the file that a name stands for in the workflow at `path`; None for one that is elsewhere, or not there."""
    root = repository_of(path) if name.startswith(LOCAL) else None
    return find(root, name).path if root is not None else None


def places(root: Path, name: str) -> tuple[Path, ...]:
    """Return the files that may say what something in a repository takes, the first that is there does."""
    target = Path(os.path.normpath(root / name[2:]))
    if target.suffix in (".yml", ".yaml") and target.parent == root.joinpath(*_WORKFLOWS):
        return (target,)
    return tuple(target / file for file in _ACTION_FILES)


def interface(path: Path, name: str) -> ConnectorSpec | None:
    """Read what an action or workflow takes and gives; None where it cannot be read."""
    try:
        loaded = load(path)
    except OSError:
        return None
    workflow = read(str(path), loaded.text) if loaded.problem is None else None
    return interface_in(workflow, name) if workflow else None


def interface_in(workflow: Workflow, name: str) -> ConnectorSpec | None:
    """Return what an action or workflow that was read takes and gives."""
    from calibrant.dialects.actions.interface import interface_of

    return interface_of(workflow, name)


def missing(name: str) -> ConnectorSpec:
    """Return what stands for something that is not there."""
    return ConnectorSpec(name, "", (), OBJECT, (), broken=MISSING)


def on_disk(path: Path, workflow: Workflow) -> tuple[Mapping[str, Found], tuple[str, ...]]:
    """Return what a workflow at `path` calls of its repository, and where some of it is missing, what else there is to call."""
    names = called(workflow)
    root = repository_of(path) if names else None
    if root is None:
        return {}, ()
    found = with_calls(names, lambda name: find(root, name))
    return found, callables(root, lost) if (lost := lost_of(found)) else ()


def with_calls(names: Sequence[str], look_up: Callable[[str], Found | None]) -> dict[str, Found]:
    """Return what names stand for, and what these call in turn, as far as `look_up` knows."""
    found: dict[str, Found] = {}
    waiting = deque(names)
    most = min(len(names), _MOST) + _IN_TURN
    while waiting and len(found) < most:
        name = waiting.popleft()
        if name not in found and (one := look_up(name)) is not None:
            found[name] = one
            waiting += [other for other in (one.spec.calls if one.spec else ()) if other.startswith(LOCAL)]
    return found


def lost_of(found: Mapping[str, Found]) -> list[str]:
    """Return what is missing of what was looked up."""
    return [name for name, one in found.items() if one.spec and one.spec.broken == MISSING]


def callables(root: Path, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the actions and workflows of a repository as they can be called: those that lie where they usually do.

    Those come first that lie beside what `names` stand for, which is missing.
    """
    found = dict.fromkeys(path for name in names for path in _beside(root, Path(os.path.normpath(root / name[2:]))))
    for folder in (root / ".github", root / "actions"):
        found.update(dict.fromkeys(path for path in find_workflows(folder, limit=10 * _MOST) if not is_run(path)))
    found.update(dict.fromkeys(root / file for file in _ACTION_FILES if _is_ours(root / file, root)))
    return tuple(dict.fromkeys(_call(root, path) for path in islice(found, _MOST)))


def _beside(root: Path, target: Path) -> Iterator[Path]:
    """Yield the files of actions in the folders beside one that is not there."""
    if not _inside(target.parent, root):
        return
    with suppress(OSError):  # nor is the folder that it would be in
        for folder in islice(sorted(target.parent.iterdir()), _MOST):
            yield from (folder / file for file in _ACTION_FILES if _is_ours(folder / file, root))


def _call(root: Path, path: Path) -> str:
    inside = (path.parent if path.name in _ACTION_FILES else path).relative_to(root).as_posix()
    return HERE if inside == "." else HERE + inside


def _inside(target: Path, root: Path) -> bool:
    """Tell whether a path stays in a folder, links resolved."""
    try:
        return target.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a link that leads in circles, a name that no file can have
        return False


def _is_there(path: Path) -> bool:
    """Tell whether there is an ordinary file; none has a name that the system does not take."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_ours(path: Path, root: Path) -> bool:
    return _is_there(path) and _inside(path, root)


def _in_submodule(root: Path, target: Path) -> bool:
    """Tell whether a folder belongs to another repository that is checked out into this one, perhaps not yet here."""
    try:
        text = load(root / ".gitmodules").text[:100_000]
    except OSError:
        return False
    pairs = (line.partition("=") for line in text.splitlines())
    folders = [root / value.strip() for key, _, value in pairs if key.strip() == "path" and value.strip()]
    return any(target.is_relative_to(folder) for folder in folders)
