"""What stands near a file or a folder that is not there."""

import posixpath
from collections.abc import Callable

from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import closest, ranked
from calibrant.model.connector import Context
from calibrant.model.failure import StepError

_LOOKED_AT = 1000
_UNFINISHED = ".calibrant-"


def missing(
    context: Context, name: str, parameter: str, *, suffixes: tuple[str, ...] = (), wrap: Callable[[str], str] = str
) -> StepError:
    """Return the error of a file that is not there, with what stands near it, the closest name first."""
    folder, names = _neighbours(context, name, parameter)
    fitting = [other for other in names if not suffixes or other.lower().endswith(suffixes)]
    ordered = ranked(name, fitting)
    namesakes = [other for other in ordered if posixpath.basename(other) == posixpath.basename(name)]
    close = list(dict.fromkeys([*closest(name, fitting), *namesakes]))
    message = f"There is no file ‘{name}’."
    if close:
        message += f" Near it: {listing(close)}."
    elif lost := _lost_folder(context, name, parameter):
        message += f" There is no folder ‘{lost}’ either."
    elif fitting:
        message += f" {_folder_words(folder)} has: {listing(sorted(fitting))}."
    candidates = tuple(wrap(other) for other in (close or list(ordered))[:8])
    return refuse("file-not-found", parameter, message, value=wrap(name), candidates=candidates)


def _lost_folder(context: Context, name: str, parameter: str) -> str:
    """Return the uppermost folder on the way to a file that is not there; empty where its own is."""
    lost, folder = "", posixpath.dirname(name)
    while folder and folder != "/":
        try:
            if context.read_path(folder, parameter).is_dir():
                break
        except StepError:  # it leads out: nothing is told of what is there
            break
        lost, folder = folder, posixpath.dirname(folder)
    return lost


def _folder_words(folder: str) -> str:
    return "The folder" if folder in ("", ".") else f"The folder ‘{folder}’"


def _neighbours(context: Context, name: str, parameter: str) -> tuple[str, list[str]]:
    """Return the nearest folder there is, and its files: those right in it, or where there are none, those below."""
    folder = posixpath.dirname(name)
    while folder and folder != "/":
        try:
            found = _files(context, folder, parameter)
        except StepError:
            folder = posixpath.dirname(folder)
            continue
        if found:
            return folder, found
        break
    if folder == "/":
        return "", []
    try:
        found = _files(context, ".", parameter)
    except StepError:
        return "", []
    here = [other for other in found if "/" not in other]
    return ".", (here or found) if "/" not in name else found


def _files(context: Context, folder: str, parameter: str) -> list[str]:
    """Return the files below a folder, without those that are being written and have no name of their own yet."""
    found = context.list_files(folder, parameter, _LOOKED_AT)
    return [name for name in found if not posixpath.basename(name).startswith(_UNFINISHED)]


def missing_folder(context: Context, name: str, parameter: str) -> StepError:
    """Return the error of a folder that is not there, with the folders near it, the closest name first."""
    try:
        found = context.list_files(".", parameter, _LOOKED_AT * 10)
    except StepError:
        found = []
    folders = {posixpath.dirname(other) for other in found}
    folders |= {posixpath.dirname(folder) for folder in folders}
    ordered = ranked(name.rstrip("/"), sorted(folders - {"", "."}))
    close = list(closest(name.rstrip("/"), ordered))
    message = f"There is no folder ‘{name}’."
    if close:
        message += f" Near it: {listing(close)}."
    return refuse("missing-folder", parameter, message, value=name, candidates=(close or list(ordered))[:8])
