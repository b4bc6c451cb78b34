"""What is kept of the texts of open documents, so that an answer costs what was edited since the last one."""

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple, get_args

from lsprotocol import types

from calibrant.model.token import Modifier, TokenType

if TYPE_CHECKING:
    from calibrant.ide.folds import Found
    from calibrant.ide.links import Link
    from calibrant.ide.per_step import PerStep
    from calibrant.lsp.token_data import Spoken

TYPES: Final[tuple[str, ...]] = get_args(TokenType)
MODIFIERS: Final[tuple[str, ...]] = get_args(Modifier)
LEGEND: Final = types.SemanticTokensLegend(TYPES, MODIFIERS)


class _Last(NamedTuple):
    """What a document was told last: the name of that answer and its numbers."""

    name: str
    data: "array[int]"


class TextMemory:
    """By document: each step's tokens, folds and links, and the tokens last told, by which the next answer is told."""

    def __init__(self) -> None:
        self.chunks: dict[str, PerStep[Spoken]] = {}
        self.folds: dict[str, PerStep[Found]] = {}
        self.links: dict[str, PerStep[tuple[Link, ...]]] = {}
        self.begun: dict[str, int] = {}
        """Where a step was begun last for someone who typed on."""
        self._last: dict[str, _Last] = {}
        self._number = 0

    def forget(self, key: str) -> None:
        """Let go of a document."""
        self.chunks.pop(key, None)
        self.folds.pop(key, None)
        self.links.pop(key, None)
        self.begun.pop(key, None)
        self._last.pop(key, None)

    def told(self, key: str, name: str) -> "array[int] | None":
        """Return the numbers of the answer of that name, where it is the last one."""
        last = self._last.get(key)
        return last.data if last and last.name == name else None

    def tell(self, key: str, data: "array[int]") -> str:
        """Keep an answer, for the difference to the next one, and return its name."""
        self._number += 1
        self._last[key] = _Last(str(self._number), data)
        return str(self._number)
