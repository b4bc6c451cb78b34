"""What goes to stdout: the chosen format, written so that a closed pipe or a narrow encoding does no harm."""

import os
import sys
from collections.abc import Iterable

from calibrant.report.text import Style


def style_for_terminal(*, details: bool = False) -> Style:
    """Return the style of text for stdout, with technical details where asked for: colour on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(colour=colour, details=details)


def write(lines: Iterable[str]) -> None:
    """Write lines to stdout as UTF-8, each as soon as it is there.

    What cannot be encoded (half a surrogate pair) becomes a question mark.

    Raises:
        BrokenPipeError: the reader went away.
    """
    stream = sys.stdout.buffer
    for line in lines:
        stream.write(line.encode("utf-8", "replace") + b"\n")
        stream.flush()  # the next one may take a while
