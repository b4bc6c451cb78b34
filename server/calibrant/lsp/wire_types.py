"""Loads the protocol's types, in less time than importing them takes."""

from functools import partial

import attrs


def load() -> None:
    """Import `lsprotocol.types`; from then on it is there for whoever imports it.

    attrs writes and compiles the methods of its more than 500 classes one by one, which is most of what an empty server does
    before its first answer, and a third of that are the `repr` that nobody asks for here.
    """
    define = attrs.define
    attrs.define = partial(define, repr=False)
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
