"""What a failure pattern is: one entry that knows how a complaint looks and what to call it."""

from collections.abc import Callable, Mapping

import msgspec

from calibrant.model.issue import Kind

More = Callable[[Mapping[str, str]], Mapping[str, str]]
"""From the groups of a match to what else is known of it; every name it can give is in what it returns, empty where unknown."""


class Pattern(msgspec.Struct, frozen=True):
    """One way in which tools say that something went wrong.

    `regex` is searched in the (bounded, uncoloured) output with MULTILINE set. Every quantifier in it has an upper bound and
    it starts with a line or a literal, so that its cost grows with the length of the output only.
    `message`, `hint` and `subject` may name the regex's groups in braces; groups that took part become evidence.
    `more` adds to the groups what follows from them: words for the templates, and evidence.
    `confidence` (0–1) is how sure the pattern is of its kind and code. Of several that match, the one of the first tier wins
    (`order.py`), in a tier the surest, then the last in the text.
    `unless`: where this is found as well, nothing matches (no tests ran, unless some did).
    `many`: each match is a complaint of its own; the first one is told and the rest counted.
    `shared`: the same subject in several steps is one cause (a missing module, a full disk). `tool` is the program that speaks
    so, where only one does; it is told as evidence.
    """

    name: str
    regex: str
    kind: Kind
    code: str
    confidence: float
    message: str
    hint: str
    matching: tuple[str, ...]
    non_matching: tuple[str, ...]
    subject: str = ""
    many: bool = False
    shared: bool = False
    tool: str = ""
    more: More | None = None
    unless: str = ""


class ExitPattern(msgspec.Struct, frozen=True):
    """What an exit status means by convention, for commands that say nothing clearer; `status` is 128 + n for signal n."""

    status: int
    kind: Kind
    code: str
    confidence: float
    message: str
    hint: str
