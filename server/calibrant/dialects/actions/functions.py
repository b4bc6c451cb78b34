"""The functions of GitHub's expressions, in words (docs: evaluate expressions)."""

from collections.abc import Mapping
from types import MappingProxyType

from calibrant.model.lexicon import Word


def _function(name: str, arguments: str, gives: str, doc: str) -> Word:
    return Word(name, "function", gives, doc, arguments)


_ALL = (
    _function(
        "contains",
        "search, item",
        "boolean",
        "Whether a list has an element, or a text a part. The case of letters does not count.",
    ),
    _function("startsWith", "text, start", "boolean", "Whether a text begins so. The case of letters does not count."),
    _function("endsWith", "text, end", "boolean", "Whether a text ends so. The case of letters does not count."),
    _function(
        "format",
        "text, value, …",
        "string",
        "A text with values in place of `{0}`, `{1}` and so on. Braces of its own are written twice.",
    ),
    _function(
        "join", "list, separator", "string", "The elements of a list as one text; a comma between them if nothing else."
    ),
    _function(
        "toJSON", "value", "string", "A value written as JSON, over several lines. Of use for looking at a context."
    ),
    _function(
        "fromJSON", "text", "any", "The value that a text of JSON stands for: a list for a matrix, a number, a boolean."
    ),
    _function(
        "hashFiles",
        "pattern, …",
        "string",
        "A hash of all files that fit the patterns, from `github.workspace` on; empty where there are none. In steps only.",
    ),
    _function(
        "case",
        "condition, value, …, otherwise",
        "any",
        "The value behind the first condition that is true; the last one where none is.",
    ),
    _function(
        "success",
        "",
        "boolean",
        "Whether all before has succeeded. What holds where a condition names no such function.",
    ),
    _function("always", "", "boolean", "True in any case, also when the run was cancelled."),
    _function("cancelled", "", "boolean", "Whether the run was cancelled."),
    _function("failure", "", "boolean", "Whether a step before has failed, or a job that this one needs."),
)

FUNCTIONS: Mapping[str, Word] = MappingProxyType({word.name.lower(): word for word in _ALL})
"""All functions by their names in small letters."""

SPECIAL = frozenset({"hashfiles", "success", "always", "cancelled", "failure"})
"""Those that only some places have."""
