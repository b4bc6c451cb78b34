"""What a terminal shows, as HTML: text with the escape sequences that colour it."""

import html
import re
from collections.abc import Iterator

_SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()].|[\x0e\x0f]")
_NAMED = ("#14161b", "#ffc0b9", "#b3f6c0", "#fce094", "#a6dbff", "#ffcaff", "#8cf8f7", "#e0e2ea")
_FOREGROUND, _BACKGROUND = "#e0e2ea", "#14161b"
_ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}
_COLOURED = {38: "color", 48: "background", 58: "line"}
_OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",), 39: ("color",), 49: ("background",)}

Look = dict[str, str]


def page(text: str) -> str:
    """Return a page that shows a terminal's text, in the colours that Neovim has of its own where none are given."""
    style = f"margin:0;padding:10px;display:inline-block;color:{_FOREGROUND};font:14px/18px 'DejaVu Sans Mono'"
    return f'<body style="margin:0;background:{_BACKGROUND}"><pre style="{style}">{"".join(_spans(text))}</pre></body>'


def _spans(text: str) -> list[str]:
    found, look, end = [], Look(), 0
    for sequence in _SEQUENCE.finditer(text):
        found.append(_span(text[end : sequence.start()], look))
        if sequence[1] is not None:
            look = _changed(look, sequence[1])
        end = sequence.end()
    return [*found, _span(text[end:], look)]


def _changed(look: Look, codes: str) -> Look:
    """Return a look after an escape sequence."""
    numbers = iter(codes.split(";"))
    for code in numbers:
        first, *more = code.split(":")
        number = int(first or 0)
        if number == 0:
            look = {}
        elif number in {38, 48, 58}:
            given = iter([each for each in more if each]) if more else numbers
            look = look | {_COLOURED[number]: _colour(next(given), given)}
        elif 30 <= number <= 37 or 90 <= number <= 97:
            look = look | {"color": _NAMED[number % 10]}
        elif 40 <= number <= 47 or 100 <= number <= 107:
            look = look | {"background": _NAMED[number % 10]}
        elif number in _ON:
            look = look | {_ON[number]: "wavy" if more == ["3"] else "solid"}
        else:
            look = {name: value for name, value in look.items() if name not in _OFF.get(number, ())}
    return look


def _colour(kind: str, numbers: Iterator[str]) -> str:
    """Return the colour that the next numbers stand for: three parts, or one of 256."""
    if kind == "2":
        return f"rgb({','.join(next(numbers) for _ in range(3))})"
    index = int(next(numbers))
    if index < 16:
        return _NAMED[index % 8]
    if index >= 232:
        return f"rgb({','.join([str(8 + 10 * (index - 232))] * 3)})"
    cube = [(index - 16) // step % 6 for step in (36, 6, 1)]
    return f"rgb({','.join(str(part and 55 + 40 * part) for part in cube)})"


def _span(text: str, look: Look) -> str:
    if not text:
        return ""
    front, back = look.get("color", _FOREGROUND), look.get("background", _BACKGROUND)
    if "reverse" in look:
        front, back = back, front
    style = f"color:{front};background:{back}"
    if "bold" in look:
        style += ";font-weight:bold"
    if "italic" in look:
        style += ";font-style:italic"
    if "dim" in look:
        style += ";opacity:.6"
    if "underline" in look:
        style += f";text-decoration:underline {look['underline']} {look.get('line', '')}"
    return f'<span style="{style}">{html.escape(text)}</span>'
