"""Text from files and tools made safe to show: what would steer a terminal or hide characters is made visible."""

import re
import unicodedata

_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_NARROW = frozenset({"Mn", "Me", "Cf"})


def visible(text: str) -> str:
    """Return the text with every control, direction and half character shown by a stand-in; line ends and tabs too."""
    return _STEERING.sub(_stand_in, text)


def one_line(text: str) -> str:
    """Return the text on one line, with what would steer a terminal made visible."""
    return visible(" ".join(text.split("\n")).replace("\t", " ").rstrip())


def cells(char: str) -> int:
    """Return how many columns of a terminal a character takes: 0, 1 or 2."""
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in _NARROW:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(cells, text))


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:  # the pictures of the C0 control characters stand in the same order
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"
