"""What seems wrong with a command where it stands, as long as nothing before it has changed what it was looked up in."""

import posixpath
from collections.abc import Callable, Mapping, Sequence

import msgspec

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Severity
from calibrant.model.text import Span
from calibrant.model.toolchain import Ground, Survey


class Near(msgspec.Struct, frozen=True, gc=False):
    """What may have been meant: the texts that would be right, the closest first, what to do, and more for repairs."""

    candidates: tuple[str, ...]
    hint: str
    evidence: tuple[tuple[str, str], ...] = ()


class Claim(msgspec.Struct, frozen=True):
    """A finding that holds unless something made or changed a file before.

    `names` are the files and folders, by
    their last names, that it hangs on; `absent`: it is about something that is not there, which any program of the
    project may make; lock files and manifests in folders of the workspace come from others. `near` looks for what may have been
    meant, which is done only for what is told; claims of one `key` have the same.
    """

    finding: Finding
    names: frozenset[str]
    absent: bool
    near: Callable[[], Near] | None = None
    key: tuple[str, ...] = ()


def told(claim: Claim, known: dict[tuple[str, ...], Near]) -> Finding:
    """Return the finding of a claim that holds, with what may have been meant; what was looked for is `known`."""
    if claim.near is None:
        return claim.finding
    near = known.get(claim.key)
    if near is None:
        near = known[claim.key] = claim.near()
    evidence = {**claim.finding.evidence, **{name: value for name, value in near.evidence if value}}
    return msgspec.structs.replace(claim.finding, candidates=near.candidates, hint=near.hint, evidence=evidence)


class Site(msgspec.Struct, frozen=True):
    """Where commands stand and run: their ground, the step's own folder as written, and how to find their places.

    `locate` turns offsets of the script into a span of the step; `path` leads to the script.
    """

    ground: Ground
    base: str
    locate: Callable[[int, int], Span]
    path: Path

    @property
    def survey(self) -> Survey:
        """What was found in the workspace."""
        return self.ground.survey

    def folder(self, cwd: str | None) -> str | None:
        """Return a command's folder in the survey; None where it is not known, or lies elsewhere."""
        if cwd is None or cwd.startswith(("/", "~")):
            return None
        return self.ground.at(posixpath.join(self.base, cwd))

    def missing(self, folder: str, name: str) -> str | None:
        """Return the path in the survey of something that is surely not in a folder of it; None where it may be there."""
        path = posixpath.normpath(posixpath.join(folder, name))
        outside = path.startswith(("../", "/", "~")) or path == ".."
        return path if not outside and self.survey.lacks(path) and not _in_submodule(self.survey, path) else None

    def there(self, folder: str) -> bool:
        """Tell whether a folder of the survey is surely there."""
        return folder == "." or f"{folder}/" in self.survey.files

    def from_base(self, path: str) -> str:
        """Return a path of the survey as the step's folder would be written."""
        return posixpath.relpath(path, self.ground.folder)

    def claim(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        subject: str,
        names: Sequence[str],
        hint: str = "",
        absent: bool = True,
        severity: Severity = "error",
        candidates: Sequence[str] = (),
        evidence: Mapping[str, str] | None = None,
        near: Callable[[], Near] | None = None,
        key: tuple[str, ...] = (),
    ) -> Claim:
        """Return a claim about the characters of a script."""
        finding = Finding(
            code,
            Kind.PARAMETER,
            self.locate(span.start, span.end),
            message,
            hint=hint,
            severity=severity,
            where=self.path,
            subject=subject,
            candidates=tuple(candidates),
            evidence={name: value for name, value in (evidence or {}).items() if value},
        )
        return Claim(finding, frozenset(names), absent, near, (code, *key))


def _in_submodule(survey: Survey, path: str) -> bool:
    """Tell whether a path may lie in a repository of its own, which need not be fetched here: in a folder without anything."""
    if ".gitmodules" not in survey.files:
        return False
    return "/" in path


def parts(path: str) -> list[str]:
    """Return the names on the way to a path, its own included."""
    return [part for part in path.split("/") if part not in ("", ".", "..")]


def installed(lock: str) -> str:
    """Return what stands among names for a lock file that an install makes where there is none."""
    return f"{lock} made"
