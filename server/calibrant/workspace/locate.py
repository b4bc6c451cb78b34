"""Where a workspace begins, and which workflow files it holds."""

import os
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from calibrant.model.language import FileNames

MARKS = ("calibrant.toml", "pyproject.toml", ".git")
"""What makes a folder a workspace's own folder."""

_RUN = (FileNames((".workflow.yaml", ".workflow.yml", ".workflow.json")),)
_ONLY_CHECKED = (
    FileNames((".yml", ".yaml"), folder=".github/workflows"),
    FileNames((), names=("action.yml", "action.yaml")),
)
FILES = (*_ONLY_CHECKED, *_RUN)
"""Which files are workflows: those of each language, whose reading is not to be loaded for looking at names."""
NAMED = "*.workflow.yaml, *.workflow.yml, *.workflow.json, and of GitHub Actions .github/workflows/*.yml and action.yml"
"""The same in words."""

_ANYWHERE = tuple(ending for files in FILES if not files.folder for ending in files.suffixes)
_NAMES = frozenset(name for files in FILES for name in files.names)
_GITHUB = (".github", "workflows")
LOCAL = ("./", "$/")
"""How in GitHub Actions the names of what lies in the same repository begin."""
MAX_ENTRIES = 500_000
MAX_DEPTH = 64


def workspace_of(path: Path) -> Path:
    """Return the workspace folder of a file or folder: the nearest one upwards with a mark, else its own folder.

    Of a file in `.github/workflows` without a mark it is the folder that holds `.github`. The path need not exist; it is
    made absolute, links are left as they are.
    """
    path = path.absolute()
    own = path if path.is_dir() else path.parent
    for folder in (own, *own.parents):
        if any(os.path.lexists(folder / mark) for mark in MARKS):
            return folder
    return own.parents[1] if own.parts[-2:] == _GITHUB else own


def repository_of(path: Path) -> Path | None:
    """Return the folder that `./` begins at in a workflow or an action's metadata; None where that cannot be told.

    It is the one that holds `.github/workflows`, else the nearest one upwards with `.git` or `.github`.
    """
    if path.parts[-3:-1] == _GITHUB:
        return path.parents[2]
    for folder in path.parents:
        if any(os.path.lexists(folder / mark) for mark in (".git", ".github")):
            return folder
    return None


def surveyed(path: Path) -> tuple[Path, Path]:
    """Return the folder whose tools the commands of a workflow find, and the one below that its relative paths start at.

    Of a native workflow these are its workspace and its own folder; of GitHub's files both are the root of the repository,
    whatever lies between that and an action.
    """
    if is_run(path):
        return workspace_of(path), path.parent
    root = repository_of(path) or workspace_of(path)
    return root, root


def too_wide(folder: Path) -> str:
    """Return what a folder is that no one means to look through, empty for any other: "your home folder".

    One in which a `calibrant.toml` lies is meant.
    """
    real = folder.resolve()
    if (real / MARKS[0]).is_file():
        return ""
    if real == Path(real.anchor):
        return "the whole file system"
    try:
        home = Path.home().resolve()
    except RuntimeError:  # this user has none
        return ""
    if real == home:
        return "your home folder"
    return "the folder of all home folders" if real == home.parent else ""


def _on_limit() -> None:
    """Go on without a word."""


def is_workflow_file(path: str | Path) -> bool:
    """Tell whether a file holds a workflow by its path, which need not be whole: its folder's name may count."""
    return any(files.matches(str(path)) for files in FILES)


def is_run(path: str | Path) -> bool:
    """Tell whether a file holds a workflow that can be run here, by its path: those of other tools are only checked."""
    return next((files for files in FILES if files.matches(str(path))), None) in _RUN


