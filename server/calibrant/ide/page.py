"""What is said of a thing, as data, and how it is written as Markdown or as plain text. Nothing in it can become markup."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec


class Title(msgspec.Struct, frozen=True, tag=True):
    """What it is about: a name, and beside it what that is."""

    name: str
    kind: str = ""


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph; between single backticks stands what is written as code."""

    text: str


class Said(msgspec.Struct, frozen=True, tag=True):
    """A paragraph that others wrote, or data made of it: nothing in it is anything but text."""

    text: str


class Value(msgspec.Struct, frozen=True, tag=True):
    """A value on one line, behind words that say what it is."""

    words: str
    text: str


class Code(msgspec.Struct, frozen=True, tag=True):
    """Lines as they are; `language` is how an editor colours them."""

    text: str
    language: str = ""


class Items(msgspec.Struct, frozen=True, tag=True):
    """A list of what others wrote, or of data: nothing in it is anything but text."""

    items: tuple[str, ...]


class Link(msgspec.Struct, frozen=True, tag=True):
    """Where there is more to read."""

    words: str
    uri: str


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A line between what is about different things."""


Block = Title | Text | Said | Value | Code | Items | Link | Rule
Page = tuple[Block, ...]
"""What is said, one block after the other."""

_SPAN: Final = re.compile(r"`([^`\n]+)`")
_ALWAYS: Final = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|&(?=#|\w+;)|\$(?=\()")
_AT_START: Final = re.compile(r"\A(?:#{1,6}(?=\s|$)|[>+=|-]|\d{1,9}(?=[.)]))")
_ESCAPED: Final = r"\\\g<0>"
_RUNS: Final = re.compile(r"`+")
_UNSEEN: Final = frozenset("\u200d")
"""Characters that are not printable and yet part of what is seen: what joins emojis."""


def markdown(page: Page) -> str:
    """Return a page as Markdown, without HTML."""
    return "\n\n".join(filter(None, map(_marked, page)))


def plain_text(page: Page) -> str:
    """Return a page as text without markup."""
    return "\n\n".join(filter(None, map(_plain, page)))


def sayable(text: str) -> str:
    """Return a text with what could steer a display, or turn its direction, written out: ``\\u202e``. Line ends stay."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" or one in _UNSEEN else _written_out(one) for one in text)


def escaped(text: str) -> str:
    """Return a text on one line as Markdown that shows exactly that."""
    line = _ALWAYS.sub(_ESCAPED, sayable(" ".join(text.split())))
    return _AT_START.sub(lambda found: f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}", line, count=1)


def code_span(text: str) -> str:
    """Return a text on one line as Markdown's code within a line."""
    line = sayable(" ".join(text.split()))
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def _marked(block: Block) -> str:
    match block:
        case Title():
            kind = f" · {escaped(block.kind)}" if block.kind else ""
            return f"**{escaped(block.name)}**{kind}"
        case Text():
            return "".join(_inline(block.text))
        case Said():
            return escaped(block.text)
        case Value():
            return f"{escaped(block.words)}: {code_span(block.text)}"
        case Code():
            return _fenced(sayable(block.text), block.language)
        case Items():
            return "\n".join(f"- {escaped(item)}" for item in block.items)
        case Link():
            return f"[{escaped(block.words)}](<{_address(block.uri)}>)"
    return "---"


def _plain(block: Block) -> str:
    match block:
        case Title():
            return " ".join(sayable(f"{block.name} · {block.kind}" if block.kind else block.name).split())
        case Text():
            return _SPAN.sub(r"\1", sayable(" ".join(block.text.split())))
        case Said():
            return sayable(" ".join(block.text.split()))
        case Value():
            return sayable(" ".join(f"{block.words}: {block.text}".split()))
        case Code():
            return "\n".join(f"  {line}".rstrip() for line in sayable(block.text).split("\n"))
        case Items():
            return "\n".join(f"- {sayable(' '.join(item.split()))}" for item in block.items)
        case Link():
            return f"{sayable(block.words)}: {_address(block.uri)}"
    return "—"


def _inline(text: str) -> Iterator[str]:
    """Yield the parts of a paragraph: words, and code between backticks."""
    line = " ".join(text.split())
    at = 0
    for found in _SPAN.finditer(line):
        before = line[at : found.start()]
        yield _spaced(before, first=at == 0)
        yield code_span(found[1])
        at = found.end()
    yield _spaced(line[at:], first=at == 0)


def _spaced(text: str, *, first: bool) -> str:
    """Return a part of a line escaped, with the spaces at its ends; only the first one can begin a line."""
    if not text.strip():
        return text
    left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    middle = escaped(text) if first else _ALWAYS.sub(_ESCAPED, sayable(text.strip()))
    return f"{left}{middle}{right}"


def _fenced(text: str, language: str) -> str:
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _RUNS.findall(text)), default=0)


def _address(uri: str) -> str:
    return "".join(one if one.isprintable() and one not in "<> \\" else "" for one in uri)


def _written_out(one: str) -> str:
    code = ord(one)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
