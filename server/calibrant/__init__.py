"""Calibrant: a language server that runs workflow files in the background and shows every issue at once."""

__version__ = "0.1.0"
