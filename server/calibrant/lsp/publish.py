"""Diagnostics: what reading and runs found, as the client can show it."""

from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from calibrant.lsp.convert import start_of, to_uri, told
from calibrant.model.issue import Finding, Issue, Place, Severity
from calibrant.model.text import Span
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.placing import outside, place

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.analysis import Analysis

SOURCE = "calibrant"
_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "hint": types.DiagnosticSeverity.Hint,
}


class Publisher:
    """Sends diagnostics, and knows what it has sent."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._shown: dict[str, str] = {}

    def publish(self, snapshot: Snapshot, analysis: "Analysis | None") -> None:
        """Send the diagnostics of a document's newest text. A clean file that is not open is passed over in silence."""
        issues = self.issues(snapshot, analysis)
        if snapshot.is_open:
            self._server.statuses.counted(snapshot.key, issues)
        shown = self._shown.get(snapshot.key)
        if shown is not None and shown != snapshot.uri:
            self.clear(snapshot.key)
        if issues or snapshot.is_open or snapshot.key in self._shown:
            self._shown[snapshot.key] = snapshot.uri
            diagnostics = _Diagnostics(self._server, snapshot)
            self._send(snapshot.uri, [one for issue in issues for one in diagnostics.of(issue)], snapshot.version)
        if not issues and not snapshot.is_open:
            self._shown.pop(snapshot.key, None)

    def clear(self, key: str) -> None:
        """Take back what was sent for a document, if anything."""
        uri = self._shown.pop(key, None)
        if uri is not None:
            self._send(uri, [], None)

    def issues(self, snapshot: Snapshot, analysis: "Analysis | None") -> list[Issue]:
        """Return the issues of a document as they stand: static ones, and those of its last look and run that still hold."""
        findings = self.findings(snapshot, analysis)
        if not findings:
            return []
        name = self._server.name_of(snapshot.path) if snapshot.path else snapshot.key
        return sorted(self._server.services.issues(name, findings), key=lambda issue: issue.finding.span)

    def findings(self, snapshot: Snapshot, analysis: "Analysis | None") -> list[Finding]:
        """Return what these issues are made of."""
        findings: list[Finding] = [snapshot.problem] if snapshot.problem else []
        if analysis and not snapshot.problem:
            findings += analysis.findings
            now = analysis.workflow
            looked = self._server.looks.found(snapshot.key)
            there = place(looked.findings, looked.workflow, now) if looked else []
            ran = self._server.runs.known(snapshot.key, snapshot.text)
            if ran:
                there = outside(there, ran.ended, ran.workflow, now) if there and ran.ended else there
                findings += place(ran.findings, ran.workflow, now)
            findings += there
        return findings

    def _send(self, uri: str, diagnostics: list[types.Diagnostic], version: int | None) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))


class _Diagnostics:
    """Makes the diagnostics of one document, with what the client understands."""

    def __init__(self, server: "CalibrantServer", snapshot: Snapshot) -> None:
        self._server = server
        self._snapshot = snapshot
        self._positions = server.positions(snapshot)
        text = server.client_capabilities.text_document
        can = text.publish_diagnostics if text else None
        self._related = bool(can and can.related_information)
        self._described = bool(can and can.code_description_support)
        self._tags = set(can.tag_support.value_set) if can and can.tag_support else set()

    def of(self, issue: Issue) -> list[types.Diagnostic]:
        """Return the issue's diagnostic, and one at each other step that has the same cause."""
        finding = issue.finding
        main = Place(finding.span, finding.message, step=finding.step)
        others = _others(finding)
        shown = [self._at(finding, issue.id, finding.related)]
        for other in others:
            there = msgspec.structs.replace(finding, span=other.span, message=other.message or finding.message)
            rest = tuple(at for at in (main, *finding.related) if at != other)
            shown.append(self._at(there, issue.id, rest))
        return shown

    def _at(self, finding: Finding, issue_id: str, related: tuple[Place, ...]) -> types.Diagnostic:
        link = self._server.services.link(finding.code) if self._described else None
        return types.Diagnostic(
            range=self._positions.range(finding.span),
            message=message_of(finding),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(link) if link else None,
            source=SOURCE,
            tags=self._tags_of(finding) or None,
            related_information=[self._related_to(at) for at in related] if self._related else None,
            data={"id": issue_id},
        )

    def _tags_of(self, finding: Finding) -> list[types.DiagnosticTag]:
        unused = finding.code.startswith("unused-")
        return [types.DiagnosticTag.Unnecessary] if unused and types.DiagnosticTag.Unnecessary in self._tags else []

    def _related_to(self, at: Place) -> types.DiagnosticRelatedInformation:
        message = at.message or (f"The same in step ‘{at.step}’" if at.step else "The same here")
        location = self._elsewhere(at) if at.path else self._positions.location(self._snapshot.uri, at.span)
        return types.DiagnosticRelatedInformation(location, message)

    def _elsewhere(self, at: Place) -> types.Location:
        """Return a place in another file: as a tool told it, exact where its text is at hand, else the file's start."""
        if self._snapshot.path is None:
            return start_of(self._snapshot.uri)
        if at.at is not None:
            root = self._server.configuration.workspace_of(self._snapshot.path)
            return told(to_uri(root / at.path), at.at)
        path = self._snapshot.path.parent / at.path
        other = self._server.documents.get(str(path))
        return self._server.positions(other).location(other.uri, at.span) if other else start_of(to_uri(path))


def shown_at(finding: Finding) -> list[Span]:
    """Return the spans at which a finding's diagnostics stand."""
    return [finding.span, *(at.span for at in _others(finding))]


def _others(finding: Finding) -> list[Place]:
    """Return the other steps that have the same cause."""
    return [at for at in finding.related if finding.cause and at.step and not at.path]


def message_of(finding: Finding) -> str:
    """Return what a finding says to the user, with its hint and the word that it is provisional."""
    parts = [finding.message, finding.hint]
    if finding.provisional:
        parts.append("(Provisional: an earlier step gave no real data, so this was found with a stand-in.)")
    return "\n".join(part for part in parts if part)
