"""What a rollback would do, for the user to see before it is done; nothing is written."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from calibrant.change.back import Back
from calibrant.change.rolling import plan_session
from calibrant.change.site import FileOutcome, Site
from calibrant.model.encoding import decode
from calibrant.model.text import TextEdit, apply_edits


class FilePreview(msgspec.Struct, frozen=True):
    """One file's text as it is and as it would be; `before` is None for a file that is gone, either for what is no text."""

    path: str
    before: str | None
    after: str | None
    is_open: bool


class Preview(msgspec.Struct, frozen=True):
    """What rolling a session back would do. Where it cannot be done, `reason` says why, with `conflicts` as in `Done`."""

    session: str
    files: tuple[FilePreview, ...] = ()
    reason: str = ""
    conflicts: tuple[FileOutcome, ...] = ()


def preview(
    site: Site, texts: Mapping[Path, str], session: str | None = None, *, path: Path | None = None, whole: bool = False
) -> Preview:
    """Return what `rollback` and `rollback_edits` would do, with the same arguments.

    Raises:
        StoreError: the store or a backup cannot be read.
    """
    planned = plan_session(site, texts, session, path=path, whole=whole)
    files = tuple(
        _of_disk(plan) if isinstance(plan, Back) else _of_text(file.path, texts[planned.documents[file.path]], plan)
        for file, plan in planned.files
    )
    return Preview(planned.session, files, planned.reason, planned.conflicts)


def _of_text(path: str, text: str, edits: tuple[TextEdit, ...]) -> FilePreview:
    return FilePreview(path, text, apply_edits(text, edits), is_open=True)


def _of_disk(plan: Back) -> FilePreview:
    return FilePreview(plan.file.path, _text(plan.move.old), _text(plan.move.new), is_open=False)


def _text(data: bytes | None) -> str | None:
    try:
        return None if data is None else decode(data).text
    except UnicodeDecodeError:
        return None
