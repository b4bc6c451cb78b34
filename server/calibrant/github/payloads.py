"""What the events bring in `github.event` (docs: webhook events and payloads): the fields that workflows use most.

There are many more, so that what is not named here is never wrong.
"""

from collections.abc import Mapping
from types import MappingProxyType

_USER = "login id type html_url"
_REPOSITORY = "full_name name owner.login private default_branch html_url clone_url fork id"
_PULL_REQUEST = (
    "number title body state draft merged html_url id node_id merge_commit_sha author_association additions deletions "
    "changed_files commits created_at updated_at user.login labels.*.name assignees.*.login requested_reviewers.*.login "
    "milestone.title head.ref head.sha head.label head.repo.full_name head.repo.fork base.ref base.sha base.label "
    "base.repo.full_name"
)
_ISSUE = (
    "number title body state html_url id node_id author_association user.login labels.*.name assignees.*.login "
    "milestone.title pull_request.url created_at updated_at comments"
)
_COMMENT = "body id html_url user.login author_association created_at updated_at"
_COMMIT = (
    "id message timestamp url author.name author.email author.username committer.name committer.email added removed "
    "modified"
)
_RUN = (
    "id name conclusion status event head_branch head_sha run_number run_attempt html_url path display_title actor.login "
    "head_repository.full_name head_commit.message pull_requests.*.number"
)
_RELEASE = (
    "tag_name name body draft prerelease html_url upload_url id target_commitish author.login assets.*.name created_at"
)

_EVERYWHERE = {"repository": _REPOSITORY, "sender": _USER, "organization": "login id", "installation": "id"}

_OF: Mapping[str, Mapping[str, str]] = {
    "branch_protection_rule": {"action": "", "rule": "name id"},
    "check_run": {"action": "", "check_run": "name status conclusion head_sha html_url id"},
    "check_suite": {"action": "", "check_suite": "status conclusion head_sha head_branch id"},
    "create": {"ref": "", "ref_type": "", "master_branch": "", "description": ""},
    "delete": {"ref": "", "ref_type": ""},
    "deployment": {"action": "", "deployment": "id ref sha environment task creator.login payload description"},
    "deployment_status": {
        "action": "",
        "deployment": "id ref sha environment task creator.login",
        "deployment_status": "state environment target_url environment_url log_url description id",
    },
    "discussion": {"action": "", "discussion": "number title body html_url category.name user.login"},
    "discussion_comment": {"action": "", "comment": _COMMENT, "discussion": "number title body html_url category.name"},
    "fork": {"forkee": _REPOSITORY},
    "gollum": {"pages": "*.page_name *.title *.action *.sha *.html_url"},
    "issue_comment": {"action": "", "comment": _COMMENT, "issue": _ISSUE},
    "issues": {"action": "", "issue": _ISSUE, "label": "name color description", "assignee": _USER},
    "label": {"action": "", "label": "name color description"},
    "merge_group": {"action": "", "merge_group": "head_sha head_ref base_sha base_ref head_commit.message"},
    "milestone": {"action": "", "milestone": "number title description state due_on html_url"},
    "pull_request": {
        "action": "",
        "number": "",
        "pull_request": _PULL_REQUEST,
        "label": "name color description",
        "assignee": _USER,
        "before": "",
        "after": "",
        "changes": "title.from body.from base.ref.from",
    },
    "pull_request_review": {
        "action": "",
        "review": "state body id html_url user.login author_association submitted_at commit_id",
        "pull_request": _PULL_REQUEST,
    },
    "pull_request_review_comment": {"action": "", "comment": f"{_COMMENT} path line", "pull_request": _PULL_REQUEST},
    "push": {
        "ref": "",
        "before": "",
        "after": "",
        "created": "",
        "deleted": "",
        "forced": "",
        "compare": "",
        "base_ref": "",
        "head_commit": _COMMIT,
        "commits": " ".join(f"*.{one}" for one in _COMMIT.split()),
        "pusher": "name email",
    },
    "registry_package": {"action": "", "registry_package": "name package_type package_version.version html_url"},
    "release": {"action": "", "release": _RELEASE},
    "repository_dispatch": {"action": "", "client_payload": "", "branch": ""},
    "schedule": {"schedule": ""},
    "status": {"sha": "", "state": "", "context": "", "description": "", "target_url": "", "branches": "*.name"},
    "watch": {"action": ""},
    "workflow_call": {},
    "workflow_dispatch": {"inputs": "", "ref": "", "workflow": ""},
    "workflow_run": {"action": "", "workflow_run": _RUN, "workflow": "name path id"},
}
_ALIKE: Mapping[str, str] = {"pull_request_target": "pull_request"}


def payload_paths(event: str) -> tuple[str, ...]:
    """Return the fields of an event's payload as paths with dots, "*" for any element of a list; what all have comes last."""
    own = _OF.get(_ALIKE.get(event, event), {})
    return _paths(own) + _paths({name: told for name, told in _EVERYWHERE.items() if name not in own})


def _paths(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(path for name, below in fields.items() for path in (name, *(f"{name}.{one}" for one in below.split())))


VALUES: Mapping[tuple[str, ...], tuple[str, ...]] = MappingProxyType(
    {
        ("github", "ref_type"): ("branch", "tag"),
        ("github", "repository_visibility"): ("public", "private", "internal"),
        ("github", "secret_source"): ("None", "Actions", "Codespaces", "Dependabot"),
        ("github", "event", "review", "state"): ("approved", "changes_requested", "commented", "dismissed"),
        ("github", "event", "workflow_run", "conclusion"): ("success", "failure", "cancelled", "skipped", "timed_out"),
        ("job", "status"): ("success", "failure", "cancelled"),
        ("runner", "os"): ("Linux", "Windows", "macOS"),
        ("runner", "arch"): ("X64", "ARM64", "X86", "ARM"),
        ("runner", "environment"): ("github-hosted", "self-hosted"),
        ("steps", "*", "outcome"): ("success", "failure", "cancelled", "skipped"),
        ("steps", "*", "conclusion"): ("success", "failure", "cancelled", "skipped"),
        ("needs", "*", "result"): ("success", "failure", "cancelled", "skipped"),
        ("jobs", "*", "result"): ("success", "failure", "cancelled", "skipped"),
    }
)
"""What some fields can be, for completion: "*" stands for any name."""
