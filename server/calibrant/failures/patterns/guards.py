"""How security scanners and policy checks report what they refuse."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="audit-summary",
        regex=r"^(?:Found |found )?[1-9]\d{0,5} (?:(?:known|low|moderate|high|critical) (?:severity )?)?vulnerabilit(?:y|ies)",
        kind=Kind.SECURITY,
        code="vulnerability-found",
        confidence=0.92,
        message="The security check found packages with known weaknesses.",
        hint="Update the packages that the details name.",
        matching=(
            "3 vulnerabilities (1 moderate, 2 high)",
            "Found 2 known vulnerabilities in 1 package",
            "1 high severity vulnerability",
        ),
        non_matching=("found 0 vulnerabilities", "No known vulnerabilities found"),
    ),
    Pattern(
        name="advisory",
        regex=r"\b(?P<advisory>CVE-\d{4}-\d{4,7}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|RUSTSEC-\d{4}-\d{4})\b",
        kind=Kind.SECURITY,
        code="vulnerability-found",
        confidence=0.84,
        message="The security check names a known weakness: {advisory}.",
        hint="Update the package that the details name with it.",
        subject="{advisory}",
        many=True,
        shared=True,
        matching=("│ libssl3 │ CVE-2024-12345 │ HIGH │", "ID: RUSTSEC-2023-0001"),
        non_matching=("CVE list updated", "GHSA-1"),
    ),
    Pattern(
        name="secret-found",
        regex=r"\bleaks found: [1-9]|Potential secret|Secret detected|[1-9]\d{0,5} (?:verified |unverified )?secrets? found",
        kind=Kind.SECURITY,
        code="secret-exposed",
        confidence=0.95,
        message="The security check found a password or token in the files.",
        hint="Take it out of the files, and change it: what was once written down is known.",
        matching=("WRN leaks found: 2", "ERROR: Potential secrets about to be committed to git repo!"),
        non_matching=("no leaks found", "leaks found: 0"),
    ),
    Pattern(
        name="bandit",
        regex=r"^>> Issue: \[(?P<rule>B\d{3}):[\w-]{1,60}\] (?P<said>[^\n]{1,300})",
        kind=Kind.SECURITY,
        code="vulnerability-found",
        confidence=0.95,
        message="The security check objects to the code: {said} ({rule})",
        hint="Correct the code at the place that the details name.",
        subject="{rule}",
        many=True,
        matching=(
            ">> Issue: [B602:subprocess_popen_with_shell_equals_true] subprocess call with shell=True identified",
        ),
        non_matching=("No issues identified.",),
    ),
    Pattern(
        name="policy",
        regex=(
            r"(?i:denied by (?:\w{1,40} ){0,3}policy|violates? (?:the |an? )?(?:\w{1,40} ){0,3}polic(?:y|ies)|policy violation|"
            r"blocked by (?:\w{1,40} ){0,3}policy|not allowed by (?:\w{1,40} ){0,3}policy)|"
            r"admission webhook \"[^\"\n]{1,200}\" denied the request|protected branch hook declined"
        ),
        kind=Kind.POLICY,
        code="policy-denied",
        confidence=0.95,
        message="A rule of the place where this runs forbids it.",
        hint="The details say which rule; change what it forbids, or ask those who set it.",
        matching=(
            "Error: request denied by organization policy",
            'admission webhook "validate.kyverno.svc" denied the request: no latest tags',
            "! [remote rejected] main -> main (protected branch hook declined)",
            "FAIL - main.tf - policy violation: bucket is public",
        ),
        non_matching=("the privacy policy was updated",),
    ),
    Pattern(
        name="conftest",
        regex=r"^FAIL - (?P<file>[^\s]{1,300}) - (?P<rule>[\w.]{1,100}) - (?P<said>[^\n]{1,300})$",
        kind=Kind.POLICY,
        code="policy-denied",
        confidence=0.93,
        message="A rule forbids what ‘{file}’ says: {said}",
        hint="Change what the rule forbids, or ask those who set it.",
        subject="{file} {said}",
        many=True,
        matching=("FAIL - deployment.yaml - main - Containers must not run as root",),
        non_matching=("PASS - deployment.yaml - main - data.main.deny",),
    ),
)
