"""Editors in tests reach nothing but this machine, as far as that can be had."""

import shutil
import subprocess

# Processes and /proc are not shut off: in a namespace of their own no further sandbox could be made, and the server needs one.
_LOOPBACK = ("--dev-bind", "/", "/", "--unshare-net", "--die-with-parent")


def confinement() -> tuple[str, ...]:
    """Return what to write before a command so that it has only loopback, if that can be."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    works = subprocess.run([program, *_LOOPBACK, "true"], capture_output=True, check=False).returncode == 0
    return (program, *_LOOPBACK) if works else ()
