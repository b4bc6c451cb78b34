"""The words of the private copy: why a path or a workspace cannot be used, and what to do."""

import errno

from calibrant.model.failure import Failure
from calibrant.model.issue import Kind


def outside(path: str, parameter: str) -> Failure:
    """Return the failure of a path that leads out of the workspace."""
    hint = "Keep the file in the workspace, or add its folder to your setting ‘openPaths’."
    return _path_outside(path, parameter, f"‘{path}’ leads out of the workspace.", hint)


def no_path(path: str, parameter: str) -> Failure:
    """Return the failure of a text that cannot be a path."""
    return _path_outside(path, parameter, f"‘{path}’ cannot be used as a path.")


def kept_from(path: str, parameter: str) -> Failure:
    """Return the failure of a path into what Calibrant keeps for itself."""
    return _path_outside(path, parameter, f"‘{path}’ lies where Calibrant keeps its own records.")


def in_environment(path: str, parameter: str, environment: str) -> Failure:
    """Return the failure of writing into an environment."""
    message = f"‘{path}’ lies in ‘{environment}’, an environment of packages, which a calibration does not change."
    return _path_outside(path, parameter, message)


def _path_outside(path: str, parameter: str, message: str, hint: str = "") -> Failure:
    where = (parameter,) if parameter else ()
    return Failure("path-outside", message, Kind.SECURITY, hint=hint, parameter=where, value=path, subject=path)


def no_folder(path: str, parameter: str, near: tuple[str, ...], *, exists: bool) -> Failure:
    """Return the failure of a folder that is not there, or that is a file; `near` are folders that may be meant."""
    message = f"‘{path}’ is a file; a folder is needed here." if exists else f"There is no folder ‘{path}’."
    if near:
        message += f" Near it: {', '.join(near)}."
    where = (parameter,) if parameter else ()
    return Failure(
        "missing-folder", message, Kind.PARAMETER, parameter=where, value=path, candidates=near, subject=path
    )


def too_large(workspace: str, size: int, limit: int) -> Failure:
    """Return the failure of a workspace that is too large to copy; sizes in bytes."""
    return Failure(
        "workspace-too-large",
        f"The workspace takes {_megabytes(size)} without its environments; a private copy for commands may take "
        f"{_megabytes(limit)}.",
        Kind.INFRA,
        hint="Move large files out of the workspace, or run with --live, which works on the workspace itself.",
        subject=workspace,
    )


def not_copied(name: str, error: OSError) -> Failure:
    """Return the failure of a file that could not be copied."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    why = "the disk is full" if full else (error.strerror or type(error).__name__).lower()
    message = f"‘{name}’ could not be copied into the run's private copy of the workspace: {why}."
    return Failure("disk-full" if full else "unreadable-file", message, Kind.INFRA, subject=name)


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{size / (1 << 10):.1f} kB"
