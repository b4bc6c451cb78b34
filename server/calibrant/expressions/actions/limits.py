"""The bounds within which expressions stay. The first two are GitHub's own."""

from typing import Final

SOURCE_LIMIT: Final = 21_000
"""Characters of one expression."""

DEPTH_LIMIT: Final = 50
"""Operations within operations."""

TEXT_LIMIT: Final = 10_000_000
"""Characters and elements that evaluating one expression may make in all."""
