"""What a workflow may be allowed to do with its token (docs: permissions)."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

_ANY = ("read", "write", "none")


class ScopeSpec(msgspec.Struct, frozen=True):
    """One permission and the levels of access it takes; `retired` says why it grants nothing any more."""

    name: str
    doc: str
    levels: tuple[str, ...] = _ANY
    retired: str = ""


_ALL = (
    ScopeSpec("actions", "Runs of GitHub Actions, their artifacts and caches: write may cancel a run."),
    ScopeSpec("artifact-metadata", "Storage records of artifacts: write may tell where a built artifact is kept."),
    ScopeSpec("attestations", "Attestations of artifacts: write may attest where a build comes from."),
    ScopeSpec("checks", "Check runs and check suites: write may make a check run."),
    ScopeSpec("code-quality", "Code quality: write may upload reports of coverage."),
    ScopeSpec("contents", "The repository's contents: read may check it out, write may push and make releases."),
    ScopeSpec("deployments", "Deployments: write may make one."),
    ScopeSpec("discussions", "Discussions: write may close or delete one."),
    ScopeSpec(
        "id-token",
        "A token of OpenID Connect, to log in to a cloud without a secret. It takes write.",
        ("write", "none"),
    ),
    ScopeSpec("issues", "Issues: write may comment on one."),
    ScopeSpec("models", "Answers of AI models by GitHub Models.", ("read", "none")),
    ScopeSpec("packages", "GitHub Packages: write may publish one."),
    ScopeSpec("pages", "GitHub Pages: write may ask for a build."),
    ScopeSpec("pull-requests", "Pull requests: write may comment on one, label it or merge it."),
    ScopeSpec("repository-projects", "Classic projects, which GitHub has taken out of service."),
    ScopeSpec("security-events", "Alerts of code scanning: write may upload results."),
    ScopeSpec("statuses", "Statuses of commits: write may set one."),
    ScopeSpec("vulnerability-alerts", "Alerts of Dependabot.", ("read", "none")),
)

SCOPES: Mapping[str, ScopeSpec] = MappingProxyType({scope.name: scope for scope in _ALL})
"""All permissions by name."""

EVERYTHING: Mapping[str, str] = MappingProxyType(
    {"read-all": "Read access to everything.", "write-all": "Read and write access to everything."}
)
"""What may stand in place of a map of permissions."""
