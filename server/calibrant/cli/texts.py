"""Commands that print what Calibrant knows of itself: issue pages and the language's schema."""

import difflib
import json
import sys

import click

from calibrant import pages


def explain(code: str) -> int:
    """Print the page of an issue code; for an unknown one, name the closest codes."""
    text = pages.page(code)
    if text is None:
        near = difflib.get_close_matches(code, pages.codes(), 3, 0.5)
        click.echo(
            f"calibrant: there is no issue code ‘{code}’." + (f" Close to it: {', '.join(near)}." if near else ""),
            err=True,
        )
        return 2
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        click.echo(text, nl=False)
    return 0


def schema() -> int:
    """Print the JSON Schema (2020-12) of native workflow files."""
    from calibrant import connectors, dialects

    click.echo(json.dumps(dialects.schema(connectors.specs()), indent=2, ensure_ascii=False))
    return 0
