"""What the values of a workflow's keys say, read alike in every language."""

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq, plain
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Need


def text_of(node: Node | None) -> tuple[Scalar | None, str | None]:
    """Return a scalar and its text, each None where it is none."""
    if not isinstance(node, Scalar):
        return None, None
    return node, node.value if isinstance(node.value, str) else None


def text_at(root: Node | None, key: str) -> str | None:
    """Return the text that a key of a map has, if it has one."""
    return text_of(root.get(key) if isinstance(root, Map) else None)[1]


def readable(node: Node | None) -> Node | None:
    """Return a value that could be read, None where there is none."""
    return None if isinstance(node, Hole) else node


def needs_of(node: Node | None) -> tuple[Need, ...]:
    """Return what a value of ‘needs’ names: a text, or a list of some."""
    items = node.items if isinstance(node, Seq) else (node,)
    return tuple(
        Need(item.value, item.span) for item in items if isinstance(item, Scalar) and isinstance(item.value, str)
    )


def input_of(entry: Entry, values: str) -> Input:
    """Return a declared input; `values` is the key that lists the only ones allowed."""
    node = entry.value
    if not isinstance(node, Map):
        return Input(entry.name, entry.key.span, node)
    required = node.get("required")
    listed = node.get(values)
    return Input(
        name=entry.name,
        name_span=entry.key.span,
        node=node,
        type=text_at(node, "type") or "string",
        required=isinstance(required, Scalar) and required.value is True,
        description=text_at(node, "description") or "",
        default=readable(node.get("default")),
        sample=readable(node.get("sample")),
        enum=tuple(plain(item) for item in listed.items) if isinstance(listed, Seq) else (),
    )


def no_step(node: Node, first: str) -> tuple[Finding, ...]:
    """Say what is wrong with a step that is no map; nothing of one that could not be read. `first` is the key to begin with."""
    if isinstance(node, Hole) and not node.missing:
        return ()
    hint = f"A step is a map: begin with ‘{first}: …’, then ‘uses: …’ with ‘with: …’, or ‘run: …’."
    message, subject = "This step is not a map of keys and values.", ""
    if isinstance(node, Hole):
        message = "This step is empty."
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        subject = node.value.split("\n")[0][:40]
        name, colon, rest = subject.partition(":")
        if colon and rest and name.replace("_", "").replace("-", "").isalnum():
            hint = f"After the colon there must be a space: ‘{name}: {rest.strip()}’."
    span = node.span if node.span.end > node.span.start else Span(max(node.span.start - 1, 0), node.span.end)
    return (Finding("not-a-mapping", Kind.DEFINITION, span, message, hint=hint, subject=subject),)
