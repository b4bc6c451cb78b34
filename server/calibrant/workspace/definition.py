"""What stands for what the text of a step says, so that texts are not kept for telling whether one changed."""

from collections.abc import Mapping
from hashlib import blake2b

from calibrant.ide.things import unquoted
from calibrant.model.nodes import plain
from calibrant.model.text import Span
from calibrant.model.workflow import StepBody


def definition(body: StepBody, renamed: Mapping[str, str] | None = None) -> str:
    """Return a digest of what a step says, its own id apart, and after a blank its `form`.

    `renamed` are steps that had other names, by the names they have now: it is told as if they had the old ones.
    """
    start = body.node.span.start
    text = body.text[start : body.node.span.end]
    for span, words in sorted(_named(body, renamed or {}), reverse=True):
        text = text[: span.start - start] + words + text[span.end - start :]
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if body.anchors is None or body.anchors.taken:  # more of it stands elsewhere
        text += repr(plain(body.node))
    return f"{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()} {form(body)}"


def form(body: StepBody) -> str:
    """Return what decides what a step gives at all: its connector, and whether it runs for each element of a list."""
    return f"{body.action}[]" if body.for_each is not None else str(body.action)


def form_of(definition: str) -> str:
    """Return the form in what `definition` gave."""
    return definition.partition(" ")[2]


def _named(body: StepBody, renamed: Mapping[str, str]) -> list[tuple[Span, str]]:
    """Return where names of steps stand in a step, with what is to stand there."""
    named = [(body.id_node.span, "")] if body.id_node is not None and not body.id_node.aliased else []
    if renamed:
        places = [(one.parts[0], one.root) for one in body.references] + [
            (unquoted(body.text, one.span), one.id) for one in body.needs
        ]
        named += [
            (span, renamed[name])
            for span, name in dict.fromkeys(places)
            if name in renamed and body.text[span.start : span.end] == name
        ]
    return named
