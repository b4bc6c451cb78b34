"""A native workflow to begin with: what there is to validate, a step each."""

import re
from collections import Counter
from collections.abc import Sequence

from calibrant.model.toolchain import HERE, Validation
from calibrant.syntax.render import Look, block_lines, joined

_HEAD = """\
# What is checked here, each with the command that the project itself is set up for.
# Run it, and see every issue at once:  calibrate this file in your editor, or  calibrant calibrate FILE --trust
"""
_NO_WORD = re.compile(r"\W+", re.ASCII)


def start(validations: Sequence[Validation]) -> str:
    """Return the workflow's text; a step that greets where there is nothing to validate."""
    taken: set[str] = set()
    installs: dict[tuple[str, str], str] = {}
    steps: list[dict[str, object]] = []
    before = _beginnings(validations)
    for one in validations:
        needs: tuple[str, ...] = ()
        if one.install and not one.installed:
            home = one.home, one.ecosystem
            if home not in installs:
                installs[home] = _free(f"{before[home]}install", taken)
                steps.append(_step(installs[home], one.install, one.home, ()))
            needs = (installs[home],)
        begins = before[one.root, one.ecosystem]
        steps += [_step(_free(begins + purpose, taken), command, one.root, needs) for purpose, command in one.steps]
    written: dict[str, object] = {"name": "checks", "steps": steps or [{"id": "hello", "run": "echo hello"}]}
    look = Look()
    return f"{_HEAD}{joined(block_lines(written, look), 0, look)}\n"


def _step(name: str, command: str, root: str, needs: tuple[str, ...]) -> dict[str, object]:
    made: dict[str, object] = {"id": name, "run": command}
    if root != HERE:
        made["cwd"] = root
    if needs:
        made["needs"] = list(needs)
    if "{{" in command + root:
        made["templating"] = False
    return made


def _beginnings(validations: Sequence[Validation]) -> dict[tuple[str, str], str]:
    """Return how the names of steps begin in each folder, of each ecosystem: with both where there are several."""
    places = dict.fromkeys(
        place for one in validations for place in ((one.home, one.ecosystem), (one.root, one.ecosystem))
    )
    if len(validations) == 1:
        return dict.fromkeys(places, "")
    count = Counter(root for root, _ in places)
    begin: dict[tuple[str, str], str] = {}
    for root, ecosystem in places:
        words = [_word(root)] if root.strip("./") else []
        begin[root, ecosystem] = "_".join([*words, *([ecosystem] if not words or count[root] > 1 else []), ""])
    return begin


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with a number where it is taken (two folders may come to one name), and take it."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    taken.add(found)
    return found


def _word(text: str) -> str:
    word = _NO_WORD.sub("_", text).strip("_") or "part"
    return word if not word[0].isdigit() else f"part_{word}"
