"""What the editor tells of open documents, whose text it changes itself; and what there is to tell of all changes."""

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from calibrant.change import words
from calibrant.change.applying import new_session
from calibrant.change.files import read
from calibrant.change.hunks import inverse
from calibrant.change.site import Done, Site, key_of, target_of
from calibrant.change.words import Refused
from calibrant.model.applied import STANDING, AppliedFix, ChangedFile, ChangeSession, ChangeStatus, Outcome, Verdict
from calibrant.model.text import TextEdit, apply_edits


class OpenEdits(msgspec.Struct, frozen=True):
    """Edits that the editor made in an open document, whose text was `before`."""

    path: Path
    before: str
    edits: tuple[TextEdit, ...]


def record(
    site: Site,
    documents: Sequence[OpenEdits],
    fixes: Sequence[AppliedFix],
    *,
    answers: str = "",
    session: str = "",
    kept: bool = False,
) -> Done:
    """Remember fixes that the editor applied, with the texts before and after; `conclude` tells how they verified.

    `session` is the identity it shall have, where the caller has given one already. `kept`: the user wants them whether
    they hold or not.

    Raises:
        StoreError: the state directory cannot be used.
    """
    try:
        files = tuple(_remembered(site, document) for document in documents)
    except Refused as error:
        return Done("refused", str(error))
    status: ChangeStatus = "kept" if kept else "unverified"
    reason = words.KEPT if kept else words.NOT_VERIFIED_YET
    made = ChangeSession(session or new_session(), status, files, tuple(fixes), reason, answers, time.time())
    site.store.write(made, "kept" if kept else None)
    site.store.make_room()
    return Done(made.status, made.reason, made.id)


def conclude(site: Site, session: str, verdict: Verdict) -> Done:
    """Remember how fixes in open documents verified. What does not hold stays until `rolled_back` is told.

    Raises:
        StoreError: the state directory cannot be used.
    """
    reason = words.NOT_HOLDING.format(reason=verdict.reason) if verdict.holds is False else verdict.reason
    if verdict.holds is False:
        return _tell(site, session, "unverified", reason, None, holds=False)
    status: ChangeStatus = "verified" if verdict.holds else "unverified"
    return _tell(site, session, status, reason, "verified" if verdict.holds else "unverified", holds=verdict.holds)


def rolled_back(site: Site, session: str, *, reason: str = words.BY_USER, by_user: bool = True) -> Done:
    """Remember that the editor has taken a session's change out of its open documents: by edits or by undo.

    Raises:
        StoreError: the state directory cannot be used.
    """
    return _tell(site, session, "rolled_back", reason, "undone" if by_user else "rolled_back")


def history(site: Site, path: Path | None = None, limit: int = 20) -> Sequence[ChangeSession]:
    """Return the newest sessions of changes, of one file where `path` is given, newest first.

    Raises:
        StoreError: the store cannot be read.
    """
    try:
        return site.store.history(None if path is None else key_of(site, path), limit)
    except Refused:  # outside the workspace nothing was ever changed
        return ()


def _tell(
    site: Site, session: str, status: ChangeStatus, reason: str, outcome: Outcome | None, *, holds: bool | None = None
) -> Done:
    found = site.store.get(session)
    if found is None:
        return Done("refused", words.NO_SESSION.format(session=session), session)
    if found.status == "unreadable":
        return Done("refused", found.reason, session)
    if found.status not in STANDING:
        twice = words.TWICE if found.status == "rolled_back" else words.NOT_APPLIED
        return Done("refused", twice.format(session=session), session)
    told = msgspec.structs.replace(found, status=status, reason=reason, ended=time.time())
    site.store.write(msgspec.structs.replace(told, holds=found.holds if holds is None else holds), outcome)
    return Done(status, reason, session)


def _remembered(site: Site, document: OpenEdits) -> ChangedFile:
    key = key_of(site, document.path)
    on_disk = read(target_of(site, key), key)
    try:
        before = site.store.keep(document.before.encode())
        after = site.store.keep(apply_edits(document.before, document.edits).encode())
    except UnicodeEncodeError as error:
        raise Refused(words.HALF_CHARACTER.format(name=key)) from error
    mode = 0o644 if on_disk is None else on_disk.mode
    return ChangedFile(key, before, after, inverse(document.before, document.edits), mode, is_open=True)
