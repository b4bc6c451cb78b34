"""What a check may know beside what it checks."""

import re

import msgspec

from calibrant.model.connector import ConnectorSpec, Specs
from calibrant.model.language import Language
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import JobBody, StepBody

_PINNED = re.compile(r"@[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_VERSION = re.compile(r"['\"]?[ \t]+#[^\r\n]*?(?<![\w.])(v?\d+(?:\.\d+){0,2})(?![\w.-])")


class Known(msgspec.Struct, frozen=True):
    """What a check may know beside what it checks; `ground` is where commands run, None where that is not known."""

    language: Language
    specs: Specs
    ground: Ground | None = None

    def spec(self, body: StepBody | JobBody) -> ConnectorSpec | None:
        """Return the declaration of what a step or a job calls, if there is one of that name that can be used."""
        if body.action is None:
            return None
        spec = self.specs.get(body.action)
        if spec is None and not self.language.runs:
            spec = self.specs.get(pinned(body))
        return None if spec is None or spec.broken else spec


def pinned(body: StepBody | JobBody) -> str:
    """Return what is called with the version that a comment tells where it is pinned to a commit: "actions/checkout@v4.1.1"."""
    node = body.action_node
    if node is None or body.action is None or not _PINNED.search(body.action):
        return ""
    told = _VERSION.match(body.text, node.span.end)
    return f"{body.action.partition('@')[0]}@{told[1]}" if told else ""
