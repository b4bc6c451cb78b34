"""What stands between double braces: references with exact offsets, and sandboxed evaluation."""

from calibrant.expressions.evaluate import Evaluator
from calibrant.expressions.parse import parse_expression, parse_template
from calibrant.expressions.words import EXPRESSION_WORDS

__all__ = ["EXPRESSION_WORDS", "Evaluator", "parse_expression", "parse_template"]
