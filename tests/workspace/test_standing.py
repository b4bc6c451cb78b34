"""Edits handed out to an editor: those that it shows now are recognised, however many it was shown before."""

from pathlib import Path

from calibrant.model.applied import AppliedFix
from calibrant.model.text import Span, TextEdit
from calibrant.workspace.application import Application
from calibrant.workspace.standing import Standing

TEXT = "name: a # 😀\nsteps: []\n"


def application(number: int) -> Application:
    """Return a fix that names the workflow after a number."""
    edits = (TextEdit(Span(6, 7), f"fix-{number}"),)
    fixes = (AppliedFix(f"{number}", f"Name it ‘fix-{number}’", "test", ""),)
    return Application(Path("/ws/a.workflow.yaml"), TEXT, edits, len(TEXT) + len(f"fix-{number}") - 1, fixes)


def test_an_edit_that_is_shown_again_outlives_what_was_shown_in_between() -> None:
    standing = Standing()
    standing.changed(TEXT)
    first = standing.hand_out(application(0))
    number = 1
    while standing.is_offered(first) and number < 1000:  # how many fit is not for others to know
        standing.hand_out(application(number))
        number += 1
    fits = number - 1
    assert fits >= 100, "one menu may hold 64 quick fixes, and more of other kinds"

    standing = Standing()
    standing.changed(TEXT)
    first = standing.hand_out(application(0))
    for other in range(1, fits):
        standing.hand_out(application(other))
    assert standing.hand_out(application(0)) is first
    standing.hand_out(application(fits))
    (came,) = standing.changed(first.after).came
    assert came.application is first
