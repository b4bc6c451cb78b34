"""What became of runs, steps and changes in a few words, for the lists and trees of editors."""

import time

from calibrant.lsp.code_lens import ago, status_of
from calibrant.lsp.runs import summary_of
from calibrant.model.applied import STANDING, ChangeSession
from calibrant.model.session import SessionResult, StepResult
from calibrant.model.words import counted, shortened

Words = dict[str, str]
"""`title` says what, `detail` what there is to know besides."""

_LONGEST = 160
_LIFE = {"fixed": "fixed since", "rolled_back": "fixes rolled back"}
_CHANGE = {
    "prepared": "under way",
    "rolling_back": "under way",
    "rolled_back": "rolled back",
    "refused": "not applied",
    "unreadable": "unreadable",
}
_CALLED = frozenset({"completed", "failed", "rehearsed"})


def run_words(result: SessionResult) -> Words:
    """Return a run in words: "11 errors, 1 warning", "5 of 16 steps completed · 2 min ago"."""
    summary = result.summary
    steps = f"{summary.completed_steps:,} of {counted(summary.total_steps, 'step')} completed"
    parts = [steps] * bool(summary.total_steps) + [_LIFE.get(result.life, ""), _since(result.started + result.seconds)]
    return {"title": _capital(summary_of(result)), "detail": _joined(parts)}


def change_words(change: ChangeSession) -> Words:
    """Return a change in words: "Change ‘a’ to ‘b’ and 2 more", "verified · 5 min ago · 3 fixes"."""
    more = len(change.fixes) - 1
    title = change.fixes[0].title if change.fixes else "A change"
    status = status_of(change) if change.status in STANDING else _CHANGE[change.status]
    fixes = counted(len(change.fixes), "fix", "fixes") if change.fixes else ""
    return {
        "title": f"{title} and {more} more" if more > 0 else title,
        "detail": _joined([status, _since(change.ended or change.started), fixes]),
    }


def step_words(step: StepResult) -> str:
    """Return what became of a step: "failed · 0.06 s · with a stand-in"."""
    took = f"{step.seconds:.2f} s" if step.status in _CALLED and not step.reused else ""
    return _joined(
        [
            step.status.replace("_", " "),
            took,
            "reused" if step.reused else "",
            "with a stand-in" if step.provisional else "",
            shortened(step.reason, _LONGEST),
        ]
    )


def _since(seconds: float) -> str:
    return ago(time.time() - seconds) if seconds > 0 else ""


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
