"""How grave a stranger's text in a script is hangs on what starts the workflow."""

import pytest

from calibrant import connectors, dialects, rules
from calibrant.model.issue import Finding

TEXT = "on: {on}\njobs:\n  a:\n    runs-on: {runner}\n    steps:\n      - run: echo ${{{{ {expression} }}}}\n"


def found(on: str, expression: str, runner: str = "ubuntu-latest") -> list[Finding]:
    workflow = dialects.read(".github/workflows/a.yml", TEXT.format(on=on, expression=expression, runner=runner))
    assert workflow is not None
    return [one for one in rules.check(workflow, connectors.specs()).findings if one.code == "script-injection"]


@pytest.mark.parametrize(
    ("on", "expression", "severity"),
    [
        ("issues", "github.event.issue.title", "error"),
        ("[push, issue_comment]", "github.event.comment.body", "error"),
        ("{pull_request_target: {types: [opened]}}", "github.head_ref", "error"),
        ("pull_request", "github.head_ref", "warning"),
        ("push", "github.event.head_commit.message", "warning"),
        ("workflow_call", "github.event.issue.title", "warning"),
        ("[workflow_run]", "github.event.workflow_run.head_branch", "warning"),
        ("issues", "toJSON(github)", "error"),
        ("push", "toJSON(github)", None),
        ("push", "github.event.issue.title", None),
        ("schedule", "github.head_ref", None),
        ("workflow_dispatch", "github.event.inputs.name", None),
        ("pull_request", "github.event.pull_request.head.sha", None),
        ("pull_request", "github.event.pull_request.labels.*.name", None),
        ("pull_request", "fromJSON('[1]')[github.event.pull_request.title]", None),
        ("pull_request", "github.event.pull_request.title == 'a' || 'b'", None),
        ("pull_request", "case(github.head_ref == 'a', 'b', 'c')", None),
    ],
)
def test_severity_by_event(on: str, expression: str, severity: str | None) -> None:
    assert [one.severity for one in found(on, expression)] == ([severity] if severity else [])


def test_what_a_repair_needs_is_there() -> None:
    (one,) = found("pull_request", "format('{0}', github.event.pull_request.title)")
    assert one.evidence == {
        "expression": "format('{0}', github.event.pull_request.title)",
        "variable": "PR_TITLE",
        "shell": "bash",
    }
    assert found("pull_request", "github.head_ref", "windows-latest")[0].evidence["shell"] == "powershell"
    assert "$env:HEAD_REF" in found("pull_request", "github.head_ref", "windows-latest")[0].hint
