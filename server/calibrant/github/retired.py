"""Versions of actions that GitHub refuses to run, and runtimes of JavaScript actions that it has taken out of service.

Sources: GitHub's changelog of 13 February 2024, 16 April 2024 and 5 December 2024 (artifacts, cache), of 7 March 2024 and 19
September 2025 (node16, node20), and the notes in the repositories of the actions. All of it is about github.com.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class RetiredAction(msgspec.Struct, frozen=True):
    """The major versions of an action that fail: since when, why, and the newest major version that was known."""

    majors: tuple[int, ...]
    since: str
    why: str
    newest: str


class Runtime(msgspec.Struct, frozen=True):
    """A runtime of JavaScript actions that is out of service: what became of it, and the one to use."""

    name: str
    words: str
    instead: str


_ARTIFACTS = "GitHub stores artifacts in another way, which these versions do not know"
_CACHE = "GitHub stores caches in another way, which these versions do not know"

RETIRED: Mapping[str, RetiredAction] = MappingProxyType(
    {
        "actions/upload-artifact": RetiredAction((1, 2, 3), "30 January 2025", _ARTIFACTS, "v7"),
        "actions/download-artifact": RetiredAction((1, 2, 3), "30 January 2025", _ARTIFACTS, "v8"),
        "actions/upload-pages-artifact": RetiredAction((1, 2), "30 January 2025", _ARTIFACTS, "v5"),
        "actions/deploy-pages": RetiredAction((1, 2, 3), "30 January 2025", _ARTIFACTS, "v5"),
        "actions/cache": RetiredAction((1, 2), "1 March 2025", _CACHE, "v5"),
        "actions/cache/restore": RetiredAction((1, 2), "1 March 2025", _CACHE, "v5"),
        "actions/cache/save": RetiredAction((1, 2), "1 March 2025", _CACHE, "v5"),
    }
)
"""By the action's name in lower case."""

RUNTIMES: Mapping[str, Runtime] = MappingProxyType(
    {
        runtime.name: runtime
        for runtime in (
            Runtime("node12", "Runners have had no Node 12 since 2023", "node24"),
            Runtime("node16", "Runners have had no Node 16 since November 2024", "node24"),
            Runtime("node20", "Runners start such actions with Node 24 since 16 June 2026", "node24"),
        )
    }
)
"""Runtimes that an action should not ask for any more: runners warn, and start such actions with another one."""