def find_workflows(
    folder: Path,
    exclude: Sequence[str] = (),
    *,
    limit: int = MAX_ENTRIES,
    on_limit: Callable[[], None] = _on_limit,
) -> Iterator[Path]:
    """Yield the workflow files below `folder`, each folder's own files first, in the order of their names.

    Of GitHub's workflows those are found that GitHub reads, see `is_at_the_top`. Linked folders are not entered, and a
    linked file counts only where it stays inside `folder`. `exclude` holds globs on paths relative to `folder` (`**` is any
    number of folders). Folders that cannot be read are passed over. The search ends after so many names (`limit`); then
    `on_limit` is called.
    """
    folder = folder.absolute()
    patterns = [tuple(pattern.strip("/").split("/")) for pattern in exclude]
    waiting: list[tuple[str, ...]] = [()]
    seen = 0
    while waiting:
        if seen >= limit:
            on_limit()
            return
        parts = waiting.pop()
        parent = folder.joinpath(*parts)
        entries = _entries(parent)
        special = (parts if len(parts) > 1 else parent.parts)[-2:] == _GITHUB
        suffixes, names = _wanted(parent, folder) if special else (_ANYWHERE, _NAMES)
        seen += len(entries)
        below: list[tuple[str, ...]] = []
        for entry in entries:
            here = (*parts, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if len(here) < MAX_DEPTH and not _excluded(here, patterns, folder_too=True):
                    below.append(here)
            elif (
                (entry.name.endswith(suffixes) or entry.name in names)
                and not _excluded(here, patterns)
                and _inside(entry, folder)
            ):
                yield folder.joinpath(*here)
        waiting.extend(reversed(below))


def is_excluded(path: Path, folder: Path, exclude: Sequence[str]) -> bool:
    """Tell whether the globs keep a file below `folder` out of the search."""
    parts = path.relative_to(folder).parts
    patterns = [tuple(pattern.strip("/").split("/")) for pattern in exclude]
    inner = any(_excluded(parts[:count], patterns, folder_too=True) for count in range(1, len(parts)))
    return inner or _excluded(parts, patterns)


def is_at_the_top(parent: Path, folder: Path) -> bool:
    """Tell whether a folder below `folder` is none, or one that GitHub would read: a `.github/workflows` of a repository.

    One deeper in a repository is somebody's template, copy or test. Of what is in no repository nothing is known, so it counts.
    """
    if parent.parts[-2:] != _GITHUB:
        return True
    top = parent.parents[1]
    if not top.is_relative_to(folder) or top == folder or os.path.lexists(top / ".git"):
        return True
    above = [one for one in top.parents if one.is_relative_to(folder)]
    return not any(os.path.lexists(one / ".git") for one in above)


def _wanted(parent: Path, folder: Path) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return how the names of workflows in a `.github/workflows` end, and which names are those of workflows."""
    if not is_at_the_top(parent, folder):
        return (), frozenset()
    return tuple(ending for files in FILES for ending in files.suffixes), _NAMES


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:  # gone meanwhile, or not ours to read: it holds no workflow of this user
        return []


def _inside(entry: os.DirEntry[str], folder: Path) -> bool:
    if not entry.is_symlink():
        return entry.is_file()
    path = Path(entry.path)  # a link that leads in circles is no file, and cannot be resolved
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())


def _excluded(parts: tuple[str, ...], patterns: list[tuple[str, ...]], *, folder_too: bool = False) -> bool:
    """Tell whether a pattern fits the path; a folder is also left out where all that it could hold is."""
    if any(_fits(parts, pattern) for pattern in patterns):
        return True
    return folder_too and any(pattern[-1] == "**" and _fits(parts, pattern[:-1]) for pattern in patterns)


def _fits(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Match segment by segment; `reach` holds how many parts each prefix of the pattern may have taken."""
    reach = {0}
    for glob in pattern:
        if glob == "**":
            reach = set(range(min(reach), len(parts) + 1)) if reach else set()
        else:
            reach = {at + 1 for at in reach if at < len(parts) and fnmatchcase(parts[at], glob)}
    return len(parts) in reach
