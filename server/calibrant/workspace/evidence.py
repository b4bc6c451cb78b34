"""Which changes on disk a survey hangs on."""

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from calibrant.engine.tree import CACHE_NAMES, ENVIRONMENT_NAMES
from calibrant.model.toolchain import HERE, Survey, upwards
from calibrant.toolchains import ECOSYSTEMS, RUNNERS
from calibrant.workspace.surveying import EVIDENCE_IN_ENVIRONMENTS, is_evidence

PATTERNS = frozenset(
    {
        *(name for one in ECOSYSTEMS for name in (*one.marks, *one.evidence)),
        *(name for one in RUNNERS for name in one.marks),
        *EVIDENCE_IN_ENVIRONMENTS,
    }
)
"""Names of the files that a survey reads (fnmatch patterns among them), as `surveying.is_evidence` knows them."""
_CLOSED = CACHE_NAMES | ENVIRONMENT_NAMES
_NEVER = frozenset({".git", ".hg", ".svn"})


def may_matter(path: str, *, came_or_went: bool) -> bool:
    """Tell by its path (relative, with slashes) whether a change may make a difference; cheap, for thousands of events."""
    *folders, name = path.split("/")
    if name in _NEVER or not _NEVER.isdisjoint(folders):
        return False
    if not _CLOSED.isdisjoint(folders):
        return folders[-1] in ENVIRONMENT_NAMES and is_evidence(name)
    return came_or_went or is_evidence(name)


def matters(survey: Survey, paths: Iterable[Path]) -> bool:
    """Tell whether changes of files and folders below the surveyed one can make a difference to it; looks at the disk."""
    return any(_matters(survey, path) for path in paths)


def _matters(survey: Survey, path: Path) -> bool:
    relative = os.path.relpath(path, survey.folder).replace(os.sep, "/")
    if not may_matter(relative, came_or_went=True):
        return False
    parent = posixpath.dirname(relative)
    named = is_evidence(relative)
    if any(f"{above}/" in survey.closed for above in upwards(parent or HERE)):
        return named and f"{parent}/" in survey.closed
    was = relative in survey.files or f"{relative}/" in survey.files
    return named or was != os.path.lexists(path)
