"""Why a file was not changed, in words with a next step."""

import errno

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_WORDS: dict[int, str] = {
    errno.EROFS: "‘{name}’ lies on a disk that can only be read. Copy it to another place to change it.",
    errno.EACCES: "‘{name}’ cannot be changed: you may not write in its folder. Give yourself the right to (chmod u+w).",
    errno.EPERM: "‘{name}’ cannot be changed: the system forbids it. See who owns it and whether it is locked.",
    errno.ENOENT: "‘{name}’ is not there any longer. Bring it back, then try again.",
    errno.ENOTDIR: "‘{name}’ is not there any longer: a folder on its way is now a file. Bring it back, then try again.",
    errno.EISDIR: "‘{name}’ is a folder, not a file. Move it away, then try again.",
    errno.ENAMETOOLONG: "The path of ‘{name}’ is too long for this system. Move it to a folder with a shorter path.",
    errno.ELOOP: "‘{name}’ is a link that leads back to itself. Replace it by the file it stands for.",
    errno.EBUSY: "‘{name}’ is in use by another program. Close it there, then try again.",
    errno.ETXTBSY: "‘{name}’ is in use by another program. Close it there, then try again.",
}


class Refused(Exception):  # noqa: N818 - it is an answer: the file stays as it is
    """A file is not changed; the message says why and what to do."""


def refused(error: OSError, name: str) -> Refused:
    """Return what to tell a user about an error of the system."""
    if error.errno in _NO_ROOM:
        return Refused(f"There is no room on the disk to write ‘{name}’. Free some space, then try again.")
    words = _WORDS.get(error.errno or 0)
    if words is not None:
        return Refused(words.format(name=name))
    return Refused(f"‘{name}’ cannot be changed ({(error.strerror or 'unknown reason').lower()}).")


CHANGED = "‘{name}’ was changed by someone else meanwhile, and was left as it is. Check it again, then repeat this."
NO_FOLDER = "‘{name}’ cannot be made: a folder on its way is a file. Move that away, then try again."
THERE_ALREADY = "‘{name}’ is there already, and was left as it is. Give the new file another name (--name)."
NOT_WRITABLE = "‘{name}’ is read-only. Make it writable (chmod u+w), then try again."
OUTSIDE = "‘{name}’ leads to a place outside the workspace ‘{workspace}’, where nothing is changed."
NOT_A_FILE = "‘{name}’ is not an ordinary file. Only ordinary files are changed."
BUSY = "‘{name}’ is being changed by another process (session {session}). Try again when it is done."
GONE = "‘{name}’ is not there any longer. Bring it back, then try again."
EDITS_OVERLAP = "Two of the changes of ‘{name}’ meet in the same text. Apply one, check again, then the other."
HALF_CHARACTER = "The new text of ‘{name}’ holds half a character, which cannot be saved. Write it by hand."
NOT_TEXT = "‘{name}’ is not {encoding} text. Save it as UTF-8, then try again."
BINARY = "‘{name}’ holds binary data, not text."
NOTHING = "Nothing would change: the text is as it should be already."
OVERLAP = (
    "‘{name}’ was edited since where the fix had changed it (line {line} then), so it cannot be taken back alone. "
    "Nothing was changed. You can have the whole file as it was before the fix; what it is now stays in the backups."
)
OVERLAP_OPEN = (
    "‘{name}’ was edited since where the fix had changed it (line {line} then), so it cannot be taken back alone. "
    "Nothing was changed. You can have the whole text as it was before the fix; the editor's undo brings this one back."
)
OVERLAP_KEEP = (
    "‘{name}’ was edited since where the fix would change it (line {line} then), so it cannot be put back. "
    "Nothing was changed. Look at what is on offer now, or make the change by hand."
)
NO_TEXT_NOW = (
    "‘{name}’ is no text any longer, so the fix cannot be taken back alone. Nothing was changed. "
    "You can have the whole file as it was before the fix; what it is now stays in the backups."
)
HARD_LINKED = "It has other names (hard links), which keep the old text."
OWNER = "Its owner or group could not be kept: it is yours now."
KEPT_COPY = "What it was until now is kept in ‘{path}’."
NO_SESSION = "There is no session of changes ‘{session}’ in this workspace; it may have been too old to keep."
NOTHING_LEFT = "There is nothing to roll back."
TWICE = "Session {session} was rolled back already."
NOT_APPLIED = "Session {session} changed nothing, so there is nothing to roll back."
KEPT_ALREADY = "Session {session} is kept already."
UNDER_WAY = "Session {session} is still under way. Try again when it is done."
INTERRUPTED = "The change was interrupted; the files are as they were before it."
INTERRUPTED_CLASH = "The change was interrupted, and could not be taken back everywhere: {what}"
NOT_VERIFIED_YET = "It has not been verified yet."
INTERRUPTED_VERIFYING = "Calibrant ended before it could be verified."
INTERRUPTED_ROLLBACK = "It was rolled back after an interruption."
BY_USER = "You took it back."
NOT_HOLDING = "It did not hold: {reason}"
NOT_HOLDING_STAYS = "It did not hold: {reason} It could not be taken back: {why}"
KEPT = "You kept it."
