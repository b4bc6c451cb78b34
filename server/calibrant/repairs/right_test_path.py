"""A test run that finds no test: told where the files are that are called as tests are."""

import posixpath
from collections.abc import Iterator

import msgspec

from calibrant.model.change import EditText
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.repairs.commanding import Scripted, given_to, running, scripted
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import step_at
from calibrant.repairs.wording import change, quoted
from calibrant.syntax.shell import Command, Word

_MOST = 3


class _Usage(msgspec.Struct, frozen=True):
    """How a program is given its paths: which options take a word, which of them choose among tests, where paths go.

    `start` is the option for the folder to begin in, empty where it is a word of its own; `may_add`: a path may be added.
    """

    valued: frozenset[str]
    choosing: frozenset[str] = frozenset()
    start: str = ""
    may_add: bool = True


def _usage(valued: str, choosing: str = "", start: str = "", *, may_add: bool = True) -> _Usage:
    return _Usage(frozenset(valued.split()), frozenset(choosing.split()), start, may_add)


_USAGES = {
    "pytest": _usage(
        "-k -m -c -p -n -o -W -r --rootdir --maxfail --tb --junitxml --durations --cov-report --cov-config --color "
        "--confcutdir --basetemp --log-level --log-cli-level --timeout --dist --deselect --ignore --ignore-glob --import-mode",
        "-k -m --deselect --ignore --ignore-glob --lf --last-failed --ff",
    ),
    "unittest": _usage("-k -s -p -t --start-directory --pattern --top-level-directory", "-k -p --pattern", "-s"),
    "jest": _usage("-t --testNamePattern -c --config --testPathPattern", "-t --testNamePattern", may_add=False),
    "vitest": _usage("-t --testNamePattern -c --config --root --dir", "-t --testNamePattern", may_add=False),
    "mocha": _usage("-g --grep -f --fgrep -R --reporter -r --require -t --timeout --config", "-g --grep -f --fgrep"),
    "playwright": _usage("-g --grep -c --config --project --reporter", "-g --grep --project", may_add=False),
}
_COMMANDS = {"vitest": ("run", "watch", "dev"), "playwright": ("test",), "unittest": ("discover",)}


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step, tool = step_at(workflow, issue.finding), issue.finding.evidence.get("tool", "")
    script, usage = scripted(workflow, step) if step else None, _USAGES.get(tool)
    if script is None or usage is None:
        return
    found = running(script.commands, tool)
    if len(found) != 1 or found[0].cwd is None or found[0].cwd.startswith("/"):
        return
    own = [posixpath.relpath(one, found[0].cwd) for one in issue.finding.candidates]
    named = _paths(found[0], tool, usage)
    if named is None or len(named) > 1:
        return
    wanted = [one for one in own if not (named and _covers(named[0].text or ".", one))][:_MOST]
    apart = bool(
        issue.finding.evidence.get("folders")
    )  # they belong to another project, which is better run where it lies
    for at, folder in enumerate(wanted):
        level = safety(issue, workflow, specs, len(wanted)) if at == 0 and (named or not apart) else "review"
        if named:
            # what stood there was looked through, and has no test
            yield Proposal(
                change(named[0].text, folder), (script.replace(named[0].span, _shell_word(folder)),), level, at
            )
        elif usage.may_add and folder != ".":
            edit = _added(script, found[0], tool, usage, folder)
            yield Proposal(f"Look for tests in {quoted(folder)}", (edit,), level, at + 2 * apart)


def _paths(command: Command, tool: str, usage: _Usage) -> list[Word] | None:
    """Return the words that name paths; None where something else chooses among the tests, or not all of it is known."""
    words, paths = list(given_to(command)), list[Word]()
    if words and words[0].text in _COMMANDS.get(tool, ()):
        words = words[1:]
    while words:
        word = words.pop(0)
        if word.text is None:
            return None
        name, equals, _ = word.text.partition("=")
        if not word.text.startswith("-"):
            paths.append(word)
        elif name in usage.choosing:
            return None
        elif name in usage.valued and not equals and words:
            value = words.pop(0)
            if usage.start and name in (usage.start, "--start-directory"):
                paths.append(value)
    return paths if all(word.text for word in paths) else None


def _covers(path: str, folder: str) -> bool:
    """Tell whether a path holds a folder: there it was looked for already."""
    one, other = posixpath.normpath(path), posixpath.normpath(folder)
    return one == other or other.startswith(f"{one}/") or (one == "." and not other.startswith(".."))


def _added(script: Scripted, command: Command, tool: str, usage: _Usage, folder: str) -> EditText:
    last = command.unwrapped.words[-1].span.end
    said = {word.text for word in given_to(command)}
    discover = " discover" if tool == "unittest" and "discover" not in said else ""
    option = f" {usage.start}" if usage.start else ""
    return script.replace(Span(last, last), f"{discover}{option} {_shell_word(folder)}")


def _shell_word(path: str) -> str:
    """Return a path as a word of a script: in quotes where the shell would take it for more."""
    plain = all(one.isalnum() or one in "/._-+@" for one in path)
    return path if plain else "'" + path.replace("'", "'\\''") + "'"


REPAIR = Repair("test-path", frozenset({"missing-test-discovery"}), 0.85, _propose)
