"""The words of the expression language, and the bounds within which expressions stay."""

from typing import Final

OPERATOR_WORDS: Final = frozenset({"and", "or", "not", "in", "is", "if", "else"})
CONSTANT_WORDS: Final = frozenset({"true", "false", "none", "True", "False", "None"})
EXPRESSION_WORDS: Final = OPERATOR_WORDS | CONSTANT_WORDS
"""Words that can be no name in an expression."""

LOOP_NAMES: Final = frozenset({"item", "index"})
"""Names that stand for the element that is gone through, and its position."""

OWN_ROOTS: Final = frozenset({"inputs", "secrets", "env"}) | LOOP_NAMES
"""What a reference may begin with beside the id of a step."""

FUNCTIONS: Final = frozenset({"range", "dict"})
"""The functions that an expression may call by name."""

SOURCE_LIMIT: Final = 10_000
"""Characters of one expression."""

BRACKET_LIMIT: Final = 50
"""Brackets within brackets."""

DEPTH_LIMIT: Final = 60
"""Operations within operations; what is deeper could not be compiled."""

TEXT_LIMIT: Final = 50_000_000
"""Characters of a text, elements of a list, that an expression may make."""

DIGIT_LIMIT: Final = 4_000
"""Decimal digits of a whole number that an expression may make."""
