"""Handlers that are imported when they are first called: the answer to `initialize` need not wait for them.

What the first workflow takes is imported in a thread meanwhile, and whoever is called before that is done waits for it: two
threads that import a package and a module in it at the same moment can wait for each other, which Python ends by an error
in one of them.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Handler = Callable[..., Any]

AT_ONCE = ("semantic_tokens", "inlay_hints", "completion", "hover", "navigation")
"""What editors ask for with the first document, or with the first key."""


def load() -> None:
    """Import what will be asked for soon; in a thread, once the editor has its first answer."""
    for module in AT_ONCE:
        import_module(f"calibrant.lsp.{module}")


def later(module: str, name: str) -> Handler:
    """Return an async handler that calls the async function `name` of the module `calibrant.lsp.<module>`."""

    async def handler(ls: Any, given: Any) -> Any:
        await ls.warmed_up()
        return await getattr(import_module(f"calibrant.lsp.{module}"), name)(ls, given)

    return handler
