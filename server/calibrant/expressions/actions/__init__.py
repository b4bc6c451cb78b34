"""GitHub's `${{ … }}`: reading, checking by types, and evaluating expressions as GitHub does."""

from calibrant.expressions.actions.parse import Parsed, parse
from calibrant.expressions.actions.scan import find_braces
from calibrant.expressions.actions.template import parse_condition, parse_template

__all__ = ["Parsed", "find_braces", "parse", "parse_condition", "parse_template"]
