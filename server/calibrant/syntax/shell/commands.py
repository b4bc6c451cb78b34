"""The simple commands of a script, with the folder that each runs in and whether it is certain to matter."""

from collections.abc import Iterable

import msgspec

from calibrant.model.text import Span
from calibrant.syntax.shell.general import masked, parsed
from calibrant.syntax.shell.reading import Word

HERE = "."


class Target(msgspec.Struct, frozen=True, gc=False):
    """A file that a redirection names; `writes`: its contents are made there."""

    word: Word
    writes: bool


class Command(msgspec.Struct, frozen=True, gc=False):
    """A simple command: its words without the assignments in front of it and without redirections.

    `span` covers both, in offsets of the script. `cwd` is the folder it runs in, relative to where the script begins ("." is
    that, absolute where the script says so), None where it cannot be told. `certain`: it is run, and its end matters; not so in
    a branch, a loop, a function or a condition, behind or before ‘||’, in a substitution, nor where errors are let pass.
    `assigned` are the names assigned to for this command alone.
    """

    words: tuple[Word, ...]
    span: Span
    cwd: str | None = HERE
    certain: bool = True
    assigned: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def name(self) -> str:
        """The program as written, without its folder; empty where it cannot be told."""
        first = self.words[0].text if self.words else None
        return (first or "").rsplit("/", 1)[-1]

    @property
    def plain(self) -> "Command":
        """What is called in the end where programs such as `sudo`, `env`, `time` or `xvfb-run` call another one."""
        from calibrant.syntax.shell.wrappers import AROUND, unwrapped

        return unwrapped(self, AROUND)

    @property
    def unwrapped(self) -> "Command":
        """What is called in the end, also by the runners of package managers: `npx`, `uv run`, `poetry run`, `bundle exec`."""
        from calibrant.syntax.shell.wrappers import ALL, unwrapped

        return unwrapped(self, ALL)


def commands(script: str, unknown: Iterable[Span] = ()) -> tuple[Command, ...]:
    """Return the simple commands of a script in the order of its text.

    `unknown` are the places of text that only the run knows, in order. Of a script that the grammar cannot read no command is
    certain; one that is very long has none. Never raises.
    """
    if not script.strip():
        return ()
    text = masked(script, unknown)
    found = parsed(text)
    if found is None:
        return ()
    from calibrant.syntax.shell.walking import Walk  # here: it is of no use without a script

    root, source = found
    walk = Walk(text, source)
    walk.script(root)
    return tuple(sorted(walk.found, key=lambda command: (command.span.start, command.span.end)))
