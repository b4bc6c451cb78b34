"""The first lines of a page on an issue code, for beside what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from calibrant.ide.page import Block, Link, Page, Rule, Text, Title

_HEADING: Final = re.compile(r"^#{1,6} +(.*?) *$", re.MULTILINE)
_WANTED: Final = ("How to fix",)


def help_pages(pages: Mapping[str, str], link: Callable[[str], str | None]) -> Page:
    """Return help on codes, given their pages as Markdown, each behind a line; nothing where there is none."""
    return tuple(block for code, text in pages.items() for block in (Rule(), *_help(code, text, link(code))))


def _help(code: str, text: str, uri: str | None) -> Iterator[Block]:
    sections = _sections(text)
    yield Title(code, "issue")
    for name in ("", *_WANTED):
        if first := sections.get(name, "").strip().split("\n\n", 1)[0]:
            yield Text(first)
    if uri:
        yield Link(f"More on {code}", uri)


def _sections(text: str) -> dict[str, str]:
    """Return the text under each heading; what is under the title has no name."""
    parts = _HEADING.split(text)
    titles = ["", *parts[3::2]]
    return dict(zip(titles, parts[2::2], strict=False))
