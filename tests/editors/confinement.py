"""Editors in tests reach nothing but this machine, as far as that can be had."""

import shutil
import subprocess

_LOOPBACK = ("--dev-bind", "/", "/", "--unshare-net", "--unshare-pid", "--proc", "/proc", "--die-with-parent")


def confinement() -> tuple[str, ...]:
    """Return what to write before a command so that it has only loopback and ends with all its children, if that can be."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    works = subprocess.run([program, *_LOOPBACK, "true"], capture_output=True, check=False).returncode == 0
    return (program, *_LOOPBACK) if works else ()
