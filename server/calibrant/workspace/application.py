"""Fixes as they were, or may be, applied in an open document: which text they were made for, and what they do to it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.model.applied import AppliedFix
from calibrant.model.issue import Issue
from calibrant.model.text import TextEdit, apply_edits

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.model.applied import ChangedFile, ChangeSession
    from calibrant.workspace.drafts import Draft
    from calibrant.workspace.verdict import Baseline


class Application(msgspec.Struct, frozen=True, eq=False):
    """One or several fixes written as `edits` of the text `before`; `length` is that of the text they give.

    `issues` are those that they answer, where they are at hand. `shares`: for each fix the places of its edits, or nothing
    where the fixes stand and fall together. `baseline` is the run that it is measured by, `inputs` what it was given.
    `session` is the identity that the change shall have, where it has one already. `kept`: the user wants it, whether it
    holds or not.
    """

    path: Path
    before: str
    edits: tuple[TextEdit, ...]
    length: int
    fixes: tuple[AppliedFix, ...]
    issues: tuple[Issue, ...] = ()
    shares: tuple[tuple[int, ...], ...] = ()
    baseline: "Baseline | None" = None
    inputs: dict[str, object] = {}
    session: str = ""
    kept: bool = False

    @property
    def after(self) -> str:
        """The text with the edits."""
        return apply_edits(self.before, self.edits)

    def gives(self, text: str) -> bool:
        """Tell whether the edits give exactly that text."""
        return len(text) == self.length and text == self.after


def of_draft(draft: "Draft", *, session: str = "", shares: tuple[tuple[int, ...], ...] = ()) -> Application:
    """Return what a draft applies; its snapshot is that of a file."""
    assert draft.snapshot.path, "only files are changed"
    fixes = tuple(AppliedFix(one.fix.id, one.fix.title, one.fix.strategy, one.fix.issue) for one in draft.offers)
    issues = tuple(one.issue for one in draft.offers if one.issue)
    return Application(
        draft.snapshot.path, draft.snapshot.text, draft.edits, draft.length, fixes, issues, shares, session=session
    )


def of_session(site: "Site", path: Path, session: "ChangeSession", file: "ChangedFile") -> Application:
    """Return what a recorded session applied in one file.

    Raises:
        StoreError: its backups cannot be read.
    """
    from calibrant.change.back import text_of
    from calibrant.change.hunks import inverse

    before = text_of(file, site.store.kept(file.before))
    after = text_of(file, site.store.kept(file.after))
    edits = inverse(after, file.hunks)
    return Application(path, before, edits, len(after), session.fixes)


def stands_in(application: Application, text: str) -> bool:
    """Tell whether a text holds all that the fixes put there."""
    from calibrant.change.hunks import Clash, inverse, take_back

    if text == application.before:
        return False
    hunks = inverse(application.before, application.edits)
    return not isinstance(take_back(application.after, hunks, text), Clash)


def placed(application: Application, text: str) -> Application | None:
    """Return the application as it stands in a text that was edited elsewhere too: all of it, or those fixes that do stand."""
    from calibrant.change.hunks import Clash, inverse, take_back

    if application.gives(text):
        return application
    if text == application.before:
        return None
    hunks = inverse(application.before, application.edits)
    back = take_back(application.after, hunks, text)
    if not isinstance(back, Clash):
        return _moved(application, text, back, range(len(application.fixes)))
    after = application.after
    alone = [take_back(after, [hunk], text) for hunk in hunks]
    fixes = _whole(application, hunks, [not isinstance(one, Clash) for one in alone])
    if not fixes:
        return None
    wanted = {number for fix in fixes for number in _hunks_of(application, hunks, fix)}
    edits = [edit for number in sorted(wanted) if not isinstance(one := alone[number], Clash) for edit in one]
    return _moved(application, text, tuple(edits), fixes)


def again(application: Application, text: str) -> Application | None:
    """Return the application as it can be made again in a text where it was taken out; None where that was edited since."""
    from calibrant.change.hunks import Clash, inverse, take_back

    if text == application.before:
        return application
    edits = take_back(application.before, inverse(application.after, _back(application)), text)
    if isinstance(edits, Clash):
        return None
    length = len(apply_edits(text, edits))
    return msgspec.structs.replace(application, before=text, edits=edits, length=length)


def title_of(fixes: Sequence[AppliedFix]) -> str:
    """Return in few words what was done, for the user."""
    if not fixes:
        return "A change"
    more = len(fixes) - 1
    return f"‘{fixes[0].title}’ and {more} more" if more else f"‘{fixes[0].title}’"


def _back(application: Application) -> tuple[TextEdit, ...]:
    from calibrant.change.hunks import inverse

    return inverse(application.before, application.edits)


def _moved(application: Application, text: str, back: tuple[TextEdit, ...], fixes: Iterable[int]) -> Application:
    """Return the application with that part of its fixes, as edits of the text without them."""
    from calibrant.change.hunks import inverse

    before = apply_edits(text, back)
    chosen = [application.fixes[number] for number in fixes]
    answered = {fix.issue for fix in chosen}
    return msgspec.structs.replace(
        application,
        before=before,
        edits=inverse(text, back),
        length=len(text),
        fixes=tuple(chosen),
        issues=tuple(issue for issue in application.issues if issue.id in answered),
        shares=(),
    )


def _whole(application: Application, hunks: Sequence[TextEdit], there: Sequence[bool]) -> list[int]:
    """Return the fixes of which every hunk is there."""
    numbered = range(len(application.shares))
    return [fix for fix in numbered if all(there[number] for number in _hunks_of(application, hunks, fix))]


def _hunks_of(application: Application, hunks: Sequence[TextEdit], fix: int) -> list[int]:
    """Return the hunks that hold the edits of one fix."""
    found: list[int] = []
    growth = 0
    starts: dict[TextEdit, int] = {}
    for edit in sorted(application.edits):
        starts[edit] = edit.span.start + growth
        growth += len(edit.text) - (edit.span.end - edit.span.start)
    for place in application.shares[fix]:
        start = starts[application.edits[place]]
        found += [n for n, hunk in enumerate(hunks) if hunk.span.start <= start <= hunk.span.end and n not in found]
    return found
