"""Outputs of several packages in one: pnpm writes the package's folder and the script before each line of `pnpm -r run`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

_SCRIPT = re.compile(r"^(?P<folder>[\w@.][\w@./-]{0,200}) (?P<script>[\w:.-]{1,60})\$ \S", re.MULTILINE)
_LINE = re.compile(r"(?P<folder>[\w@.][\w@./-]{0,200}) (?P<script>[\w:.-]{1,60})(?:: |:$|\$ )")

_MOST = 300
"""How many scripts of packages are told apart."""


def apart(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is of no package, under no folder, and what each script of each package printed, under the package's folder."""
    scripts = {(match["folder"], match["script"]) for match in islice(_SCRIPT.finditer(text), _MOST)}
    if not scripts:
        yield "", text
        return
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in text.split("\n"):
        match = _LINE.match(line)
        of = (match["folder"], match["script"]) if match else ("", "")
        if match and of in scripts:
            parts[of].append(line[match.end() :])
        else:
            parts["", ""].append(line)
    for (folder, _), lines in parts.items():
        yield folder, "\n".join(lines)
