"""The command line: one file per group of commands, each importing only what it needs when it is called."""

import sys

from calibrant.cli.streams import open_closed_streams

__all__ = ["main"]


def main() -> int:
    """Run the command line; returns the exit status."""
    open_closed_streams()
    match sys.argv[1:]:  # what programs start, and wait for: reading the command line properly would take time
        case ["serve"] | ["serve", "--stdio"]:
            from calibrant.app import serve

            return serve()
        case ["worker"]:
            from calibrant.app import run_worker

            return run_worker()
    from calibrant.cli.commands import main as command_line

    return command_line()
