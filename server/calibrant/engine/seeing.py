"""What the outputs of a run were like: made while they are at hand, without secrets, and at next to no cost for small ones."""

from typing import Protocol

from calibrant.engine.mask import Mask
from calibrant.model.codec import encode
from calibrant.model.preview import TEXT
from calibrant.model.seen import WHOLE, seen_cut, seen_whole

_FEW = 12
"""Fields of an output that is small at a glance."""
_LEAVES = frozenset({type(None), bool, int, float, str})


class See(Protocol):
    """Tells what an output was like, as bytes for `StepFinished.observed`."""

    def __call__(self, output: object, encoded: bytes = b"") -> bytes:
        """Return what an output was like; `encoded` is what was recorded of it, where it holds no secrets any longer."""


def blind(output: object, encoded: bytes = b"") -> bytes:
    """Tell nothing, for runs of which nothing is to be known afterwards."""
    del output, encoded
    return b""


class Seeing:
    """What one run tells of its outputs; without `previews` no value is in it."""

    def __init__(self, mask: Mask, *, previews: bool) -> None:
        self._mask = mask
        self._previews = previews

    def see(self, output: object, encoded: bytes = b"") -> bytes:
        """Return what an output was like, which may hold secrets where it is not `encoded` yet. Else its time is bounded."""
        if self._mask.active:
            shown = output if encoded else self._mask.value(output)
            return seen_cut(shown, values=self._previews, hide=self._mask.text)
        if not self._previews:
            return seen_cut(output, values=False)
        if not encoded and _is_small(output):
            encoded = encode(output)
        return seen_whole(encoded) if encoded and len(encoded) <= WHOLE else seen_cut(output, values=True)


def _is_small(output: object) -> bool:
    if type(output) is not dict or len(output) > _FEW:
        return False
    return all(type(value) in _LEAVES and (type(value) is not str or len(value) <= TEXT) for value in output.values())
