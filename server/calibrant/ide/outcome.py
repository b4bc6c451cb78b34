"""What became of a step, in a few words: for beside it, and for above them when it is looked at."""

from typing import Final

from calibrant.ide.view import StepRun
from calibrant.ide.wording import output_words
from calibrant.model.words import shortened

_REASON: Final = 60
"""Characters of a reason that are shown beside a step."""
_TIMED: Final = frozenset({"completed", "rehearsed", "failed"})
_WORDS: Final = {"failed": "failed", "skipped": "skipped", "not_run": "not run"}


def hint_words(ran: StepRun) -> str:
    """Return what stands beside a step: "→ list of 12 emails · 0.3 s · reused", "not run: the workspace is not trusted"."""
    if ran.status == "running":
        return "… running"
    state = _WORDS.get(ran.status)
    if state:
        # what is wrong with a step that failed stands at its very place, as an issue
        reason = shortened(ran.reason, _REASON).rstrip(".") if ran.reason and ran.status != "failed" else ""
        parts = [f"{state}: {reason}" if reason else state]
    else:
        rehearsed = "rehearsed" if ran.status == "rehearsed" else ""
        output = "" if ran.earlier else output_words(ran)
        parts = [f"→ {': '.join(filter(None, (rehearsed, output))) or 'done'}"]
    if ran.status in _TIMED and not ran.reused and ran.seconds:
        parts.append(duration(ran.seconds))
    parts += ["reused"] * ran.reused + ["provisional"] * ran.provisional + ["before the last edit"] * ran.outdated
    return " · ".join(parts)


_STATES: Final = {
    "completed": "Completed",
    "rehearsed": "Rehearsed: nothing was sent or changed outside",
    "failed": "Failed",
    "skipped": "Skipped",
    "not_run": "Not run",
    "running": "Running now",
}


def state_words(ran: StepRun, ago: str = "") -> str:
    """Return how a step came to its end as a sentence: "Completed in 0.3 s, 2 min ago."; `ago` is when, empty where not known."""
    told = _STATES[ran.status]
    if ran.reused:
        told = f"{told}, with what an earlier run gave" if ran.status != "running" else told
    elif ran.status in _TIMED and ran.seconds:
        told = (
            f"{told} in {duration(ran.seconds)}" if ran.status != "rehearsed" else f"{told}, in {duration(ran.seconds)}"
        )
    told += f", {ago}." if ago and ran.status != "running" else "."
    if ran.provisional:
        told += " Provisional: an earlier step gave no real data"
        told += ", so it ran on a stand-in, or on what was rehearsed." if ran.status in _TIMED else "."
    return told


def duration(seconds: float) -> str:
    """Return how long something took: "4 ms", "0.3 s", "12 s", "2 min", "1.5 h"."""
    if seconds < 0.095:
        return f"{max(round(seconds * 1000), 1)} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{round(seconds)} s"
    if seconds < 3570:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
