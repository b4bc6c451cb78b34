"""A client that sends parts of a text, which we do not ask for, has its text kept exactly, whatever stands in it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from calibrant.lsp.sync import _changed
from calibrant.model.text import Encoding

PIECES = [
    "a",
    "word: ",
    "\n",
    "\r\n",
    "\r",
    "é",
    "\u2028",
    "\x0c",
    "\x85",
    "😀",
    "e\u0301",
    "\t",
    "  - id: x\n",
    "日本",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), TEXTS), min_size=1, max_size=5)


def units(text: str, encoding: Encoding) -> int:
    """Return how long a text is for the client."""
    codec = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    return len(text.encode(codec[0])) // codec[1]


def position(text: str, offset: int, encoding: Encoding) -> types.Position:
    """Return where an editor shows an offset: it knows three line ends, and one of two characters has nothing inside."""
    line = start = at = 0
    while at < offset:
        length = 2 if text.startswith("\r\n", at) else 1
        if text[at] in "\r\n":
            if at + length > offset:
                break
            line, start = line + 1, at + length
        at += length
    return types.Position(line, units(text[start:at], encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(TEXTS, EDITS)
def test_the_text_is_the_clients(encoding: Encoding, text: str, edits: list[tuple[float, float, str]]) -> None:
    server = cast("Any", SimpleNamespace(encoding=encoding))
    ours = theirs = text
    for one, other, new in edits:
        start, end = sorted((int(one * len(theirs)), int(other * len(theirs))))
        start, end = (at - (theirs[at - 1 : at + 1] == "\r\n") for at in (start, end))
        place = types.Range(position(theirs, start, encoding), position(theirs, end, encoding))
        theirs = theirs[:start] + new + theirs[end:]
        ours = _changed(ours, types.TextDocumentContentChangePartial(place, new), server)
        assert ours == theirs


def test_a_whole_text_takes_the_place_of_the_one_before() -> None:
    server = cast("Any", SimpleNamespace(encoding="utf-16"))
    assert _changed("a", types.TextDocumentContentChangeWholeDocument("b\r\n"), server) == "b\r\n"
