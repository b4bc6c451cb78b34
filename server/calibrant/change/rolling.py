"""Rolling back: the exact bytes where a file is as the fix left it, only the fix's own hunks where it was edited elsewhere."""

import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from calibrant.change import words
from calibrant.change.back import Back, plan_back, text_back, text_of
from calibrant.change.files import replace_all
from calibrant.change.hunks import Clash
from calibrant.change.settling import settle
from calibrant.change.site import Done, FileOutcome, Site, key_of, locked
from calibrant.change.words import Refused
from calibrant.model.applied import OPEN_STATUSES, STANDING, ChangedFile, ChangeSession, Outcome
from calibrant.model.text import Span, TextEdit

SEARCHED = 1000
"""How many sessions are looked through for the newest that can be rolled back."""


class RollbackEdits(msgspec.Struct, frozen=True):
    """How open documents are rolled back: `edits` of each one's text by its path as given; `closed` files are left to
    `rollback`, with `edited` naming the documents once the editor has applied the edits.

    Where nothing can be done, `reason` says why, with `conflicts` as in `Done`.
    """

    session: str = ""
    edits: Mapping[Path, tuple[TextEdit, ...]] = {}
    closed: tuple[str, ...] = ()
    reason: str = ""
    conflicts: tuple[FileOutcome, ...] = ()


class PlannedSession(msgspec.Struct, frozen=True):
    """How the files of a session are taken back: by edits of an open one's text, else on disk; `documents` by their keys.

    Where nothing can be done, there are no files, and `reason` says why, with `conflicts` as in `Done`.
    """

    session: str
    files: tuple[tuple[ChangedFile, tuple[TextEdit, ...] | Back], ...] = ()
    documents: Mapping[str, Path] = {}
    reason: str = ""
    conflicts: tuple[FileOutcome, ...] = ()


def rollback(
    site: Site,
    session: str | None = None,
    *,
    path: Path | None = None,
    whole: bool = False,
    edited: Collection[Path] = (),
) -> Done:
    """Roll back a session, or the newest that stands (of those that changed `path`): all its files, or none.

    `whole`: where a file was edited since in the same place, its whole backup takes the file's place. `edited`: open
    documents of the session from which the editor has taken the change out already.

    Raises:
        StoreError: the state directory cannot be used, or a backup cannot be read; no file was changed, or the next
            `settle` sees to it.
    """
    try:
        settle(site)
        chosen = choose(site, session, path)
        with locked(site, [file.path for file in chosen.files], chosen.id):
            chosen = choose(site, chosen.id, None)  # another process may just have been here
            skip = frozenset(key_of(site, document) for document in edited)
            return roll_back(site, chosen, reason=words.BY_USER, outcome="undone", whole=whole, skip=skip)
    except Refused as error:
        return Done("refused", str(error), session or "")


def rollback_edits(
    site: Site, texts: Mapping[Path, str], session: str | None = None, *, path: Path | None = None, whole: bool = False
) -> RollbackEdits:
    """Return the edits that roll back a session in open documents, whose texts are given; nothing is written.

    Raises:
        StoreError: the store or a backup cannot be read.
    """
    planned = plan_session(site, texts, session, path=path, whole=whole)
    edits = {planned.documents[file.path]: plan for file, plan in planned.files if isinstance(plan, tuple)}
    closed = tuple(file.path for file, _ in planned.files if file.path not in planned.documents)
    return RollbackEdits(planned.session, edits, closed, planned.reason, planned.conflicts)


def plan_session(
    site: Site, texts: Mapping[Path, str], session: str | None, *, path: Path | None, whole: bool
) -> PlannedSession:
    """Return how each file of a session is taken back, with the arguments of `rollback_edits`; nothing is written.

    Raises:
        StoreError: the store or a backup cannot be read.
    """
    try:
        chosen = choose(site, session, path)
        by_key = keyed(site, texts)
        plans = [(file, plan_anywhere(site, file, by_key, texts, whole=whole)) for file in chosen.files]
    except Refused as error:
        return PlannedSession(session or "", reason=str(error))
    conflicts = tuple(plan for _, plan in plans if isinstance(plan, FileOutcome))
    if conflicts:
        return PlannedSession(chosen.id, reason=conflicts[0].note, conflicts=conflicts)
    files = tuple((file, plan) for file, plan in plans if not isinstance(plan, FileOutcome))
    return PlannedSession(chosen.id, files, by_key)


