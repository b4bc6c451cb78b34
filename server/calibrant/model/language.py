"""What a workflow language's files may say: its keys, as data that rules, schema and documentation share."""

from typing import Final

import msgspec

OWN: Final = "x-"
"""How keys begin that are the user's own, wherever keys are prescribed."""

ONLY_CHECKED: Final = "GitHub Actions files are checked, and are not run yet."
"""Why nothing of a file is run whose language is only read."""


class KeySpec(msgspec.Struct, frozen=True):
    """One key. `types` are the type names its value may have ("expression" takes a string, boolean or template).

    `values` lists the only texts allowed, where there are such; with `others` they are only the best known ones. `place`
    names the `PlaceSpec` that says what may stand inside the value, where it is a map or a list. `templated`: there may be
    expressions in it. `names`: what it is the name of (as in `Slot`).
    """

    name: str
    types: tuple[str, ...]
    doc: str
    required: bool = False
    values: tuple[str, ...] = ()
    others: bool = False
    place: str = ""
    templated: bool = False
    names: str = ""


class PlaceSpec(msgspec.Struct, frozen=True):
    """What may stand inside one map or list: `label` is what messages call it ("a job").

    `keys` are the keys prescribed for a map. `free` describes the values of all its other keys, which are the user's own
    names (its `name` says what these are: "<job_id>"); None: there are no others. `item` describes the elements of a list.
    """

    label: str
    keys: tuple[KeySpec, ...] = ()
    free: KeySpec | None = None
    item: KeySpec | None = None

    def key(self, name: str) -> KeySpec | None:
        """Return what is known of the value of a key, a prescribed or a free one."""
        for key in self.keys:
            if key.name == name:
                return key
        return self.free


class FileNames(msgspec.Struct, frozen=True):
    """Which files are of a kind, by their paths: those called one of `names`, and those that end in one of `suffixes`.

    The case of endings does not count. With `folder` ("a/b"), they do only directly in a folder of that name, wherever it lies.
    """

    suffixes: tuple[str, ...]
    names: tuple[str, ...] = ()
    folder: str = ""

    def matches(self, path: str) -> bool:
        """Tell whether a file is of that kind; its path may be relative, absolute or a URI's, with slashes of either kind."""
        parent, _, name = path.replace("\\", "/").rpartition("/")
        return name in self.names or (name.lower().endswith(self.suffixes) and self.holds(parent))

    def holds(self, parent: str) -> bool:
        """Tell whether the endings count for the files of a folder."""
        return not self.folder or f"/{parent}".endswith(f"/{self.folder}")


class Language(msgspec.Struct, frozen=True):
    """A workflow language: its name, which files are written in it (see `FileNames`), and the keys of each place in a file.

    `keys` maps a place ("workflow", "input", "step", "retry") to its keys; keys that begin with "x-" are the user's own.
    `runs`: its workflows can be run here; else they are only read and checked. `cwd` is the key, or parameter, by which a step
    says in which folder its script runs, and `cwd_for_all` the path below a job or the file where that is said for all.
    """

    name: str
    suffixes: tuple[str, ...]
    keys: dict[str, tuple[KeySpec, ...]]
    reserved_ids: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    folder: str = ""
    runs: bool = True
    cwd: str = ""
    cwd_for_all: tuple[str, ...] = ()

    @property
    def files(self) -> FileNames:
        """Which files are written in the language."""
        return FileNames(self.suffixes, self.names, self.folder)

    def matches(self, path: str) -> bool:
        """Tell whether a file is written in the language, by its path."""
        return self.files.matches(path)
