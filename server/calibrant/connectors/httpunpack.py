"""Taking in an answer's body, unpacked piece by piece: a small body that unpacks to a huge one is stopped on the way."""

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from calibrant.connectors import httpwords
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    import httpx

ACCEPTED = "gzip, deflate"
"""The packings that are asked for."""
_PIECE = 1 << 20
_WINDOW = 15
_GZIP = 16 + _WINDOW
_MAGIC = b"\x1f\x8b"


async def pieces(
    response: "httpx.Response", limit: int, target: httpwords.Target, before: int = 0
) -> AsyncIterator[bytes]:
    """Yield an answer's body in pieces of 1 MB at most, with `before` other bytes not more than `limit` in all.

    Raises:
        StepError: it is larger (code `too-large`), or cannot be unpacked (code `bad-response`).
    """
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
        words = f"packs its body as ‘{packing}’, which was not asked for and cannot be unpacked."
        raise StepError(httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words))
    unpacked = _Unpacked(packing)
    total = before
    try:
        async for data in response.aiter_raw():
            for piece in unpacked.take(data):
                total += len(piece)
                if total > limit:
                    words = f"sends more than {max(1, limit >> 20)} MB, which is more than a step takes in."
                    raise StepError(httpwords.failed(target, "too-large", Kind.PARAMETER, words))
                yield piece
        for piece in unpacked.end():
            yield piece
    except zlib.error as error:
        words = "sends a body that cannot be unpacked."
        failure = httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words, details=str(error))
        raise StepError(failure) from error


class _Unpacked:
    """Unpacks one body; as it is where nothing is packed."""

    def __init__(self, packing: str) -> None:
        self._packing = packing
        self._plain = packing in ("", "identity")
        self._reader: zlib._Decompress | None = None

    def take(self, data: bytes) -> Iterator[bytes]:
        if self._plain:
            yield data
            return
        while data:
            if self._reader is None or (self._reader.eof and data.startswith(_MAGIC)):  # another part may follow
                self._reader = zlib.decompressobj(self._window(data))
            if self._reader.eof:
                return
            piece = self._reader.decompress(data, _PIECE)
            data = self._reader.unused_data if self._reader.eof else self._reader.unconsumed_tail
            if piece:
                yield piece

    def _window(self, data: bytes) -> int:
        if self._packing != "deflate":
            return _GZIP
        wrapped = data[0] & 0x0F == 8 and (len(data) < 2 or int.from_bytes(data[:2], "big") % 31 == 0)
        return _WINDOW if wrapped else -_WINDOW  # some servers leave out the wrapping that RFC 9110 asks for

    def end(self) -> Iterator[bytes]:
        if self._reader is None:
            return
        if rest := self._reader.flush():
            yield rest
        if not self._reader.eof:
            raise zlib.error("it ends too early")
