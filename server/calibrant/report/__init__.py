"""Results for people and programs: JSON, SARIF, GitHub annotations and terminal text; imports model only."""

from calibrant.report.json_report import check_object, dumps, issue_object, session_object
from calibrant.report.source import Report

__all__ = ["Report", "check_object", "dumps", "issue_object", "session_object"]