def keyed(site: Site, documents: Iterable[Path]) -> dict[str, Path]:
    """Return open documents by their keys. One that leads outside the workspace is in no session, and is left out."""
    found: dict[str, Path] = {}
    for document in documents:
        with suppress(Refused):
            found[key_of(site, document)] = document
    return found


def choose(site: Site, session: str | None, path: Path | None) -> ChangeSession:
    """Return the session to roll back.

    Raises:
        Refused: there is none, or it cannot be.
    """
    if session is None:
        sessions = site.store.history(None if path is None else key_of(site, path), SEARCHED)
        newest = next((found for found in sessions if found.status in STANDING | {"unreadable"}), None)
        if newest is None:
            raise Refused(words.NOTHING_LEFT)
        session = newest.id
    found = site.store.get(session)
    if found is None:
        raise Refused(words.NO_SESSION.format(session=session))
    if found.status == "unreadable":
        raise Refused(found.reason)
    if found.status in OPEN_STATUSES:
        raise Refused(words.UNDER_WAY.format(session=session))
    if found.status not in STANDING:
        raise Refused((words.TWICE if found.status == "rolled_back" else words.NOT_APPLIED).format(session=session))
    return found


def roll_back(
    site: Site,
    session: ChangeSession,
    *,
    reason: str,
    outcome: Outcome,
    whole: bool = False,
    skip: frozenset[str] = frozenset(),
) -> Done:
    """Roll a session back, whose files the caller has locked.

    Raises:
        Refused: a file cannot be read or written; nothing is changed.
        StoreError: as for `rollback`.
    """
    plans = [plan_back(site, file, whole=whole) for file in session.files if file.path not in skip]
    conflicts = tuple(plan for plan in plans if isinstance(plan, FileOutcome))
    if conflicts:
        return Done("refused", conflicts[0].note, session.id, conflicts=conflicts)
    backs = [plan for plan in plans if isinstance(plan, Back)]
    noted = {back.file.path: _noted(site, back) for back in backs}
    files = tuple(noted.get(file.path, file) for file in session.files)
    under_way = msgspec.structs.replace(session, status="rolling_back", files=files, reason=reason)
    site.store.write(under_way)
    site.at("rolling back")
    try:
        replace_all(site, session.id, [back.move for back in backs if back.move.old != back.move.new])
    except Refused:
        site.store.write(session)
        raise
    site.store.write(msgspec.structs.replace(under_way, status="rolled_back", ended=time.time()), outcome)
    site.at("rolled back")
    return Done("rolled_back", reason, session.id, tuple(back.outcome for back in backs))


def _noted(site: Site, back: Back) -> ChangedFile:
    """Keep what is there and what shall be, so that an interruption costs neither."""
    found = None if back.move.old is None else site.store.keep(back.move.old)
    return msgspec.structs.replace(back.file, found=found, back=site.store.keep(back.move.new), note=back.note)


def plan_anywhere(
    site: Site, file: ChangedFile, by_key: Mapping[str, Path], texts: Mapping[Path, str], *, whole: bool
) -> tuple[TextEdit, ...] | Back | FileOutcome:
    """Return how a file is taken back: by edits of its text where it is open, else on disk; or what stands in the way.

    Raises:
        Refused: the file cannot be read.
        StoreError: its backup cannot be read.
    """
    if file.path not in by_key:
        return plan_back(site, file, whole=whole)
    text = texts[by_key[file.path]]
    edits = text_back(site, file, text)
    if not isinstance(edits, Clash):
        return edits
    if not whole:
        return FileOutcome(file.path, "conflict", words.OVERLAP_OPEN.format(name=file.path, line=edits.line))
    return (TextEdit(Span(0, len(text)), text_of(file, site.store.kept(file.before))),)
