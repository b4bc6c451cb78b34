"""What reading a piece of text gives, and the bounds that keep reading finite."""

from typing import Literal

import msgspec

from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Anchors, Node
from calibrant.model.text import Span

Format = Literal["yaml", "json"]


class Limits(msgspec.Struct, frozen=True, gc=False):
    """Bounds: characters of a file, levels of nesting, nodes made by aliases (one more is allowed for each
    character of the text), problems told for one piece.

    `lines` and `indents` are what the YAML parser takes in one go: it counts lines in 16 bits, and writes past its
    buffer (and crashes the process) where more than 253 levels of indentation are open.
    `reread` bounds the characters parsed again while reading around mistakes.
    """

    file: int = 10_000_000
    depth: int = 100
    alias_nodes: int = 10_000
    problems: int = 100
    lines: int = 30_000
    columns: int = 30_000
    indents: int = 240
    reread: int = 32_000_000


LIMITS = Limits()


class Tree(msgspec.Struct, frozen=True, gc=False):
    """The node a piece was read into and what is wrong with its text; spans are relative to the piece.

    `anchors` tells when reading the same text again would give the same; None: not for sure.
    """

    node: Node
    problems: tuple[Finding, ...] = ()
    anchors: Anchors | None = None


def syntax_problem(span: Span, message: str, hint: str = "", subject: str = "") -> Finding:
    """Return a finding about text that cannot be read."""
    return Finding("syntax-error", Kind.SYNTAX, span, message, hint=hint, subject=subject[:60])
