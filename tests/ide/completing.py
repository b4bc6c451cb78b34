"""Completions at a cursor mark, for tests: what is on offer, and the text that taking one gives."""

import re
from collections.abc import Mapping, Sequence

from calibrant.ide.completion import complete
from calibrant.ide.item import NONE, Offered
from calibrant.ide.place import place_at
from calibrant.model.connector import Choice, Specs
from calibrant.model.text import TextEdit, apply_edits
from calibrant.model.toolchain import Ground
from ide.marked import CURSOR, SPECS, unmarked
from ide.viewing import view

_PLACE = re.compile(r"\$(\d)|\$\{(\d)\|([^,|]*)[^}]*\}|\\([\\$}])")


def offers(
    marked: str,
    outputs: Mapping[str, object] | None = None,
    *,
    path: str = "a.workflow.yaml",
    choices: Sequence[Choice] | None = (),
    specs: Specs = SPECS,
    ground: Ground | None = None,
) -> Offered:
    """Return what is on offer at the mark; the steps gave these outputs when they last ran."""
    text, offset = unmarked(marked)
    known = view(text, outputs, path=path, specs=specs, ground=ground)
    place = place_at(known.workflow, specs, path, offset)
    if place is None:
        return NONE
    offered = complete(place, known, choices)
    for item in offered.items:
        assert item.span.start <= offset <= item.span.end, item
        assert "\n" not in text[item.span.start : item.span.end], item
        assert "\r" not in text[item.span.start : item.span.end], item
    return offered


def labels(offered: Offered) -> list[str]:
    """Return what is on offer by name, the most useful first."""
    return [item.label for item in offered.items]


def taken(marked: str, offered: Offered, label: str, *, snippet: bool = False) -> str:
    """Return the text after taking what is on offer under a name, with a mark where a snippet leaves the cursor."""
    text, offset = unmarked(marked)
    (item,) = [item for item in offered.items if item.label == label]
    insert = item.insert
    if snippet and item.snippet:
        line = text[text.rfind("\n", 0, offset) + 1 : offset]
        lead = line[: len(line) - len(line.lstrip(" "))]
        insert = _PLACE.sub(_shown, item.snippet.replace("\n", "\n" + lead))
    return apply_edits(text, [TextEdit(item.span, insert)])


def _shown(place: re.Match[str]) -> str:
    number, choice, first, escaped = place.groups()
    if escaped:
        return str(escaped)
    return CURSOR if (number or choice) == "1" else (first or "")
