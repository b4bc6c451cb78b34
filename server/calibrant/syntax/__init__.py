"""YAML and JSON text to nodes with exact spans, in pieces cut at step boundaries."""

from calibrant.syntax.moving import moved
from calibrant.syntax.pieces import Pieces, normal, split
from calibrant.syntax.reader import Reader, comments, parse_piece
from calibrant.syntax.tree import LIMITS, Format, Limits, Tree

__all__ = [
    "LIMITS",
    "Format",
    "Limits",
    "Pieces",
    "Reader",
    "Tree",
    "comments",
    "moved",
    "normal",
    "parse_piece",
    "split",
]
