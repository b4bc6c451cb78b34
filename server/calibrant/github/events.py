"""The events that start a workflow, with their activity types and filters (docs: events that trigger workflows)."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

_BRANCHES = ("branches", "branches-ignore")
_TAGS = ("tags", "tags-ignore")
_PATHS = ("paths", "paths-ignore")


class EventSpec(msgspec.Struct, frozen=True):
    """One event.

    `types` are its activity types; empty: it has none. `usual` are those that start a workflow where none are chosen (empty:
    all of them). `filters` are the keys its map may have beside `types`. `free_types`: the types are the user's own names.
    `retired` says since when, or why, nothing sends it any more.
    """

    name: str
    doc: str
    types: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    free_types: bool = False
    retired: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the event's map may have."""
        return (("types",) if self.types or self.free_types else ()) + self.filters


_CHANGED = ("created", "edited", "deleted")
_PULL_REQUEST = (
    *("assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize"),
    *("converted_to_draft", "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned"),
    *("ready_for_review", "review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled"),
)
_USUAL_PULL_REQUEST = ("opened", "synchronize", "reopened")
_PROJECTS = "GitHub has taken classic projects out of service, so this event no longer happens."

_ALL = (
    EventSpec("branch_protection_rule", "A rule that protects branches of the repository has changed.", _CHANGED),
    EventSpec(
        "check_run",
        "Something happened to a check run, one test of a check suite. Not for runs that GitHub Actions made itself.",
        ("created", "rerequested", "completed", "requested_action"),
    ),
    EventSpec(
        "check_suite",
        "A check suite, all check runs of one commit, has ended. Not for suites that GitHub Actions made itself.",
        ("completed", "requested", "rerequested"),
        usual=("completed",),
    ),
    EventSpec("create", "Someone made a branch or a tag. Not for more than three tags at once."),
    EventSpec("delete", "Someone deleted a branch or a tag. Not for more than three tags at once."),
    EventSpec("deployment", "Someone made a deployment. It may have no Git ref where it was made from a commit."),
    EventSpec("deployment_status", "The status of a deployment has changed, to anything but inactive."),
    EventSpec(
        "discussion",
        "A discussion of the repository was begun or changed. For its comments see ‘discussion_comment’.",
        (
            *_CHANGED,
            *("transferred", "pinned", "unpinned", "labeled", "unlabeled", "locked", "unlocked"),
            *("category_changed", "answered", "unanswered", "closed", "reopened"),
        ),
    ),
    EventSpec("discussion_comment", "A comment on a discussion was written, changed or deleted.", _CHANGED),
    EventSpec("fork", "Someone forked the repository."),
    EventSpec("gollum", "Someone wrote a page of the wiki."),
    EventSpec(
        "image_version",
        "A new version of a custom runner image can be used.",
        ("created", "ready", "deleted"),
        ("names", "versions"),
    ),
    EventSpec(
        "issue_comment",
        "A comment on an issue or on a pull request was written, changed or deleted; ‘github.event.issue.pull_request’ "
        "tells which of the two.",
        _CHANGED,
    ),
    EventSpec(
        "issues",
        "An issue was opened or changed. For its comments see ‘issue_comment’.",
        (
            *("opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened", "assigned"),
            *(
                "unassigned",
                "labeled",
                "unlabeled",
                "locked",
                "unlocked",
                "milestoned",
                "demilestoned",
                "typed",
                "untyped",
            ),
            *("field_added", "field_removed"),
        ),
    ),
    EventSpec("label", "A label of the repository was made, changed or deleted.", _CHANGED),
    EventSpec(
        "merge_group",
        "A pull request came into the merge queue, and its group wants to be checked.",
        ("checks_requested", "destroyed"),
        (*_BRANCHES,),
        usual=("checks_requested",),
    ),
    EventSpec("milestone", "A milestone was made or changed.", ("created", "closed", "opened", "edited", "deleted")),
    EventSpec("page_build", "Someone pushed to the branch that GitHub Pages is published from."),
    EventSpec(
        "project",
        "A classic project board has changed.",
        ("created", "closed", "reopened", "edited", "deleted", "updated"),
        retired=_PROJECTS,
    ),
    EventSpec(
        "project_card",
        "A card of a classic project board has changed.",
        ("created", "moved", "converted", "edited", "deleted"),
        retired=_PROJECTS,
    ),
    EventSpec(
        "project_column",
        "A column of a classic project board has changed.",
        ("created", "updated", "moved", "deleted"),
        retired=_PROJECTS,
    ),
    EventSpec("public", "The repository, private until then, was made public."),
    EventSpec(
        "pull_request",
        "Something happened to a pull request: unless other types are chosen, it was opened, reopened, or its branch was "
        "pushed to. It runs on the merge of the two branches; with a read-only token and no secrets where it comes from a fork.",
        _PULL_REQUEST,
        (*_BRANCHES, *_PATHS),
        usual=_USUAL_PULL_REQUEST,
    ),
    EventSpec("pull_request_comment", "Use ‘issue_comment’ for comments on pull requests.", _CHANGED),
    EventSpec(
        "pull_request_review",
        "A review of a pull request was submitted, changed or dismissed.",
        ("submitted", "edited", "dismissed"),
        (*_BRANCHES, *_PATHS),
    ),
    EventSpec(
        "pull_request_review_comment",
        "A comment on a pull request's diff was written, changed or deleted.",
        _CHANGED,
        (*_BRANCHES, *_PATHS),
    ),
    EventSpec(
        "pull_request_target",
        "As ‘pull_request’, but it runs on the target branch, with its secrets and a token that may write. Never build or "
        "run code of the pull request in such a workflow.",
        _PULL_REQUEST,
        (*_BRANCHES, *_PATHS),
        usual=_USUAL_PULL_REQUEST,
    ),
    EventSpec("push", "Someone pushed commits or a tag.", filters=(*_BRANCHES, *_TAGS, *_PATHS)),
    EventSpec("registry_package", "A package of the repository was published or updated.", ("published", "updated")),
    EventSpec(
        "release",
        "Something happened to a release. Drafts start nothing but ‘created’, ‘edited’ and ‘deleted’, if these.",
        ("published", "unpublished", "created", "edited", "deleted", "prereleased", "released"),
    ),
    EventSpec(
        "repository_dispatch",
        "Someone asked for it by GitHub's API; ‘types’ are names of your own, ‘github.event.client_payload’ is what was sent.",
        free_types=True,
    ),
    EventSpec(
        "schedule",
        "A time has come. A list of ‘cron’ entries, in UTC unless a ‘timezone’ is given; at most every 5 minutes, and "
        "only on the default branch.",
    ),
    EventSpec("status", "The status of a commit has changed."),
    EventSpec("watch", "Someone starred the repository.", ("started",)),
    EventSpec(
        "workflow_call",
        "Another workflow calls this one as a job.",
        filters=("inputs", "outputs", "secrets"),
    ),
    EventSpec("workflow_dispatch", "Someone starts it by hand, or by GitHub's API.", filters=("inputs",)),
    EventSpec(
        "workflow_run",
        "A run of another workflow was asked for, has begun or has ended. It runs on the default branch, with secrets, "
        "whatever started the other one.",
        ("completed", "requested", "in_progress"),
        ("workflows", *_BRANCHES),
    ),
)

