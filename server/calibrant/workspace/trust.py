"""The editor's own word on trust, beside the user's that is recorded: it holds while this process lives, and no longer."""

from pathlib import Path

import msgspec


class Word(msgspec.Struct, frozen=True):
    """What an editor says: with `restricted` nothing is trusted; else what lies in one of the `folders` is."""

    restricted: bool = False
    folders: tuple[Path, ...] = ()


class EditorTrust:
    """Judges workspaces by the newest word of the editor. May be asked in any thread."""

    def __init__(self) -> None:
        self._word = Word()

    @property
    def word(self) -> Word:
        """The newest word."""
        return self._word

    def say(self, word: Word) -> None:
        """Take the editor's word in place of the one before."""
        self._word = word

    def judge(self, workspace: Path, recorded: bool) -> bool:
        """Tell whether a workspace is trusted, where `recorded` is what the user's state says of it."""
        word = self._word
        return not word.restricted and (recorded or lies_in(workspace, word))


def lies_in(workspace: Path, word: Word) -> bool:
    """Tell whether a workspace really lies in one of the folders, links resolved; one that holds such a folder does not."""
    real = _real(workspace)
    folders = [_real(folder) for folder in word.folders]
    return real is not None and any(folder is not None and real.is_relative_to(folder) for folder in folders)


def _real(folder: Path) -> Path | None:
    try:
        return folder.resolve()
    except (OSError, RuntimeError):  # a loop of links leads nowhere
        return None
