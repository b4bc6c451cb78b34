"""What a step's output was like, as bytes: made in the worker process, kept by the store, read by who shows it."""

from functools import cache

import msgspec

from calibrant.model.observed import Observed
from calibrant.model.preview import NOTHING, More, Nothing

_MORE, _NOTHING = 1, 2


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What one output was like, and a preview of it, which is `NOTHING` where none is to be kept."""

    observed: Observed
    preview: object = NOTHING


def encode_seen(seen: Seen) -> bytes:
    """Return the bytes that `decode_seen` gives back."""
    return _encoder.encode(seen)


def decode_seen(data: bytes) -> Seen | None:
    """Return what the bytes say; None where there are none, or another version of Calibrant made them."""
    if not data:
        return None
    try:
        return _decoder().decode(data)
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
