"""What strangers can write into contexts, and the inputs of actions that are code (docs: secure use, script injections)."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from calibrant.github.events import EVENTS


class Source(msgspec.Struct, frozen=True):
    """A value below the context `github` that someone without rights can choose: its path ("*" for any position), the events
    that carry it, who writes it, and a name for a variable that holds it.
    """

    path: tuple[str, ...]
    events: frozenset[str]
    who: str
    variable: str


def _sources(events: str, who: str, *named: str) -> tuple[Source, ...]:
    pairs = (one.split("=") for one in named)
    return tuple(Source(tuple(path.split(".")), frozenset(events.split()), who, variable) for path, variable in pairs)


_OPENS_PULL_REQUEST = "whoever opens the pull request"
_WRITES_COMMIT = "whoever wrote the commit"
_PULL_REQUEST = "pull_request pull_request_target pull_request_review pull_request_review_comment"

SOURCES: tuple[Source, ...] = (
    *_sources("pull_request pull_request_target", _OPENS_PULL_REQUEST, "head_ref=HEAD_REF"),
    *_sources(
        *(_PULL_REQUEST, _OPENS_PULL_REQUEST),
        *("event.pull_request.title=PR_TITLE", "event.pull_request.body=PR_BODY"),
        *("event.pull_request.head.ref=HEAD_REF", "event.pull_request.head.label=HEAD_LABEL"),
        "event.pull_request.head.repo.default_branch=HEAD_DEFAULT_BRANCH",
    ),
    *_sources(
        *("issues issue_comment", "whoever opens the issue"),
        *("event.issue.title=ISSUE_TITLE", "event.issue.body=ISSUE_BODY"),
    ),
    *_sources(
        *("issue_comment commit_comment discussion_comment pull_request_review_comment", "whoever writes the comment"),
        "event.comment.body=COMMENT_BODY",
    ),
    *_sources("pull_request_review", "whoever writes the review", "event.review.body=REVIEW_BODY"),
    *_sources("pull_request_review_comment", "whoever writes the comment", "event.review_comment.body=COMMENT_BODY"),
    *_sources(
        *("discussion discussion_comment", "whoever opens the discussion"),
        *("event.discussion.title=DISCUSSION_TITLE", "event.discussion.body=DISCUSSION_BODY"),
    ),
    *_sources("gollum", "whoever edits the wiki", "event.pages.*.page_name=PAGE_NAME"),
    *_sources(
        *("push", _WRITES_COMMIT),
        *("event.head_commit.message=COMMIT_MESSAGE", "event.commits.*.message=COMMIT_MESSAGE"),
        *("event.head_commit.author.name=AUTHOR_NAME", "event.head_commit.author.email=AUTHOR_EMAIL"),
        *("event.commits.*.author.name=AUTHOR_NAME", "event.commits.*.author.email=AUTHOR_EMAIL"),
    ),
    *_sources(
        *("workflow_run", "whoever started the other workflow"),
        *("event.workflow_run.head_branch=HEAD_BRANCH", "event.workflow_run.display_title=DISPLAY_TITLE"),
        "event.workflow_run.head_commit.message=COMMIT_MESSAGE",
        "event.workflow_run.head_commit.author.name=AUTHOR_NAME",
        "event.workflow_run.head_commit.author.email=AUTHOR_EMAIL",
        "event.workflow_run.pull_requests.*.head.ref=HEAD_REF",
    ),
)
"""All that is certain to be free text of somebody else."""

PRIVILEGED: frozenset[str] = frozenset(
    ["pull_request_target", "issues", "issue_comment", "discussion", "discussion_comment", "gollum"]
)
"""Events that anyone can cause, and that run with the repository's own rights and secrets."""

CODE_INPUTS: Mapping[str, str] = MappingProxyType(
    {
        "actions/github-script": "script",
        "appleboy/ssh-action": "script",
        "azure/cli": "inlinescript",
        "azure/powershell": "inlinescript",
        "addnab/docker-run-action": "run",
        "jannekem/run-python-script-action": "script",
        "nick-fields/retry": "command",
        "nick-invision/retry": "command",
    }
)
"""Inputs that an action runs as code, by the action's name; both in lower case."""


def reached(path: tuple[str, ...], *, whole: bool) -> tuple[Source, ...]:
    """Return what a path below `github` may lead to; the path is in lower case, "*" for what is not a name.

    `whole`: the value is written out with all that is in it, so what lies below the path counts too.
    """
    return tuple(
        source
        for source in SOURCES
        if (len(source.path) == len(path) or (whole and len(path) < len(source.path)))
        and all(mine in (given, "*") or given == "*" for mine, given in zip(source.path, path, strict=False))
    )


def known_events(names: frozenset[str]) -> bool:
    """Tell whether all names are events that GitHub documents, and none of them lets another workflow's event through."""
    return bool(names) and "workflow_call" not in names and all(name in EVENTS for name in names)
