"""What task runners can be asked for in a folder: the registry of runners."""

from calibrant.toolchains.ecosystem import Runner

RUNNERS: tuple[Runner, ...] = ()
"""The registry: one line for each runner."""
