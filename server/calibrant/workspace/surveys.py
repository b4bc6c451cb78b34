"""The surveys that documents' commands hang on, made in threads when first needed, and anew as files come, go and change."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from calibrant.model.toolchain import Ground, Survey
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.grounds import Grounds

if TYPE_CHECKING:
    from calibrant.workspace.analysis import Analysis

GATHER = 0.25
"""Seconds for which changes on disk are gathered before a folder is surveyed anew."""
_SHARE = 10
"""How many times as long as the last survey took it is at least to the next one: a build changes files all the time."""
_LONGEST = 30.0
"""Seconds for which changes are gathered at most."""
_MANY = 2_000
"""Changes of one folder that are gathered; of more it is not asked whether any of them matters."""


class _User(msgspec.Struct, frozen=True):
    """A document that hangs on a folder. `name` is its path, `ground` what it was read with last."""

    folder: Path
    name: str
    ground: Ground | None


class Surveys:
    """What is known of the tools that documents' commands find. Lives on the event loop's thread, but for `newest`.

    `renew(key)` has a document read anew in a thread, with what `newest` says, and returns what came of it; `watched(folder)`
    tells whether changes of its files are told (`changed`); `spawn(work)` does something beside all else; `begun()` is called
    when the first folder is followed.
    """

    def __init__(
        self,
        grounds: Grounds,
        *,
        renew: "Callable[[str], Coroutine[Any, Any, Analysis | None]]",
        watched: Callable[[Path], bool],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        self._grounds = grounds
        self._renew = renew
        self._watched = watched
        self._spawn = spawn
        self._begun: Callable[[], None] | None = begun
        self._users: dict[str, _User] = {}
        self._stands: dict[str, _User] = {}
        self._renewing: set[str] = set()
        self._folders: dict[Path, int] = {}
        self._news: dict[Path, set[str]] = {}
        self._told: dict[Path, Survey | None] = {}
        self._ended: dict[Path, float] = {}
        self._at_work: set[Path] = set()

    def ground_of(self, path: str) -> Ground | None:
        """Return where a workflow's commands run, for reading it on the loop; nothing is read for it.

        A document stays on its ground until it was read in a thread with a newer one: no key is to pay for that.
        """
        user = self._stands.get(path)
        return user.ground if user is not None else self._grounds.known(path)

    def newest(self, path: str) -> Ground | None:
        """Return where a workflow's commands run, as far as that is known; nothing is read for it. For any thread."""
        return self._grounds.known(path)

    def seen(self, snapshot: Snapshot, analysis: "Analysis | None") -> None:
        """Take a document that was read: where it has commands, its folder is surveyed, and followed from now on."""
        if analysis is None or not _has_commands(analysis):
            return  # its commands may be back with the next key: its folder is followed until it is gone
        site = self._grounds.site(snapshot.name)
        if site is None:
            return
        self._use(snapshot.key, _User(site.folder, snapshot.name, analysis.checked.ground))
        if not self._grounds.is_fresh(site.folder):
            self._survey_soon(site.folder)
        if analysis.checked.ground is not self._grounds.known(snapshot.name):
            self._spawn(self._follow(snapshot.key))

    def gone(self, key: str) -> None:
        """Forget a document; of a folder that no other hangs on, changes count no longer."""
        user = self._users.pop(key, None)
        if user is None:
            return
        folder = user.folder
        self._stands.pop(user.name, None)
        self._folders[folder] -= 1
        if not self._folders[folder]:
            del self._folders[folder]
            for held in (self._news, self._told, self._ended):
                held.pop(folder, None)
            self._grounds.forget(folder)

    def concerns(self, path: str, *, came_or_went: bool) -> bool:
        """Tell whether a change on disk may matter to some survey, by its path alone."""
        if not self._folders:
            return False
        from calibrant.workspace.evidence import may_matter

        return any(
            may_matter(path[len(root) :].replace(os.sep, "/"), came_or_went=came_or_went)
            for folder in self._folders
            if path.startswith(root := f"{folder}{os.sep}")
        )

    def changed(self, paths: Iterable[Path]) -> None:
        """Take in files and folders that were made, changed or deleted: there may be thousands."""
        for name in map(str, paths):
            for folder in self._folders:
                root = str(folder)
                if name.startswith(f"{root}{os.sep}"):
                    self._take(folder, name[len(root) + 1 :].replace(os.sep, "/"))
                elif name == root:
                    self._grounds.outdate(folder)
                    self._survey_soon(folder)

    def saved(self, path: Path) -> None:
        """Look again at a folder whose files nobody watches: a workflow in it was saved."""
        user = self._users.get(str(path))
        if user is not None and not self._watched(user.folder):
            self._grounds.outdate(user.folder)
            self._survey_soon(user.folder)

    async def survey(self, folder: Path) -> Survey | None:
        """Return what is in a folder now, whether documents hang on it or not.

        Changes that were told a moment ago and are still gathered count, too.
        """
        if self._news.get(folder):
            self._grounds.outdate(folder)
        survey = await asyncio.to_thread(self._grounds.survey, folder)
        if folder in self._folders:
            self._tell(folder)
        else:
            self._grounds.forget(folder)
        return survey

    def _use(self, key: str, user: _User) -> None:
        before, folder = self._users.get(key), user.folder
        if before is None or before.folder != folder:
            self.gone(key)
            if folder not in self._folders:
                self._folders[folder] = 0
                self._grounds.follow(folder)
                if self._begun is not None:
                    begun, self._begun = self._begun, None
                    begun()
            self._folders[folder] += 1
        self._users[key] = self._stands[user.name] = user

    def _take(self, folder: Path, relative: str) -> None:
        from calibrant.workspace.evidence import may_matter

        if not may_matter(relative, came_or_went=True):
            return
        news = self._news.setdefault(folder, set())
        if len(news) < _MANY:
            news.add(relative)
        if may_matter(relative, came_or_went=False):
            self._grounds.outdate(folder)  # a run that begins before the next survey has it made
        self._survey_soon(folder)

    def _survey_soon(self, folder: Path) -> None:
        if folder not in self._at_work:
            self._at_work.add(folder)
            self._spawn(self._keep_up(folder))

    async def _keep_up(self, folder: Path) -> None:
        """Survey a folder until it is known as it is now."""
        try:
            while folder in self._folders:
                if folder in self._news:
                    await asyncio.sleep(self._pause(folder))
                    news = self._news.pop(folder, set())
                    if await asyncio.to_thread(self._matters, folder, news):
                        self._grounds.outdate(folder)
                elif self._grounds.is_fresh(folder):
                    self._tell(folder)
                    return
                else:
                    await asyncio.to_thread(self._grounds.survey, folder)
                    self._ended[folder] = time.monotonic()
                    self._tell(folder)
        finally:
            self._at_work.discard(folder)

    def _pause(self, folder: Path) -> float:
        """Return for how long changes are gathered: soon after a survey that took long, the longer."""
        next_at = self._ended.get(folder, 0.0) + min(_SHARE * self._grounds.seconds(folder), _LONGEST)
        return max(GATHER, next_at - time.monotonic())

    def _matters(self, folder: Path, news: set[str]) -> bool:
        """Tell whether changes can make a difference: files that are read, and what came or went."""
        from calibrant.workspace.evidence import matters

        survey = self._grounds.last(folder)
        return survey is None or len(news) >= _MANY or matters(survey, news)

    def _tell(self, folder: Path) -> None:
        """Have the documents read anew that hang on a folder, where its survey says something new, whoever made that."""
        last = self._grounds.last(folder)
        if folder not in self._folders or self._told.get(folder) is last:
            return
        self._told[folder] = last
        for key in [key for key, user in self._users.items() if user.folder == folder]:
            self._spawn(self._follow(key))

    async def _follow(self, key: str) -> None:
        """Have a document read anew until it was read with what is known now."""
        if key in self._renewing:
            return
        self._renewing.add(key)
        try:
            while (analysis := await self._renew(key)) is not None and (user := self._users.get(key)) is not None:
                if _has_commands(analysis):
                    ground = analysis.checked.ground
                    self._use(key, _User(user.folder, user.name, ground))
                    if ground is not self._grounds.known(user.name):
                        continue
                else:  # its text has none now; the next one that has some is read with what is known
                    self._stands.pop(user.name, None)
                return
        finally:
            self._renewing.discard(key)


def _has_commands(analysis: "Analysis") -> bool:
    return any(step.body.script for step in analysis.workflow.steps)
