"""Which fixes stand in a document: told by its exact texts, so that undo and redo are recognised however far they go."""

from collections import deque

import msgspec

from calibrant.workspace.application import Application

_MOST_OFFERED = 128
"""Edits handed out that are remembered of one document: more than one menu of an editor ever has."""
_MOST_TEXTS = 4096
"""Texts of one document that are remembered, each by a few bytes."""


class Fixed:
    """One application in a document, through undo and redo. `session` is that of the change as it stands now.

    `mine`: it was applied in this process. `wanted`: should it come back by undo, then the user wants it, whether it holds or
    not. `leaving`: why it is being taken out, where that is not the user's own doing.
    """

    def __init__(self, application: Application, session: str, *, mine: bool = True) -> None:
        self.application = application
        self.session = session
        self.mine = mine
        self.wanted = application.kept
        self.leaving = ""


class State(msgspec.Struct, frozen=True, eq=False):
    """What stands in one text, the oldest first; `untouched`: since which nothing was typed."""

    standing: tuple[Fixed, ...] = ()
    untouched: tuple[Fixed, ...] = ()

    def without(self, fixed: Fixed) -> "State":
        """Return the state after one was taken out."""
        return State(
            tuple(one for one in self.standing if one is not fixed),
            tuple(one for one in self.untouched if one is not fixed),
        )


class Moved(msgspec.Struct, frozen=True, eq=False):
    """What a new text means: applications that are gone, the newest first, and that came, the oldest first."""

    gone: tuple[Fixed, ...] = ()
    came: tuple[Fixed, ...] = ()


class Standing:
    """One document: what was handed out for it, what stands in it now, and what stood in each text that it had."""

    def __init__(self) -> None:
        self.state = State()
        self._offered: deque[Application] = deque(maxlen=_MOST_OFFERED)
        self._texts: dict[tuple[int, int], State] = {}
        self._now: tuple[int, int] = (-1, 0)

    def hand_out(self, application: Application) -> Application:
        """Remember an edit that the editor may apply; returns the one that counts, where it was handed out before."""
        for offered in self._offered:
            if not application.session and not offered.session and _same(offered, application):
                self._offered.remove(offered)  # it is among the newest again
                self._offered.append(offered)
                return offered
        self._offered.append(application)
        return application

    def is_offered(self, application: Application) -> bool:
        """Tell whether an edit that was handed out has not been recognised yet."""
        return any(one is application for one in self._offered)

    def offered(self, fixes: tuple[str, ...]) -> Application | None:
        """Return the newest edit that was handed out for fixes of those ids and not recognised yet."""
        ids = set(fixes)
        return next((one for one in reversed(self._offered) if {fix.id for fix in one.fixes} == ids), None)

    def withdraw(self, application: Application | None = None) -> None:
        """Forget an edit that was handed out, or all of them."""
        kept = [one for one in self._offered if application is not None and one is not application]
        self._offered = deque(kept, maxlen=_MOST_OFFERED)

    def changed(self, text: str) -> Moved:
        """Take a new text, and return what that means for the fixes."""
        before, mark = self.state, _mark(text)
        known = self._texts.get(mark)
        giving = [one for one in reversed(self._offered) if one.gives(text)]
        # edits of different texts may give the same one, which undo and redo may bring back too
        taken = next((one for one in giving if _mark(one.before) == self._now), None)
        if taken is None and known is None:
            there = {fix.id for one in before.standing for fix in one.application.fixes}
            taken = next((one for one in giving if there.isdisjoint(fix.id for fix in one.fixes)), None)
        if taken:
            self.withdraw(taken)
            self._set(mark, self._with(known or before, taken))
        else:
            self._set(mark, known or State(before.standing))
        return Moved(
            tuple(one for one in reversed(before.standing) if one not in self.state.standing),
            tuple(one for one in self.state.standing if one not in before.standing),
        )

    def note(self, text: str, state: State) -> None:
        """Remember what stands in a text that the document may come to have."""
        self._remember(_mark(text), state)

    def adopt(self, application: Application) -> Fixed:
        """Take in an application that stands in the document's text, though that was edited elsewhere too."""
        fixed = Fixed(application, application.session)
        self._set(self._now, State((*self.state.standing, fixed)))
        return fixed

    def load(self, text: str, fixed: Fixed) -> None:
        """Take in an application that was recorded earlier and stands in `text`, which is the document's or was."""
        if _mark(text) == self._now:
            self._set(self._now, State((fixed, *self.state.standing), self.state.untouched))
            if fixed.application.gives(text):
                self.note(fixed.application.before, self.state.without(fixed))

    def leaving(self, session: str, text: str, reason: str) -> Fixed | None:
        """Expect that a change is taken out and gives `text`; `reason` says why, where it is not the user's doing."""
        fixed = self.of(session)
        if fixed:
            fixed.leaving = reason
            self.note(text, self.state.without(fixed))
        return fixed

    def release(self, session: str) -> Fixed | None:
        """Let go of a change that has been taken out of the text as it is now."""
        fixed = self.of(session)
        if fixed:
            self._set(self._now, self.state.without(fixed))
        return fixed

    def of(self, session: str) -> Fixed | None:
        """Return the application of a session, where it stands."""
        return next((one for one in self.state.standing if one.session == session), None)

    def _with(self, state: State, application: Application) -> State:
        """Return the state with an application that was just made; the same one made again is the same."""
        back = (one for one in state.standing if one not in self.state.standing)
        fixed = next((one for one in back if one.application.fixes == application.fixes), None)
        if fixed is None:
            fixed = Fixed(application, application.session)
            state = State((*state.standing, fixed), state.untouched)
        fixed.application, fixed.session, fixed.mine = application, application.session, True
        fixed.wanted, fixed.leaving = application.kept, ""
        return State(state.standing, (*(one for one in state.untouched if one is not fixed), fixed))

    def _set(self, mark: tuple[int, int], state: State) -> None:
        self.state, self._now = state, mark
        self._remember(mark, state)

    def _remember(self, mark: tuple[int, int], state: State) -> None:
        self._texts.pop(mark, None)
        self._texts[mark] = state
        if len(self._texts) > _MOST_TEXTS:
            del self._texts[next(iter(self._texts))]


def _mark(text: str) -> tuple[int, int]:
    return len(text), hash(text)


def _same(one: Application, other: Application) -> bool:
    return one.fixes == other.fixes and one.edits == other.edits and one.before == other.before
