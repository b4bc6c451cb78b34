"""Bounds that the worker process sets for itself."""

import sys

if sys.platform != "win32":
    import resource


def limit_process(memory: int) -> None:
    """Let this process hold at most `memory` bytes of data and leave no core file: running out is then a MemoryError.

    On Linux data is all private writable memory; where the system's own bound is lower, that one stays. Child processes
    do not inherit it (see `child`).
    """
    if sys.platform == "win32":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
