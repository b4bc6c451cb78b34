"""Applying edits to files: backed up, whole or not at all, verified, and taken back where they do not hold."""

import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from calibrant.change import words
from calibrant.change.back import text_of
from calibrant.change.files import Found, Move, put_back, read, replace_all
from calibrant.change.hunks import Clash, inverse, take_back
from calibrant.change.rolling import roll_back
from calibrant.change.settling import settle
from calibrant.change.site import Done, FileOutcome, Site, key_of, locked, target_of
from calibrant.change.words import Refused
from calibrant.model.applied import AppliedFix, ChangedFile, ChangeSession, Outcome, Verdict, Verify, digest_of
from calibrant.model.encoding import Decoded, called, decode
from calibrant.model.ports import StoreError
from calibrant.model.text import TextEdit, apply_edits


class FileEdits(msgspec.Struct, frozen=True):
    """Edits of one file, on its decoded text; `expected` are the bytes they were made for, or their `digest_of`.

    `path` is absolute or leads from the workspace's folder.
    """

    path: Path
    expected: bytes | str
    edits: tuple[TextEdit, ...]


class _Planned(msgspec.Struct, frozen=True):
    move: Move
    hunks: tuple[TextEdit, ...]


async def apply(
    site: Site,
    edits: Sequence[FileEdits],
    fixes: Sequence[AppliedFix],
    verify: Verify | None,
    *,
    answers: str = "",
    session: str = "",
) -> Done:
    """Apply edits of one or several files together, verify them, and keep them or roll them back.

    Without `verify` they are kept. `answers`: the session of the run that found what they repair; `session`: the identity
    that this one shall have, where the caller has given one already. A status of `refused` means that no file was changed.

    Raises:
        StoreError: the state directory cannot be used; no file was changed, or the next `settle` sees to it.
    """
    session = session or new_session()
    try:
        _settled(site, [key_of(site, file.path) for file in edits])
        planned = _plan(site, edits)
        with locked(site, [plan.move.key for plan in planned], session):
            return await _apply(site, session, planned, tuple(fixes), verify, answers)
    except Refused as error:
        return Done("refused", str(error))


async def keep(site: Site, session: str) -> Done:
    """Keep a change that could not be verified, or put one back that did not hold, because the user wants it all the same.

    It is put back into the files as they are on disk, also where an editor held them; later edits elsewhere in them stay.

    Raises:
        StoreError: as for `apply`.
    """
    settle(site)
    known = site.store.get(session)
    if known is None:
        return Done("refused", words.NO_SESSION.format(session=session))
    if known.status == "unreadable":
        return Done("refused", known.reason, session)
    if known.status == "rolled_back":
        try:
            edits = [_again(site, file) for file in known.files]
        except Refused as error:
            return Done("refused", str(error), session)
        return await apply(site, edits, known.fixes, None, answers=known.answers)
    if known.status == "kept":
        return Done("refused", words.KEPT_ALREADY.format(session=session), session)
    if known.status not in {"verified", "unverified"}:
        return Done("refused", words.NOT_APPLIED.format(session=session), session)
    site.store.write(msgspec.structs.replace(known, status="kept", reason=words.KEPT, ended=time.time()), "kept")
    return Done("kept", words.KEPT, session)


