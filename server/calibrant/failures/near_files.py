"""Files and folders of a workspace that may have been meant by one that a command did not find."""

import posixpath
import re

import msgspec

from calibrant.model.closest import closest
from calibrant.model.issue import Finding
from calibrant.model.toolchain import Ground

_MOST = 4
_PLAIN = re.compile(r"[\w./@+-]{1,300}")
"""What a shell takes as it is: a file may have any name, and its name is put into a script."""


def near_file(finding: Finding, ground: Ground) -> Finding:
    """Return a finding on a path that is not there with those that may have been meant, from the folder that the command ran in.

    They are in the same folder and called alike, or called the same and somewhere else. None where the path is absolute, leads
    out of the workspace, or may be there; names that a shell would take for more are left out.
    """
    path, folder = finding.evidence.get("path", ""), finding.evidence.get("cwd") or ground.folder
    whole = ground.at(posixpath.relpath(posixpath.join(folder, path), ground.folder)) if path else None
    if finding.candidates or whole is None or path.startswith(("/", "~")) or not ground.survey.lacks(whole):
        return finding
    above, name = posixpath.split(whole)
    names = {posixpath.split(one.rstrip("/")): one for one in ground.survey.files}
    beside = [other for parent, other in names if parent == above]
    same = sorted((parent for parent, other in names if other == name), key=lambda one: (one.count("/"), one))
    found = [
        *(posixpath.join(above, one) for one in closest(name, sorted(beside))),
        *(f"{one}/{name}".lstrip("/") for one in same),
    ]
    told = (posixpath.relpath(one, folder) for one in found)
    near = tuple(dict.fromkeys(one for one in told if _PLAIN.fullmatch(one)))[:_MOST]
    return msgspec.structs.replace(finding, candidates=near, hint=f"Did you mean ‘{near[0]}’?") if near else finding
