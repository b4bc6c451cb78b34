"""Which changes on disk a survey hangs on."""

import os
import posixpath
from collections.abc import Iterable

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


def matters(survey: Survey, paths: Iterable[str]) -> bool:
    """Tell whether changes at paths (relative, with slashes) can make a difference to a survey; looks at the disk."""
    return any(_matters(survey, path) for path in paths)


def _matters(survey: Survey, path: str) -> bool:
    if not may_matter(path, came_or_went=True):
        return False
    parent = posixpath.dirname(path)
    named = is_evidence(path)
    if any(f"{above}/" in survey.closed for above in upwards(parent or HERE)):
        return named and f"{parent}/" in survey.closed
    was = path in survey.files or f"{path}/" in survey.files
    return named or was != os.path.lexists(os.path.join(survey.folder, path))  # noqa: PTH118 - of thousands
