"""What a workflow language's files may say: its keys, as data that rules, schema and documentation share."""

from typing import Final

import msgspec

OWN: Final = "x-"
"""How keys begin that are the user's own, wherever keys are prescribed."""


class KeySpec(msgspec.Struct, frozen=True):
    """One key. `types` are the type names its value may have ("expression" takes a string, boolean or template).

    `values` lists the only texts allowed, where there are such.
    """

    name: str
    types: tuple[str, ...]
    doc: str
    required: bool = False
    values: tuple[str, ...] = ()


class Language(msgspec.Struct, frozen=True):
    """A workflow language: its name, its file name endings, and the keys of each place in a file.

    `keys` maps a place ("workflow", "input", "step", "retry") to its keys; keys that begin with "x-" are the user's own.
    """

    name: str
    suffixes: tuple[str, ...]
    keys: dict[str, tuple[KeySpec, ...]]
    reserved_ids: frozenset[str] = frozenset()