def new_session() -> str:
    """Return an identity for a session, ordered by time."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"


async def _apply(
    site: Site,
    session: str,
    planned: Sequence[_Planned],
    fixes: tuple[AppliedFix, ...],
    verify: Verify | None,
    answers: str,
) -> Done:
    files = tuple(_backed_up(site, plan) for plan in planned)
    site.at("backed up")
    moves = [plan.move for plan in planned]
    begun = ChangeSession(session, "prepared", files, fixes, answers=answers, started=time.time())
    site.store.write(begun)
    site.at("journalled")
    try:
        notes = replace_all(site, session, moves)
    except Refused as error:
        site.store.write(msgspec.structs.replace(begun, status="refused", reason=str(error), ended=time.time()))
        return Done("refused", str(error), session)
    noted = tuple(msgspec.structs.replace(file, note=note) for file, note in zip(files, notes, strict=True))
    applied = msgspec.structs.replace(begun, status="applied", files=noted)
    try:
        site.store.write(applied)
    except StoreError:  # what is not remembered cannot be taken back later
        put_back(site, session, moves)
        raise
    site.at("applied")
    done = await _verified(site, applied, verify)
    site.store.make_room()
    return done


async def _verified(site: Site, applied: ChangeSession, verify: Verify | None) -> Done:
    if verify is None:
        return _end(site, msgspec.structs.replace(applied, status="kept", reason=words.KEPT), "kept")
    interrupted = msgspec.structs.replace(applied, status="unverified", reason=words.INTERRUPTED_VERIFYING)
    try:
        verdict = await verify(applied.id)
    except BaseException:
        _end(site, interrupted, "unverified")
        raise
    site.at("verified")
    if verdict.holds is None:
        return _end(site, msgspec.structs.replace(applied, status="unverified", reason=verdict.reason), "unverified")
    if verdict.holds:
        return _end(site, msgspec.structs.replace(applied, status="verified", reason=verdict.reason), "verified")
    return _not_holding(site, applied, verdict)


def _not_holding(site: Site, applied: ChangeSession, verdict: Verdict) -> Done:
    """Take back what does not hold; where that cannot be done, it stays, and the session says why."""
    why = words.NOT_HOLDING.format(reason=verdict.reason)
    try:
        done = roll_back(site, applied, reason=why, outcome="rolled_back")
    except Refused as error:
        done = Done("refused", str(error), applied.id)
    if done.status != "refused":
        return done
    why = words.NOT_HOLDING_STAYS.format(reason=verdict.reason, why=done.reason)
    stays = _end(site, msgspec.structs.replace(applied, status="unverified", reason=why), "unverified")
    return msgspec.structs.replace(stays, conflicts=done.conflicts)


def _end(site: Site, session: ChangeSession, outcome: Outcome) -> Done:
    site.store.write(msgspec.structs.replace(session, ended=time.time()), outcome)
    site.at("ended")
    files = tuple(FileOutcome(file.path, "changed", file.note) for file in session.files)
    return Done(session.status, session.reason, session.id, files)


def _settled(site: Site, keys: Iterable[str]) -> None:
    """Settle what was interrupted before.

    Raises:
        Refused: one of these files waits for that, and it cannot be done yet.
    """
    wanted = set(keys)
    for settled in settle(site):
        if settled.status not in {"rolled_back", "unverified", "refused"} and wanted & set(settled.paths):
            raise Refused(settled.reason)


def _plan(site: Site, edits: Sequence[FileEdits]) -> list[_Planned]:
    """Return what becomes of each file; nothing is written.

    Raises:
        Refused: a file cannot be changed, or none would be.
    """
    by_key: dict[str, tuple[bytes | str, tuple[TextEdit, ...]]] = {}
    for file in edits:
        key = key_of(site, file.path)
        expected, before = by_key.get(key, (file.expected, ()))
        by_key[key] = (expected, before + file.edits)
    planned = [_plan_file(site, key, expected, wanted) for key, (expected, wanted) in by_key.items()]
    planned = [plan for plan in planned if plan.move.old != plan.move.new]
    if not planned:
        raise Refused(words.NOTHING)
    return planned


def _plan_file(site: Site, key: str, expected: bytes | str, edits: tuple[TextEdit, ...]) -> _Planned:
    found = read(target_of(site, key), key)
    if found is None:
        raise Refused(words.GONE.format(name=key))
    if digest_of(found.data) != (expected if isinstance(expected, str) else digest_of(expected)):
        raise Refused(words.CHANGED.format(name=key))
    written = _text(key, found)
    try:
        new = written.encode(apply_edits(written.text, edits))
    except UnicodeEncodeError as error:
        raise Refused(words.HALF_CHARACTER.format(name=key)) from error
    except ValueError as error:
        raise Refused(words.EDITS_OVERLAP.format(name=key)) from error
    return _Planned(Move(key, found.data, new, found.mode), inverse(written.text, edits))


def _text(key: str, found: Found) -> Decoded:
    try:
        written = decode(found.data)
    except UnicodeDecodeError as error:
        raise Refused(words.NOT_TEXT.format(name=key, encoding=called(error.encoding))) from error
    if "\0" in written.text:
        raise Refused(words.BINARY.format(name=key))
    return written


def _backed_up(site: Site, plan: _Planned) -> ChangedFile:
    """Keep the bytes before and after; the user's own come first."""
    assert plan.move.old is not None
    before = site.store.keep(plan.move.old)
    after = site.store.keep(plan.move.new)
    return ChangedFile(plan.move.key, before, after, plan.hunks, plan.move.mode)


def _again(site: Site, file: ChangedFile) -> FileEdits:
    """Return the edits that put a change back into a file as it is now.

    Raises:
        Refused: the file cannot be read, or was edited where the change stood.
    """
    found = read(target_of(site, file.path), file.path)
    if found is None:
        raise Refused(words.GONE.format(name=file.path))
    before, after = (text_of(file, site.store.kept(digest)) for digest in (file.before, file.after))
    edits = take_back(before, inverse(after, file.hunks), _text(file.path, found).text)
    if isinstance(edits, Clash):
        raise Refused(words.OVERLAP_KEEP.format(name=file.path, line=edits.line))
    return FileEdits(Path(file.path), found.data, edits)
