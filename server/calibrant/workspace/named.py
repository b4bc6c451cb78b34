"""Files that a workflow names, as an editor may open them: inside the workspace, or where the user opened a way out."""

import os
from pathlib import Path

from calibrant.model.settings import Settings


def named_file(text: str, folder: Path, workspace: Path, settings: Settings) -> Path | None:
    """Return what a path means that is written from `folder`, None where it leads out. Looks at the text alone."""
    path = Path(os.path.normpath(folder / text))
    return path if _is_inside(path, workspace, _opened(settings)) else None


def leads_out(path: Path, workspace: Path, settings: Settings) -> bool:
    """Tell whether links on the disk lead a path out of what may be opened. Reads the disk."""
    try:
        opened = [one.resolve() for one in _opened(settings)]
        return not _is_inside(path.resolve(), workspace.resolve(), opened)
    except (OSError, RuntimeError):  # links in circles, or no name that a file can have
        return True


def _opened(settings: Settings) -> list[Path]:
    return [Path(one).expanduser() for one in settings.open_paths]


def _is_inside(path: Path, workspace: Path, opened: list[Path]) -> bool:
    return any(path.is_relative_to(root) for root in (workspace, *opened))