EVENTS: Mapping[str, EventSpec] = MappingProxyType({event.name: event for event in _ALL})
"""All events by name, in the order of GitHub's documentation."""

INTERNAL: frozenset[str] = frozenset({"dynamic", "interactive_component", "member"})
"""Events that GitHub takes without documenting them: nothing is said about these."""

FILTERS: Mapping[str, str] = MappingProxyType(
    {
        "types": "Which activity starts the workflow: one type or a list.",
        "branches": "Only branches that one of these patterns fits; ‘!’ takes out again. For pull requests: the target branch.",
        "branches-ignore": "Not for branches that one of these patterns fits. Not beside ‘branches’.",
        "tags": "Only tags that one of these patterns fits; ‘!’ takes out again.",
        "tags-ignore": "Not for tags that one of these patterns fits. Not beside ‘tags’.",
        "paths": "Only where at least one changed file fits one of these patterns; ‘!’ takes out again.",
        "paths-ignore": "Not where every changed file fits one of these patterns. Not beside ‘paths’.",
        "workflows": "The names of the workflows whose runs are meant.",
        "names": "Only images whose name fits one of these patterns.",
        "versions": "Only image versions that fit one of these patterns.",
        "inputs": "The values that the workflow is given: each by its name, with a type, a description and a default.",
        "outputs": "What the workflow gives back to its caller: each by its name, with a value.",
        "secrets": "The secrets that the workflow may be given by its caller.",
    }
)
"""What each key of an event's map is for."""

OPPOSITES: tuple[tuple[str, str], ...] = (_BRANCHES, _TAGS, _PATHS)
"""Filters that cannot stand beside each other."""
