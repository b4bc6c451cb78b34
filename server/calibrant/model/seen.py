"""What a step's output was like, as bytes: made in the worker process, kept by the store, read by who shows it.

A small output stands in them as it is and is looked at only where it is shown: that costs a run next to nothing.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

import msgspec

from calibrant.model.codec import decode
from calibrant.model.observed import Observed, observe
from calibrant.model.preview import NOTHING, More, Nothing, preview

WHOLE: Final = 1000
"""Bytes up to which an encoded output stands for what it was like."""

_IS_WHOLE, _IS_SEEN = b"\x01", b"\x02"
_MORE, _NOTHING = 1, 2


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What one output was like, and a preview of it, which is `NOTHING` where none is to be kept."""

    observed: Observed
    preview: object = NOTHING


def seen_whole(encoded: bytes) -> bytes:
    """Return the bytes for an output that hides nothing; `encoded` is that output as `codec.encode` writes it."""
    return _IS_WHOLE + encoded


def seen_cut(output: object, *, values: bool, hide: Callable[[str], str] | None = None) -> bytes:
    """Return the bytes for an output of any size: its shape, and where `values` may be kept a preview of it.

    `output` has no secrets in it any longer; `hide` is for what is only shown (see `preview`). Takes a bounded time.
    """
    seen = Seen(observe(output), preview(output, hide) if values else NOTHING)
    return _IS_SEEN + _encoder.encode(seen)


def decode_seen(data: bytes) -> Seen | None:
    """Return what the bytes say; None where there are none, or another version of Calibrant made them."""
    try:
        if data[:1] == _IS_WHOLE:
            output = decode(data[1:])
            return Seen(observe(output), preview(output))
        return _decoder().decode(data[1:]) if data[:1] == _IS_SEEN else None
    except (msgspec.MsgspecError, ValueError):
        return None


def _extension(value: object) -> msgspec.msgpack.Ext:
    match value:
        case More():
            return msgspec.msgpack.Ext(_MORE, str(value.count).encode())
        case Nothing():
            return msgspec.msgpack.Ext(_NOTHING, b"")
    raise NotImplementedError(f"a preview holds no {type(value).__name__}")


def _of_extension(code: int, data: memoryview) -> object:
    return More(int(bytes(data))) if code == _MORE else NOTHING


_encoder = msgspec.msgpack.Encoder(enc_hook=_extension)


@cache
def _decoder() -> "msgspec.msgpack.Decoder[Seen]":
    return msgspec.msgpack.Decoder(Seen, ext_hook=_of_extension)
