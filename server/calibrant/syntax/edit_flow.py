"""Elements between brackets written and taken away: flow collections, and all of JSON."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from calibrant.model.nodes import Node, Style
from calibrant.model.text import Span, TextEdit
from calibrant.syntax.draft import Added
from calibrant.syntax.lines import above, ends_line, indent_of, line_end, line_start
from calibrant.syntax.render import Look, flow_text, json_lines, key_text

_COMMA = re.compile(r"\s*,")
_NO_LIMIT = 1 << 30


class Flow(NamedTuple):
    """A collection between brackets; `spans` are its entries' or items'."""

    text: str
    span: Span
    spans: tuple[Span, ...]
    key_style: Style

    def lined(self, number: int) -> bool:
        """Tell whether an element begins its line."""
        start = self.spans[number].start
        return not self.text[line_start(self.text, start) : start].strip()


def flow_value(text: str, node: Node, value: object, look: Look, style: Style = "plain") -> str:
    """Return a value as it is written over a node between brackets."""
    return _written(value, look, indent_of(text, node.span.start), style)


def _written(value: object, look: Look, indent: str, style: Style = "plain") -> str:
    if look.json and look.lined:
        return json_lines(value, look, indent, " " * look.unit)
    return flow_text(value, look, style)


def flow_edits(flow: Flow, removed: frozenset[int], added: Sequence[Added], look: Look) -> list[TextEdit]:
    """Return the edits that take elements away and write the added ones."""
    kept = [number for number in range(len(flow.spans)) if number not in removed]
    if not kept:
        return [_refilled(flow, added, look)]
    edits = [edit for run in _runs(removed) for edit in _removal(flow, run)]
    for place in sorted({one.at for one in added}):
        edits += _addition(flow, place, [one for one in added if one.at == place], kept, look)
    return edits


def _element(flow: Flow, one: Added, look: Look, indent: str) -> str:
    value = _written(one.value, look, indent)
    if one.name is None:
        return value
    return f"{key_text(one.name, look, flow.key_style, flow=True)}{look.colon}{value}"


def _refilled(flow: Flow, added: Sequence[Added], look: Look) -> TextEdit:
    """Write what stands between brackets when nothing of it stays."""
    inner = Span(flow.span.start + 1, flow.span.end - 1)
    texts = sorted(added, key=lambda one: one.at)
    if flow.spans and texts and flow.lined(0):
        indent = indent_of(flow.text, flow.spans[0].start)
        joint = "," + look.line_end + indent
        span = Span(flow.spans[0].start, flow.spans[-1].end)
        return TextEdit(span, joint.join(_element(flow, one, look, indent) for one in texts))
    outer = indent_of(flow.text, flow.span.start)
    if look.json and look.lined and texts and not (flow.spans and "\n" not in flow.text[inner.start : inner.end]):
        indent = outer + " " * look.unit
        joint = "," + look.line_end + indent
        body = joint.join(_element(flow, one, look, indent) for one in texts)
        return TextEdit(inner, f"{look.line_end}{indent}{body}{look.line_end}{outer}")
    return TextEdit(inner, look.comma.join(_element(flow, one, look, outer) for one in texts))


def _runs(numbers: frozenset[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _removal(flow: Flow, run: tuple[int, int]) -> list[TextEdit]:
    first, last = run
    text, spans = flow.text, flow.spans
    is_last = last == len(spans) - 1
    if flow.lined(first) and ends_line(text, spans[last].end):
        floor = spans[first - 1].end if first else flow.span.start + 1
        start = above(text, line_start(text, spans[first].start), floor, _NO_LIMIT)
        lines = TextEdit(Span(_before(text, start), line_end(text, spans[last].end)), "")
        comma = _COMMA.match(text, spans[first - 1].end) if first else None
        if is_last and comma is not None and _COMMA.match(text, spans[last].end) is None:
            return [TextEdit(Span(comma.end() - 1, comma.end()), ""), lines]
        return [lines]
    if first and is_last:
        return [TextEdit(Span(spans[first - 1].end, spans[last].end), "")]
    if is_last:
        return [TextEdit(Span(spans[first].start, spans[last].end), "")]
    return [TextEdit(Span(spans[first].start, spans[last + 1].start), "")]


def _before(text: str, start: int) -> int:
    return start - 2 if start > 1 and text.startswith("\r\n", start - 2) else start - 1


def _addition(flow: Flow, place: int, added: list[Added], kept: list[int], look: Look) -> list[TextEdit]:
    text, spans = flow.text, flow.spans
    before = [number for number in kept if number < place]
    near = before[-1] if before else kept[0]
    indent = indent_of(text, spans[near].start)
    lined = flow.lined(near)
    joint = f",{look.line_end}{indent}" if lined else look.comma
    written = joint.join(_element(flow, one, look, indent) for one in added)
    if not before:
        return [TextEdit(Span(spans[near].start, spans[near].start), written + joint)]
    end = spans[near].end
    if not (lined and ends_line(text, end)):
        return [TextEdit(Span(end, end), joint + written)]
    stop = line_end(text, end)
    comma = any(number > near for number in kept) or (near == len(spans) - 1 and _COMMA.match(text, end) is not None)
    below = TextEdit(Span(stop, stop), look.line_end + indent + written + ("," if comma else ""))
    return [below] if comma else [TextEdit(Span(end, end), ","), below]
