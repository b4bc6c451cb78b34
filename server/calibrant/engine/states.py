"""What the files of the workspace are like, apart from what the steps of a run did: by content, by name, all together."""

import os
import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from calibrant.engine import tree
from calibrant.engine.overlay import Overlay
from calibrant.engine.scrub import scrub
from calibrant.engine.traces import ANYTHING
from calibrant.model.connector import Freshness
from calibrant.model.failure import NotRun, StepError

MOST_FILES = 50_000
"""Files that a workspace may have for commands to be used again: looking at all of them must not cost what it saves."""

_BLOCK = 1 << 20
_BY_CONTENT = 64 << 20
"""Bytes up to which a file is read to tell whether it is as it was; of a larger one size, times and number on the disk tell."""
_GONE = "-"
_PASSING = frozenset({"objects", "logs", "lfs", "FETCH_HEAD"})
"""What stands in `.git` and says nothing of its own: HEAD, the index and the refs tell what it means."""

_LEFT_BY_EDITORS = re.compile(r"(^|/)(\.[^/]*\.sw[a-p]|\.?#[^/]*|[^/]*~)$")
"""Swap, lock and backup files, which come and go while someone edits."""

Signature = tuple[int, int, int, int]


class State(msgspec.Struct, frozen=True):
    """What a file or folder is like. `name` is what to call it, from the workspace where it lies in there.

    `links`: there are links below it, so that it also hangs on what lies elsewhere.
    """

    name: str
    digest: str
    place: Path
    signature: Signature | None
    folder: bool = False
    optional: bool = False
    links: bool = False

    @property
    def missing(self) -> bool:
        """Whether nothing is there."""
        return self.digest == _GONE

    def still(self) -> bool:
        """Tell whether it is as it was when it was looked at."""
        return self.folder or _signature(self.place) == self.signature


class Fingerprint(msgspec.Struct, frozen=True):
    """What all files of a workspace are like. `touched`: when each was touched last, by name, in seconds since the epoch."""

    digest: str
    touched: dict[str, float]

    def since(self, moment: float) -> str:
        """Return the file or folder that was touched last after a moment; empty where none was."""
        name = max(self.touched, key=lambda one: self.touched[one], default="")
        return name if name and self.touched[name] > moment else ""


