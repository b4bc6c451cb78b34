"""Bytes of a file as text and back, so that what is not changed stays the same bytes."""

import msgspec

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Decoded(msgspec.Struct, frozen=True):
    """A file's text without its byte order mark, and how it was written: `encode` gives the same bytes back."""

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Return another text written as this one was.

        Raises:
            UnicodeEncodeError: it holds half a character (a lone surrogate).
        """
        return self.mark + text.encode(self.encoding)


def decode(data: bytes) -> Decoded:
    """Return the text of UTF-8 bytes, with or without a mark, or of UTF-16 bytes with one. Line ends stay as they are.

    Raises:
        UnicodeDecodeError: they are no such text; `encoding` and `start` say where.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    return Decoded(data[len(mark) :].decode(encoding), encoding, mark)


def called(encoding: str) -> str:
    """Return what people call an encoding of `Decoded`, or of an error of `decode`."""
    return "UTF-16" if encoding.startswith("utf-16") else "UTF-8"
