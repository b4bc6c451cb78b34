"""What a file has to become so that a change is taken back; nothing is written here but what a backup needs."""

import msgspec

from calibrant.change import words
from calibrant.change.files import Found, Move, read
from calibrant.change.hunks import Clash, inverse, take_back
from calibrant.change.site import Became, FileOutcome, Site, target_of
from calibrant.model.applied import ChangedFile, digest_of
from calibrant.model.encoding import Decoded, decode
from calibrant.model.text import TextEdit, apply_edits


class Back(msgspec.Struct, frozen=True):
    """How one file is taken back: what it becomes, and what that is called."""

    file: ChangedFile
    move: Move
    became: Became
    note: str = ""

    @property
    def outcome(self) -> FileOutcome:
        """Return what to tell of it."""
        return FileOutcome(self.file.path, self.became, self.note)


def plan_back(site: Site, file: ChangedFile, *, whole: bool) -> Back | FileOutcome:
    """Return how a file is taken back, or the conflict that stands in the way. With `whole` there is none.

    Raises:
        Refused: the file cannot be read.
        StoreError: its backup cannot be read.
    """
    found = read(target_of(site, file.path), file.path)
    if found is None:
        return _back(file, None, site.store.kept(file.before), "restored")
    if not file.is_open and digest_of(found.data) in {file.after, file.before}:
        became: Became = "unchanged" if digest_of(found.data) == file.before else "restored"
        return _back(file, found, site.store.kept(file.before), became)
    try:
        written = decode(found.data)
        edits = text_back(site, file, written.text)
        reason = words.OVERLAP.format(name=file.path, line=edits.line) if isinstance(edits, Clash) else ""
    except UnicodeDecodeError:
        written, edits, reason = Decoded(""), Clash(0), words.NO_TEXT_NOW.format(name=file.path)
    if not isinstance(edits, Clash):
        return _back(file, found, written.encode(apply_edits(written.text, edits)), "merged" if edits else "unchanged")
    if not whole:
        return FileOutcome(file.path, "conflict", reason)
    before = site.store.kept(file.before)
    kept = words.KEPT_COPY.format(path=site.store.kept_at(digest_of(found.data)))
    return _back(file, found, written.encode(before.decode()) if file.is_open else before, "restored", kept)


def text_back(site: Site, file: ChangedFile, text: str) -> tuple[TextEdit, ...] | Clash:
    """Return the edits that take a change out of the text as it is now, or where it was edited since.

    Raises:
        StoreError: the backup cannot be read.
    """
    before = text_of(file, site.store.kept(file.before))
    after = text_of(file, site.store.kept(file.after))
    edits = () if text == before else take_back(after, file.hunks, text)
    if isinstance(edits, Clash) and not isinstance(take_back(before, inverse(after, file.hunks), text), Clash):
        return ()  # the text from before stands where the change was: it has been taken out, or was never saved
    return edits


def text_of(file: ChangedFile, data: bytes) -> str:
    """Return the text of one of the file's backups."""
    return data.decode() if file.is_open else decode(data).text


def _back(file: ChangedFile, found: Found | None, new: bytes, became: Became, note: str = "") -> Back:
    if found is None:
        return Back(file, Move(file.path, None, new, file.mode), became, note)
    return Back(file, Move(file.path, found.data, new, found.mode), became, note)