class States:
    """Looks at files for one run. Used from several threads at once; everything here blocks."""

    def __init__(self, overlay: Overlay, workflow: Path) -> None:
        self._overlay = overlay
        self._workflow = workflow
        self._digests: dict[Path, tuple[Signature, str]] = {}

    def of(self, fresh: Freshness) -> list[State] | None:
        """Return what the files and folders are like that an output hangs on; None where one may not be looked at."""
        try:
            found = [self._file(self._overlay.place(path, "", untouched=True)) for path in fresh.files]
            beside = [self._file(self._beside(path, fresh.files)) for path in fresh.beside]
            found += [msgspec.structs.replace(state, optional=True) for state in beside]
            return found + [self._listing(self._overlay.place(path, "", untouched=True)) for path in fresh.folders]
        except (StepError, NotRun, OSError, ValueError):
            return None  # the call itself will say what is wrong with the file

    def _beside(self, path: str, files: Sequence[str]) -> Path:
        """Return the place of a file that lies beside another: beside what that leads to, where it is a link."""
        for file in files:
            if path.startswith(file) and "/" not in path[len(file) :]:
                place = self._overlay.place(file, "", untouched=True)
                return place.with_name(place.name + path[len(file) :])
        return self._overlay.place(path, "", untouched=True)

    def name(self, place: Path) -> str:
        """Return what a place is called, from the workspace where it lies in there."""
        inside = place.is_relative_to(self._overlay.workspace)
        return place.relative_to(self._overlay.workspace).as_posix() if inside else place.as_posix()

    def name_of(self, path: str) -> str:
        """Return what a path of the workflow is called there; that of one that may not be looked at is any."""
        try:
            return self.name(self._overlay.place(path, "", untouched=True))
        except StepError:
            return ANYTHING

    def _file(self, place: Path) -> State:
        name, signature = self.name(place), _signature(place)
        if signature is None:
            return State(name, _GONE, place, None)
        if place.is_dir():
            digest, links = _below(place)
            return State(name, digest, place, signature, folder=True, links=links)
        if signature[0] > _BY_CONTENT or not place.is_file():
            return State(name, repr(signature), place, signature)
        known = self._digests.get(place)
        if known is None or known[0] != signature:
            known = self._digests[place] = (signature, _content(place))
        return State(name, known[1], place, signature)

    def _listing(self, place: Path) -> State:
        if not place.is_dir():
            return State(self.name(place), _GONE, place, None, folder=True)
        digest, links = blake2b(digest_size=16), False
        for entry in tree.walk(place, leave_out=self._not_listed):
            links = links or entry.is_link
            if entry.is_file or (entry.is_link and self._leads_to_file(place / entry.relative)):
                digest.update(f"{entry.relative}\0".encode("utf-8", "surrogateescape"))
        return State(self.name(place), digest.hexdigest(), place, None, folder=True, links=links)

    def _leads_to_file(self, link: Path) -> bool:
        try:
            return self._overlay.place(str(link), "", untouched=True).is_file()
        except StepError:  # it leads out: for the workflow there is no file
            return False

    def _not_listed(self, folder: Path) -> bool:
        return folder.name in tree.CACHE_NAMES or folder.name == ".git" or self._overlay.left_out(folder)

    def everything(self) -> Fingerprint | None:
        """Return what all files of the workspace and open paths are like but the workflow's own; None where there are too many.

        Names, sizes, times and numbers on the disk tell. Of installed packages only what stands uppermost is looked at, and
        caches of tools are not.
        """
        digest = blake2b(digest_size=16)
        touched: dict[str, float] = {}
        root = self._overlay.workspace
        for above in (root, *(path for path in self._overlay.open_paths if not path.is_relative_to(root))):
            for entry in tree.walk(above, leave_out=self._skipped):
                if _LEFT_BY_EDITORS.search(entry.relative) or above / entry.relative == self._workflow:
                    continue
                if len(touched) >= MOST_FILES:
                    return None
                name = self.name(above / entry.relative)
                self._take(msgspec.structs.replace(entry, relative=name), digest, touched)
                if entry.environment:
                    for inner in tree.uppermost(above / entry.relative):
                        self._take(msgspec.structs.replace(inner, relative=f"{name}/{inner.relative}"), digest, {})
        for inner in tree.walk(root / ".git", leave_out=self._passing):
            if inner.relative not in _PASSING and not inner.is_folder:
                self._take(msgspec.structs.replace(inner, relative=f".git/{inner.relative}"), digest, {})
        return Fingerprint(digest.hexdigest(), touched)

    def _passing(self, folder: Path) -> bool:
        """Tell whether a folder of git's says nothing of its own: one of branches does, whatever their names."""
        inside = folder.relative_to(self._overlay.workspace / ".git").parts
        return folder.name in _PASSING and "refs" not in inside

    def _take(self, entry: tree.Entry, digest: "blake2b", touched: dict[str, float]) -> None:
        status = entry.status
        if entry.is_folder:  # its time changes with files of the run's own, such as the workflow's backup
            state: tuple[object, ...] = (entry.relative, status.st_mode)
        else:
            state = (entry.relative, status.st_mode, *_signature_of(status))
        digest.update(repr(state).encode("utf-8", "surrogateescape"))
        touched[entry.relative] = 0.0 if entry.is_folder else max(status.st_mtime, status.st_ctime)

    def _skipped(self, folder: Path) -> bool:
        return (
            folder.name in tree.CACHE_NAMES
            or folder == self._overlay.workspace / ".git"
            or self._overlay.left_out(folder)
        )


def environment_key(environ: Mapping[str, str], *, walled: bool, toolchains: str = "") -> str:
    """Return what stands for the environment that commands get; `walled`: in a sandbox; `toolchains`: what these give."""
    seen = sorted(scrub(environ, {}, home="", temporary="").items())
    return blake2b(repr((seen, walled, toolchains)).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _signature(place: Path) -> Signature | None:
    try:
        return _signature_of(place.stat())
    except OSError:
        return None


def _signature_of(status: os.stat_result) -> Signature:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _content(place: Path) -> str:
    digest = blake2b(digest_size=16)
    with place.open("rb") as file:
        while chunk := file.read(_BLOCK):
            digest.update(chunk)
    return digest.hexdigest()


def _below(folder: Path) -> tuple[str, bool]:
    """Return what stands for all that is below a folder (names, sizes, times), and whether there are links."""
    digest, links = blake2b(digest_size=16), False
    waiting, known = [folder], {folder}
    while waiting:
        above = waiting.pop()
        for entry in tree.walk(above):
            if entry.is_folder:
                continue
            place = above / entry.relative
            state = (str(place), *_signature_of(entry.status), *((_signature(place) or ()) if entry.is_link else ()))
            digest.update(repr(state).encode("utf-8", "surrogateescape"))
            if entry.is_link and (links := True) and place.is_dir() and (meant := place.resolve()) not in known:
                known.add(meant)
                waiting.append(meant)
    return digest.hexdigest(), links
