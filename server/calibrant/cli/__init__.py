"""The command line: one file per group of commands, each importing only what it needs when it is called."""

from calibrant.cli.main import main

__all__ = ["main"]
