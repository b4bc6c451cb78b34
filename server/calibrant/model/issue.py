"""Findings and issues: what is wrong, where, and what would mend it."""

from enum import StrEnum
from hashlib import blake2b
from typing import Literal

import msgspec

from calibrant.model.expression import Path
from calibrant.model.text import Span

Severity = Literal["error", "warning", "hint"]


class Kind(StrEnum):
    """What sort of cause an issue has; it decides how a run goes on (see docs/architecture.md)."""

    SYNTAX = "syntax"
    DEFINITION = "definition"
    PARAMETER = "parameter"
    DATA_SHAPE = "data_shape"
    MISSING_DATA = "missing_data"
    EMPTY_DATA = "empty_data"
    HARDCODED = "hardcoded"
    AUTH = "auth"
    CONNECTION = "connection"
    RATE_LIMIT = "rate_limit"
    TRANSIENT = "transient"
    INFRA = "infra"
    LOGIC = "logic"
    RUNTIME = "runtime"
    TEST_ASSERT = "test_assert"
    LINT = "lint"
    TYPECHECK = "typecheck"
    SECURITY = "security"
    POLICY = "policy"
    SCHEMA_MIGRATION = "schema_migration"
    UNKNOWN = "unknown"


SEVERITY: dict[Kind, Severity] = {Kind.EMPTY_DATA: "warning", Kind.LINT: "warning", Kind.HARDCODED: "hint"}
"""The severity of each kind that is not an error."""


def severity_of(kind: Kind) -> Severity:
    """Return the severity that a kind has unless its code says otherwise."""
    return SEVERITY.get(kind, "error")


class At(msgspec.Struct, frozen=True, gc=False):
    """A place in a file whose text is not at hand, as a tool told it: lines and columns from 0, the end left out.

    Columns are those of the tool; `end_column` -1 is the end of the line.
    """

    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = -1


class Place(msgspec.Struct, frozen=True, gc=False):
    """A further place that belongs to a finding; `path` is empty for the finding's own file.

    With `at`, the place is in a file that a tool told of: `path` is then relative to the workspace, and `span` means nothing.
    """

    span: Span
    message: str = ""
    path: str = ""
    step: str | None = None
    at: At | None = None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing that is wrong at one place, from reading, a rule, or a run.

    `subject` is what the complaint is about, as short as it can be (a name, a value): with code, step and `where` it
    makes the identity of the cause, so it holds no positions, counts or times. `where` is a path inside the step, such
    as ("with", "range"). `candidates` are valid values, the closest first; `evidence` is what repairs work from.
    `cause` joins findings of several steps that have one cause ("connection:http://localhost:1"); empty: on its own.
    `confidential`: the text at `span` is shown nowhere, in no message and no line of source.
    """

    code: str
    kind: Kind
    span: Span
    message: str
    hint: str = ""
    details: str = ""
    severity: Severity = "error"
    step: str | None = None
    where: Path = ()
    subject: str = ""
    cause: str = ""
    related: tuple[Place, ...] = ()
    candidates: tuple[str, ...] = ()
    evidence: dict[str, str] = {}
    provisional: bool = False
    at_run: bool = False
    confidential: bool = False

    def shifted(self, by: int) -> "Finding":
        """Return the finding with its own places moved by `by` code points."""
        if by == 0:
            return self
        related = tuple(
            place if place.path else msgspec.structs.replace(place, span=place.span.shift(by)) for place in self.related
        )
        return msgspec.structs.replace(self, span=self.span.shift(by), related=related)


class FixRef(msgspec.Struct, frozen=True, gc=False):
    """A repair on offer for an issue, as shown in results. `tried`: a trial told of it; `outcome` is what, in words."""

    id: str
    title: str
    safety: Literal["safe", "review"]
    confidence: float
    verified: bool = False
    tried: bool = False
    outcome: str = ""


class Issue(msgspec.Struct, frozen=True, gc=False):
    """A finding as shown to people: with an identity, its file, and the repairs on offer."""

    id: str
    path: str
    finding: Finding
    fixes: tuple[FixRef, ...] = ()

    @property
    def code(self) -> str:
        """The issue code."""
        return self.finding.code

    @property
    def severity(self) -> Severity:
        """The severity in force."""
        return self.finding.severity


def identity(path: str, finding: Finding) -> str:
    """Return the identity of a finding's cause: 12 hex digits, the same across runs while the cause is the same."""
    parts = (path, finding.code, finding.step or "", "/".join(map(str, finding.where)), finding.subject)
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
