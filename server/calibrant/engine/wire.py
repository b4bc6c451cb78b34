"""What goes between a run's worker and its parent: frames of four bytes length and MessagePack; an empty frame is a heartbeat."""

import struct

import msgspec

from calibrant.model.event import Event, RunRequest

CANCEL = b"c"
BEAT_SECONDS = 1.0
MOST_BYTES = 1 << 30
_LENGTH = struct.Struct(">I")
HEAD_SIZE = _LENGTH.size
BEAT = _LENGTH.pack(0)


def frame(value: Event | RunRequest) -> bytes:
    """Return a value as one frame. Characters that no encoding knows (lone surrogates) become question marks.

    Raises:
        TypeError: the value holds something that is no plain data.
        OverflowError: it takes more than `MOST_BYTES`.
    """
    try:
        body = msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        body = msgspec.msgpack.encode(_encodable(msgspec.to_builtins(value, builtin_types=(bytes,))))
    if len(body) > MOST_BYTES:
        raise OverflowError("too large to be handed on")
    return _LENGTH.pack(len(body)) + body


def length(head: bytes) -> int:
    """Return how many bytes follow a frame's head.

    Raises:
        ValueError: more than any frame has: this is not our wire.
    """
    (size,) = _LENGTH.unpack(head)
    if size > MOST_BYTES:
        raise ValueError("not a frame")
    return int(size)


def read_event(body: bytes) -> Event:
    """Return the event of a frame.

    Raises:
        msgspec.DecodeError: it is none.
    """
    event: Event = msgspec.msgpack.decode(body, type=Event)
    return event


def read_request(body: bytes) -> RunRequest:
    """Return the request of a frame.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return msgspec.msgpack.decode(body, type=RunRequest)


def _encodable(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {_encodable(key): _encodable(part) for key, part in value.items()}
        case list() | tuple():
            return [_encodable(part) for part in value]
        case _:
            return value
