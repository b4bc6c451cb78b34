"""Commands that did not run to their end: not started, kept from it by the sandbox, or stopped."""

import errno
import os
from collections.abc import Sequence

from calibrant.engine.child import Ended
from calibrant.engine.sandbox_faults import sandbox_fault
from calibrant.model.failure import Failure, NotRun, StepError
from calibrant.model.issue import Kind


def judge(ended: Ended, argv: Sequence[str], *, walled: bool) -> None:
    """Raise what a failure inside the sandbox really is; return where it is the command's own.

    Raises:
        NotRun: the sandbox caused it.
        StepError: there is no such program in the sandbox.
    """
    if ended.exit_code == 1 and ended.stderr.startswith("bwrap: execvp ") and not ended.stdout:
        reason = ended.stderr.strip().rpartition(": ")[2]
        raise StepError(not_started(argv, OSError(0, reason)))
    if walled and (reason := sandbox_fault(ended, " ".join(argv))):
        raise NotRun(reason)


def not_started(argv: Sequence[str], error: OSError | ValueError) -> Failure:
    """Return why a command could not be started."""
    program = argv[0] if argv else ""
    reason = error.strerror or type(error).__name__ if isinstance(error, OSError) else ""
    if not reason or "too long" in reason:
        what = "is longer than the system allows" if reason else "has a character that no command can be given"
        return Failure(
            "unfit-for-command",
            f"‘{program}’ could not be started: a value that it is given {what}.",
            Kind.PARAMETER,
            hint="Write the value to a file with file.write, and let the command read that file.",
            subject=program,
        )
    missing = reason == os.strerror(errno.ENOENT)
    return Failure(
        "command-not-found",
        f"There is no program called ‘{program}’."
        if missing
        else f"‘{program}’ could not be started: {reason.lower()}.",
        Kind.RUNTIME,
        hint="Check its spelling, or install it where the workflow runs.",
        value=program,
        subject=program,
    )


def overdue(timeout: float, ended: Ended, cwd: str) -> Failure:
    """Return that a command took longer than its timeout, in seconds, with the end of what it printed."""
    return Failure(
        "step-timeout",
        f"It took longer than its timeout of {timeout:g} seconds and was stopped.",
        Kind.RUNTIME,
        hint="Give the step a longer ‘timeout’, or look for what it waits for.",
        subject="timeout",
        output=(ended.stdout + ended.stderr)[-8192:],
        cwd=cwd,
    )
