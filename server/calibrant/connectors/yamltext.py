"""YAML text to plain values, through our own reader."""

from calibrant import syntax
from calibrant.connectors.jsontext import BadTextError
from calibrant.model.nodes import plain
from calibrant.model.text import LineIndex


def parse(text: str) -> object:
    """Return the value of YAML text.

    Raises:
        BadTextError: it is no YAML.
    """
    tree = syntax.parse_piece(text, "yaml")
    for problem in tree.problems:
        position = LineIndex(text).position(problem.span.start, "utf-32")
        raise BadTextError(problem.message.rstrip("."), position.line + 1, position.character + 1)
    return plain(tree.node)
