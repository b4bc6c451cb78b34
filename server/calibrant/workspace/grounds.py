"""Where the commands of workflows run: the survey of each folder, made once, and made anew after it was outdated."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from calibrant.model.toolchain import Ground, Survey
from calibrant.workspace.locate import surveyed, too_wide

_log = logging.getLogger(__name__)
_TRIES = 3
"""How often a survey is made anew, one after the other, because its folder changed meanwhile."""


class Site(msgspec.Struct, frozen=True):
    """The folder that is surveyed for a workflow, and the one that its paths start at, relative to that."""

    folder: Path
    start: str


class _Kept:
    """The survey of one folder. `wanted` counts what outdated it, `made` says up to where it was taken in.

    `followed`: somebody outdates it when its files change.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.survey: Survey | None = None
        self.grounds: dict[str, Ground] = {}
        self.wanted = 1
        self.made = 0
        self.followed = False
        self.seconds = 0.0


class Grounds:
    """Knows where commands run; may be used in any thread.

    `survey(folder)` goes through a folder, which takes time and the disk; what it raises is logged, and nothing is known then.
    `lasting`: a survey is good for the whole process; else only as long as somebody follows the folder (`follow`).
    """

    def __init__(self, survey: Callable[[Path], Survey], *, lasting: bool = True) -> None:
        self._survey = survey
        self._lasting = lasting
        self._sites: dict[tuple[Path, str], Site | None] = {}
        self._kept: dict[Path, _Kept] = {}

    def site(self, path: str) -> Site | None:
        """Return where a workflow stands; None for one that is no file, or where nobody means to look around."""
        file = Path(path)
        key = (file.parent, file.name)
        if key not in self._sites:
            self._sites[key] = _site(file)
        return self._sites[key]

    def known(self, path: str) -> Ground | None:
        """Return where the commands of a workflow run, as far as that is known; nothing is read but where the workspace is."""
        site = self.site(path)
        kept = self._kept.get(site.folder) if site else None
        return _ground(kept, site.start) if site and kept else None

    def at(self, path: str) -> Ground | None:
        """Return where the commands of a workflow run, surveyed now unless that is done; takes time and the disk."""
        site = self.site(path)
        if site is None:
            return None
        return _ground(self._surveyed(site.folder), site.start)

    def survey(self, folder: Path) -> Survey | None:
        """Return what is in a folder now, surveyed unless that is done; None where it cannot be. Takes time and the disk.

        A survey that was outdated while it was made is dropped, and made again.
        """
        return self._surveyed(folder).survey

    def _surveyed(self, folder: Path) -> _Kept:
        kept = self._kept.setdefault(folder, _Kept())
        with kept.turn:
            if not (self._lasting or kept.followed):
                kept.wanted += 1
            began = time.monotonic()
            if kept.made < kept.wanted:
                self._make(folder, kept)
                kept.seconds = time.monotonic() - began
        return kept

    def _make(self, folder: Path, kept: _Kept) -> None:
        for _ in range(_TRIES):
            wanted = kept.wanted
            survey = self._made(folder)
            if wanted == kept.wanted:
                kept.made = wanted
                break
        # of a folder that changes all the time, what was seen last is better than what was seen long ago
        _keep(kept, survey)

    def last(self, folder: Path) -> Survey | None:
        """Return the newest survey of a folder that there is; nothing is read."""
        kept = self._kept.get(folder)
        return kept.survey if kept else None

    def is_fresh(self, folder: Path) -> bool:
        """Tell whether a folder was surveyed, and not outdated since."""
        kept = self._kept.get(folder)
        return kept is not None and kept.made >= kept.wanted

    def seconds(self, folder: Path) -> float:
        """Return how long it took to survey a folder last, with what was made again meanwhile."""
        kept = self._kept.get(folder)
        return kept.seconds if kept else 0.0

    def outdate(self, folder: Path) -> None:
        """Let a folder be surveyed anew when it is next asked for; until then the last survey stands."""
        if folder in self._kept:
            self._kept[folder].wanted += 1

    def follow(self, folder: Path) -> None:
        """Keep a folder's survey from now on: the caller outdates it when the files in it change."""
        kept = self._kept.setdefault(folder, _Kept())
        kept.followed = True
        kept.wanted += 1  # what happened before was not seen

    def forget(self, folder: Path) -> None:
        """Let go of a folder's survey: nobody follows it any longer."""
        self._kept.pop(folder, None)

    def move(self) -> None:
        """Find out anew where workspaces begin: what makes a folder one came or went."""
        self._sites.clear()

    def _made(self, folder: Path) -> Survey | None:
        try:
            return self._survey(folder)
        except OSError as error:
            _log.warning("%s was not looked through for toolchains: %s", folder, error)
        except Exception:  # noqa: BLE001 - checks of workflows must not hang on whatever lies around them; logged
            _log.exception("Cannot look through %s for toolchains", folder)
        return None


def _keep(kept: _Kept, survey: Survey | None) -> None:
    """Take a survey; one that says the same as the last leaves that, so that whoever compares sees the same object."""
    if survey != kept.survey:
        kept.survey = survey
        kept.grounds = {}


def _ground(kept: _Kept, start: str) -> Ground | None:
    grounds, survey = kept.grounds, kept.survey
    if survey is None:
        return None
    ground = grounds.get(start)
    if ground is None or ground.survey is not survey:
        ground = grounds[start] = Ground(survey, start)
    return ground


def _site(file: Path) -> Site | None:
    if not file.is_absolute():
        return None
    folder, start = surveyed(file)
    return None if too_wide(folder) else Site(folder, start.relative_to(folder).as_posix())
