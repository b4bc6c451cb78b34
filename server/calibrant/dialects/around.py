"""What can be wrong with a document as a whole, in every language."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map, Node
from calibrant.model.text import Span
from calibrant.syntax import LIMITS


def refused(text: str) -> Finding | None:
    """Return why a text is not read at all, None where it is."""
    place = Span(0, min(1, len(text)))
    if len(text) > LIMITS.file:
        message = f"This file has {len(text):,} characters; {LIMITS.file:,} is the most that is read."
        return Finding("file-too-large", Kind.SYNTAX, place, message, hint="Split it into several workflows.")
    if "\0" in text:
        at = text.index("\0")
        message = "This file is not text: it has a zero byte in it."
        hint = "Check that it is the right file, and save it as UTF-8 text."
        return Finding("not-text", Kind.SYNTAX, Span(at, at + 1), message, hint=hint)
    return None


def second_document(place: Span) -> Finding:
    """Return what is said of a file in which another document begins."""
    message = "A second document begins here; only the first one of a file is read."
    hint = "Remove this line, or put the second workflow into a file of its own."
    return Finding("several-documents", Kind.SYNTAX, place, message, hint=hint)


def about_root(root: Node, text: str, hint: str, *, read_wholly: bool) -> Iterator[Finding]:
    """Say what is wrong with a document that is no map.

    `hint` says how one begins; `read_wholly`: nothing of it was unreadable.
    """
    if isinstance(root, Map):
        return
    if isinstance(root, Hole) and root.missing:
        place = Span(0, min(1, len(text)))
        yield Finding("empty-workflow", Kind.DEFINITION, place, "This workflow is empty.", hint=hint)
    elif read_wholly:
        line = text[root.span.start : root.span.end].split("\n")[0].rstrip()
        end = root.span.start + max(len(line), 1)
        message = "A workflow must be a map of keys and values, and this is none."
        yield Finding("not-a-mapping", Kind.DEFINITION, Span(root.span.start, end), message, hint=hint)
