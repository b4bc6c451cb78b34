"""Files and folders of a workspace that may have been meant by one that a command did not find."""

import posixpath

import msgspec

from calibrant.model.closest import closest
from calibrant.model.issue import Finding
from calibrant.model.toolchain import Ground

_MOST = 4


def near_file(finding: Finding, ground: Ground) -> Finding:
    """Return a finding on a path that is not there with those that may have been meant, from the folder that the command ran in.

    They are in the same folder and called alike, or called the same and somewhere else. None where the path is absolute, leads
    out of the workspace, or may be there.
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
    near = tuple(dict.fromkeys(posixpath.relpath(one, folder) for one in found))[:_MOST]
    return msgspec.structs.replace(finding, candidates=near, hint=f"Did you mean ‘{near[0]}’?") if near else finding
