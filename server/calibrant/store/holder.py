"""Which process holds something, and whether it still lives; and a clock that all processes of a machine share."""

import os
import platform
import time
from contextlib import suppress
from pathlib import Path

import msgspec


class Holder(msgspec.Struct, frozen=True):
    """A process. `machine` are host and process namespace, `boot` tells one start of the machine from the next.

    `started` is the kernel's word on when the process began, so that a process id used again is not taken for it.
    `boot` and `started` are empty where the system does not tell.
    """

    machine: str
    boot: str
    pid: int
    started: str

    def lives(self, here: "Holder") -> bool | None:
        """Tell whether the process lives, as seen from the process `here`; None where that cannot be seen from there."""
        if self == here:
            return True
        if self.machine != here.machine or os.name == "nt":  # Windows has no harmless way of asking
            return None
        if self.boot != here.boot:
            return False
        return _exists(self.pid) and _started(self.pid) == self.started


def this_process() -> Holder:
    """Return the holder that this process is."""
    namespace = ""
    with suppress(OSError):  # no such thing outside Linux
        namespace = str(Path("/proc/self/ns/pid").readlink())
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return Holder(f"{platform.node()} {namespace}".strip(), boot, os.getpid(), _started(os.getpid()))


def ticks() -> float:
    """Return seconds on a clock that never goes back and that all processes of this start of the machine share."""
    boot_clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_clock is None else time.clock_gettime(boot_clock)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _started(pid: int) -> str:
    """Return when a process began, in the kernel's ticks since boot; a dead one not yet waited for never began."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    fields = text[text.rindex(")") + 2 :].split()  # the name before it may hold anything
    return "" if fields[0] in "ZX" else fields[19]
